"""`manage.py explicar_notificacion ID`: what happened to one notification."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notificaciones import entrega
from notificaciones.conf import ajustes
from notificaciones.models import Bandeja, Notificacion


class Command(BaseCommand):
    help = (
        "Tells what happened to one notification: created, published, seen, read, and who could see it now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "id", type=int, help="the id of the notification, as the admin and the frames show it"
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            fila = Notificacion.objects.select_related("usuario").get(pk=opciones["id"])
        except (Notificacion.DoesNotExist, OverflowError) as error:
            raise CommandError(
                f"There is no notification {opciones['id']}; it may have been pruned."
            ) from error
        bandeja = Bandeja.objects.get(pk=fila.usuario_id)
        self.stdout.write(f"Notification {fila.pk}: {fila.tipo}, for {fila.usuario} (user {fila.usuario_id})")
        self.stdout.write(f"  {fila.titulo}" + (f" — {fila.mensaje}" if fila.mensaje else ""))
        self.stdout.write(
            f"  created    {_hora(fila.creada)}, number {fila.numero}, key {fila.clave or 'none'}"
        )
        self.stdout.write(f"  published  {self._publicada(fila)}")
        self.stdout.write(f"  seen       {_hora(fila.vista_en)}")
        self.stdout.write(f"  read       {_hora(fila.leida_en)}")
        self.stdout.write(f"  archived   {_hora(fila.archivada_en)}")
        self.stdout.write(
            f"  inbox      sequence {bandeja.ultima_secuencia} (this one changed last at {fila.secuencia}), "
            f"{bandeja.no_leidas} unread, {bandeja.no_vistas} unseen"
        )
        self._sockets(fila)

    def _publicada(self, fila: Notificacion) -> str:
        cuando = entrega.publicada_en(fila.pk)
        if cuando is not None:
            return _hora(cuando)
        horas = ajustes().SEGUNDOS_DE_RASTRO / 3600
        return (
            f"no trace (Redis keeps one for {horas:g} h; without it, open sockets get it by reconciliation)"
        )

    def _sockets(self, fila: Notificacion) -> None:
        fichas = entrega.sockets_abiertos(fila.usuario_id)
        if fichas is None:
            self.stdout.write("  sockets    unknown: Redis does not answer")
            return
        self.stdout.write(f"  sockets    {len(fichas)} open")
        for ficha in fichas:
            situacion = "has it" if ficha["cursor"] >= fila.numero else "does not have it yet"
            self.stdout.write(
                f"    {situacion}, at {ficha['cursor']}, open since {_hora(datetime.fromisoformat(ficha['abierta']))}, "
                f"process {ficha['proceso']}, {ficha['cliente']}"
            )


def _hora(cuando: datetime | None) -> str:
    return (
        "not yet"
        if cuando is None
        else timezone.localtime(cuando).isoformat(sep=" ", timespec="milliseconds")
    )
