"""One device at random: publishes get lost, late or twice, lines are cut, processes restart, others read and archive meanwhile.

Whatever happened, what the device shows after applying its frames equals a fresh listing, nothing came twice as new, and
the sequence rose strictly.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from notificaciones import consultas, servicios, sesion
from notificaciones.models import Bandeja, Notificacion
from notificaciones.protocolo import Cierre, estado
from notificaciones.sesion import Sesion, SesionTerminada

from .aparatos import Central, avisar, crear_usuario

CAMBIOS = ["leer", "no_leer", "archivar", "devolver", "leer_todas", "ver", "reenviar", "podar"]
OPERACIONES = st.lists(
    st.tuples(st.just("avisar") | st.sampled_from(CAMBIOS), st.integers(0, 9)), min_size=1, max_size=6
)
Operaciones = list[tuple[str, int]]
TOPE_DE_VUELTAS = 60


class Dispositivo:
    """What a client keeps: its cursor, and the state of each notification it was shown."""

    def __init__(self) -> None:
        self.cursor, self.epoca, self.cuentas = 0, None, None
        self.mostradas: dict[int, dict[str, bool]] = {}
        self.vistas_como_nuevas: set[int] = set()

    def aplicar(self, trama: dict[str, Any]) -> None:
        if trama["type"] == "reconectar":
            return
        tipo, secuencia = trama["type"], trama["secuencia"]
        if tipo == "connection_established":
            assert trama["reinicio"] is False
            assert secuencia == self.cursor
            self.epoca = trama["epoca"]
        elif tipo in ("sincronizado", "latido"):
            assert secuencia >= self.cursor
        else:
            assert secuencia > self.cursor
            self._cambiar(trama)
        self.cursor = secuencia
        if "no_leidas" in trama:
            self.cuentas = (trama["no_leidas"], trama["no_vistas"])

    def _cambiar(self, trama: dict[str, Any]) -> None:
        if trama["type"] == "notificacion_actualizada":
            for cual in trama["ids"]:
                if trama["cambios"].get("eliminada"):
                    self.mostradas.pop(cual, None)
                else:
                    assert cual in self.mostradas
                    self.mostradas[cual] = trama["cambios"]
            return
        cual = trama["notificacion_id"]
        if "reenviada" not in trama:
            assert cual not in self.vistas_como_nuevas
            self.vistas_como_nuevas.add(cual)
        self.mostradas[cual] = {clave: trama[clave] for clave in ("leida", "vista", "archivada")}


class Mundo(RuleBasedStateMachine):
    """One user, one device, one session at most; each step is one thing that happens to them."""

    usuarios = 0
    bucle: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        Mundo.usuarios += 1
        self.usuario = crear_usuario(f"u{Mundo.usuarios}")
        self.dispositivo = Dispositivo()
        self.podadas: set[int] = set()
        self.colada: Callable[[], Any] | None = None
        self.tarea: asyncio.Task[None]
        self.sesion: Sesion
        CENTRAL.__init__()  # type: ignore[misc]
        CENTRAL.mundo = self

    # --- what happens to the inbox

    @initialize(cuantas=st.integers(0, 8))
    def habia(self, cuantas: int) -> None:
        self.hacer([("avisar", 0)] * cuantas)
        self.conectar()

    @rule(operaciones=OPERACIONES, perder=st.booleans(), lee=st.integers(0, 20))
    def ocurre(self, operaciones: Operaciones, perder: bool, lee: int) -> None:
        CENTRAL.perder = perder
        self.hacer(operaciones)
        CENTRAL.perder = False
        self.lee(lee)

    @rule(operaciones=OPERACIONES)
    def ocurre_en_plena_lectura(self, operaciones: Operaciones) -> None:
        """Between the queries of the next read of the table."""
        self.colada = lambda: self.hacer(operaciones)

    @rule(orden=st.randoms())
    def llega_tarde(self, orden: Any) -> None:
        tarde = list(CENTRAL.perdidos)
        orden.shuffle(tarde)
        CENTRAL.publicar(tarde)

    def hacer(self, operaciones: Operaciones) -> None:
        for que, cual in operaciones:
            self.hacer_una(que, cual)

    def hacer_una(self, que: str, cual: int) -> None:
        filas = list(Notificacion.objects.de(self.usuario.pk).order_by("numero"))
        una = {"usuario_id": self.usuario.pk, "notificacion_id": filas[cual % len(filas)].pk} if filas else {}
        if que == "avisar":
            avisar(self.usuario)
        elif que == "leer_todas":
            servicios.marcar_todas_leidas(usuario_id=self.usuario.pk)
        elif que == "ver":
            servicios.marcar_vistas(usuario_id=self.usuario.pk)
        elif not filas:
            return
        elif que == "podar":
            self.podadas |= {fila.pk for fila in filas[: cual % 3]}
            servicios.podar(
                usuario_id=self.usuario.pk, candidatas=Notificacion.objects.filter(pk__in=self.podadas)
            )
        elif que == "reenviar":
            servicios.reenviar(notificacion_id=una["notificacion_id"])
        elif que in ("leer", "no_leer"):
            servicios.marcar_leida(**una, deshacer=que == "no_leer")
        else:
            servicios.archivar(**una, deshacer=que == "devolver")

    # --- what happens to the line

    @rule(mientras=st.just([]) | OPERACIONES, lee=st.integers(0, 12))
    def se_corta_y_vuelve(self, mientras: Operaciones, lee: int) -> None:
        self.cortar()
        self.hacer(mientras)
        self.conectar()
        self.lee(lee)

    @rule(mientras=st.just([]) | OPERACIONES, avisado=st.booleans(), lee=st.integers(0, 12))
    def se_reinicia_el_proceso(self, mientras: Operaciones, avisado: bool, lee: int) -> None:
        """What waited in its memory is gone; told to end it says so first, killed it says nothing."""
        CENTRAL.perder = True
        self.hacer(mientras)
        CENTRAL.perder = False
        if avisado:
            self.sesion.decir({"type": "reconectar", "en_ms": 0})
            self.sesion.terminar(Cierre.REINICIO)
            with suppress(SesionTerminada):
                self.lee(lee)
        self.cortar()
        CENTRAL.perdidos.clear()
        self.conectar()
        self.lee(lee)

    def conectar(self) -> None:
        self.permisos = asyncio.Semaphore(0)
        self.correr(self._abrir())

    async def _abrir(self) -> None:
        cursor = {"desde": self.dispositivo.cursor, "epoca": self.dispositivo.epoca}
        self.sesion = CENTRAL.sesion(self.usuario, **cursor)
        self.tarea = asyncio.create_task(self._bombear(self.sesion.tramas()))

    async def _bombear(self, tramas: AsyncGenerator[str, None]) -> None:
        async with aclosing(tramas):
            async for trama in tramas:
                await self.permisos.acquire()
                self.dispositivo.aplicar(json.loads(trama))

    @rule(cuantas=st.integers(1, 12))
    def lee(self, cuantas: int) -> None:
        for _ in range(cuantas):
            self.permisos.release()
        self.correr()

    def cortar(self) -> None:
        self.tarea.cancel()
        with suppress(asyncio.CancelledError, SesionTerminada):
            self.bucle.run_until_complete(self.tarea)
        assert CENTRAL.sesiones == []

    @rule()
    def se_reconcilia(self) -> None:
        if self.sesion.cursor < Bandeja.objects.get(pk=self.usuario.pk).ultima_secuencia:
            self.sesion.revisar()
        self.correr()

    def correr(self, trabajo: Any = None) -> None:
        async def vueltas() -> None:
            if trabajo is not None:
                await trabajo
            for _ in range(TOPE_DE_VUELTAS):
                await asyncio.sleep(0)

        self.bucle.run_until_complete(vueltas())
        if self.tarea.done():
            self.tarea.result()

    # --- what must be so

    @rule()
    def al_final_muestra_lo_que_hay(self) -> None:
        self.colada = None
        for _ in range(2):
            self.lee(50)
            self.se_reconcilia()
        sin_podadas = {c: e for c, e in self.dispositivo.mostradas.items() if c not in self.podadas}
        assert sin_podadas == self.listar_de_nuevo()
        assert self.sesion.cursor == Bandeja.objects.get(pk=self.usuario.pk).ultima_secuencia

    def listar_de_nuevo(self) -> dict[int, dict[str, bool]]:
        """Returns what a device sees that opens the inbox and its archive for the first time, page after page."""
        filas: dict[int, dict[str, bool]] = {}
        for filtro in ("todas", "archivadas"):
            cursor: int | None = None
            while True:
                pagina = consultas.listar(self.usuario.pk, cursor=cursor, limite=3, filtro=filtro)
                filas |= {fila.pk: estado(fila) for fila in pagina.filas}
                cursor = pagina.siguiente
                if cursor is None:
                    break
        return filas

    def teardown(self) -> None:
        """Once more from where it was left: the counts are right too, which a lost deletion alone does not tell."""
        self.cortar()
        self.conectar()
        try:
            self.al_final_muestra_lo_que_hay()
            bandeja = Bandeja.objects.get(pk=self.usuario.pk)
            assert self.dispositivo.cuentas == (bandeja.no_leidas, bandeja.no_vistas)
        finally:
            self.cortar()


class CentralDelMundo(Central):
    mundo: Mundo | None = None

    async def estado(self, usuario_id: int) -> consultas.EstadoBandeja:
        return await sesion.en_hilo(consultas.estado_de, usuario_id)

    async def primeros_cambios(self, usuario_id: int, cursor: int) -> consultas.PaginaDeCambios:
        hallados = await sesion.en_hilo(consultas.primeros_cambios, [(usuario_id, cursor)])
        return hallados[usuario_id, cursor]


CENTRAL = CentralDelMundo()


@pytest.mark.django_db
def test_what_a_device_shows_equals_the_table_whatever_happened(monkeypatch, settings_pequenos):
    def con_intruso(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def leer(de_quien: Any) -> Any:
            leido = original(de_quien)
            mundo = CENTRAL.mundo
            if mundo is not None and mundo.colada is not None:
                intrusa, mundo.colada = mundo.colada, None
                intrusa()
            return leido

        return leer

    async def aqui_mismo(funcion: Any, *args: Any) -> Any:
        bucle = asyncio.get_running_loop()
        # Django keeps another connection for code inside a loop; this one must see the transaction of the test.
        asyncio._set_running_loop(None)
        try:
            return funcion(*args)
        finally:
            asyncio._set_running_loop(bucle)

    # One thread, one transaction and no real waiting: it is quick, and a failing example fails again.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda publicar, robust: publicar())
    monkeypatch.setattr("notificaciones.sesion.en_hilo", aqui_mismo)
    for nombre in ("estado_de", "estados_de"):
        monkeypatch.setattr(consultas, nombre, con_intruso(getattr(consultas, nombre)))
    monkeypatch.setattr(consultas, "TRAMO", 2)
    monkeypatch.setattr("notificaciones.entrega.publicar", CENTRAL.publicar)
    Mundo.bucle = asyncio.new_event_loop()
    try:
        run_state_machine_as_test(Mundo, settings=settings(max_examples=40, stateful_step_count=30))
    finally:
        Mundo.bucle.close()


@pytest.fixture
def settings_pequenos(request):
    """Pages and mailboxes so small that every replay has several and every burst overflows."""
    ajustes = request.getfixturevalue("settings")
    ajustes.NOTIFICACIONES = {"PAGINA_DE_CAMBIOS": 3, "BUZON_MAXIMO": 3}
