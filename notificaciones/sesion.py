"""One device's live stream: it joins, resumes, keeps the order and fills the gaps. Knows no transport.

The promise lives here. A session joins its group first and reads the table then, so nothing falls between the two. A
live event with the next number is sent; an older one was sent before; a later one means a gap, which the table fills.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils import timezone

from . import consultas, entrega
from .capa import Evento
from .casillero import Casillero
from .conf import ajustes
from .consultas import EstadoBandeja, PaginaDeCambios
from .hilos import en_hilo
from .paciencia import con_paciencia
from .protocolo import VERSION, Cierre, codificar, texto_de, trama_efimera
from .registro import problema
from .repaso import tramas_de
from .titular import Titular

if TYPE_CHECKING:
    from .reconciliacion import Reconciliador

ESPERA_SUSCRIPCION = 0.1
DEL_TITULAR = (entrega.CIERRE, entrega.CAMBIO)


class SesionTerminada(Exception):
    """The session is over; `codigo` is the close code that tells the client whether to come back."""

    def __init__(self, codigo: int) -> None:
        super().__init__(f"session ended with {codigo}")
        self.codigo = codigo


class Sesion:
    """The stream of one device of one user. `desde` and `epoca` are the cursor that the client came with."""

    # A process has thousands, and a dictionary each would be a tenth of what a socket costs.
    __slots__ = (
        *("titular", "usuario_id", "abierta", "cursor", "epoca", "hablo", "visto", "en_camino_desde"),
        *("escribir", "cortar", "_central", "_desde", "_epoca_del_cliente", "_cierre", "_en_espera"),
        *("_buzon", "_avisos", "_despertador", "_hay_hueco", "_debe_latir", "_leida"),
    )

    def __init__(
        self, titular: Titular, central: Reconciliador, *, desde: int | None = None, epoca: str | None = None
    ) -> None:
        self.titular = titular
        self.usuario_id = titular.usuario_id
        self.abierta = timezone.now()
        self.cursor = 0
        self.epoca: str | None = None
        # Whether anything was said since it was last looked at, and when that was.
        self.hablo, self.visto = True, 0.0
        # What the transport can do besides taking `tramas`: take a frame at once, unless it answers False, and end at once.
        self.escribir: Callable[[str | bytes], bool] | None = None
        self.cortar: Callable[[], None] | None = None
        # Since when the transport has had a frame that its client does not take.
        self.en_camino_desde: float | None = None
        self._desde, self._epoca_del_cliente = desde, epoca
        self._central = central
        self._buzon = Casillero(titular.usuario_id)
        self._avisos: list[str] = []
        # True while the stream is live and nothing waits to be sent.
        self._en_espera = False
        self._despertador: asyncio.Future[None] | None = None
        self._hay_hueco = self._debe_latir = False
        # The inbox as it was at the cursor, when it was last read.
        self._leida: EstadoBandeja | None = None
        self._cierre: int | None = None

    def recibir(self, evento: Evento) -> None:
        """Takes a live event. Bounded: when there are too many, all are dropped and the table is read instead."""
        if self._en_espera and self.escribir is not None:
            self._pasar(evento, self.escribir)
            return
        if evento.datos.get("type") in DEL_TITULAR:
            # Neither behind a full mailbox nor dropped with it.
            self._atender(evento)
            return
        if not self._buzon.meter(evento):
            self._hay_hueco = True
        self._despertar()

    def _pasar(self, evento: Evento, escribir: Callable[[str | bytes], bool]) -> None:
        """Hands an event over at once: nothing waits before it. No task wakes up for it."""
        trama = self._atender(evento)
        if trama is None:
            return
        if escribir(trama):
            self.hablo, self._debe_latir = True, False
        else:
            self._avisos.append(texto_de(trama))
            self._despertar()

    def _despertar(self) -> None:
        self._en_espera = False
        if self._despertador is not None and not self._despertador.done():
            self._despertador.set_result(None)

    def revisar(self) -> None:
        """Makes the stream read the table: somebody knows that it is behind."""
        self._hay_hueco = True
        self._despertar()

    def latir(self) -> None:
        """Lets the client know that the stream lives, unless another frame does first."""
        self._debe_latir = True
        self._despertar()

    def decir(self, aviso: dict[str, Any]) -> None:
        """Tells the client something about the stream itself, before any event that waits."""
        self._avisos.append(codificar(aviso))
        self._despertar()

    def terminar(self, codigo: int) -> None:
        """Ends the stream: `tramas` raises SesionTerminada before the next frame."""
        self._cierre = codigo
        self._despertar()

    @property
    def terminada(self) -> bool:
        """True once the stream is to end: what the client still says is not answered."""
        return self._cierre is not None

    async def tramas(self) -> AsyncGenerator[str, None]:
        """Yields every frame of the stream, for ever. Raises SesionTerminada when the user may not listen any more."""
        self._central.incorporar(self)
        try:
            await self._central.confirmar(self.usuario_id, ESPERA_SUSCRIPCION)
            situacion = await con_paciencia(self._estado, self._exigir_vigencia)
            yield self._saludar(situacion)
            if situacion.tope > self.cursor:
                async for trama in self._ponerse_al_dia():
                    yield trama
            cuentas = (self._leida or situacion).cuentas
            yield codificar({"type": "sincronizado", "secuencia": self.cursor, **cuentas.claves()})
            async for trama in self._en_vivo():
                yield trama
        except IntegrityError as error:
            # The inbox cannot be made: its user was deleted.
            raise SesionTerminada(Cierre.SIN_SESION) from error
        finally:
            self._central.retirar(self)

    def _saludar(self, situacion: EstadoBandeja) -> str:
        ajena = self._epoca_del_cliente not in {None, situacion.epoca}
        reinicio = self._desde is not None and (ajena or not 0 <= self._desde <= situacion.tope)
        self.epoca = situacion.epoca
        self.cursor = situacion.tope if self._desde is None or reinicio else self._desde
        return codificar(
            {
                "type": "connection_established",
                "message": "Conectado al sistema de notificaciones",
                "protocolo": VERSION,
                "epoca": situacion.epoca,
                "secuencia": self.cursor,
                "tope": situacion.tope,
                "reinicio": reinicio,
                "con_retraso": self._central.con_retraso,
                **situacion.cuentas.claves(),
            }
        )

    async def _ponerse_al_dia(self) -> AsyncIterator[str]:
        """Yields what the table has after the cursor, each notification once and in its newest state."""
        ya_enviadas: dict[int, int] = {}
        leer = self._primeros_cambios
        while True:
            pagina = await con_paciencia(leer, self._exigir_vigencia)
            for posicion, trama in tramas_de(pagina, ya_enviadas):
                self._exigir_vigencia()
                self.cursor = posicion
                yield trama
            self.cursor, self._leida = max(self.cursor, pagina.hasta), pagina.estado
            if pagina.hasta >= pagina.estado.tope:
                return
            leer = self._cambios

    async def _en_vivo(self) -> AsyncIterator[str]:
        while True:
            self._exigir_vigencia()
            if self._avisos:
                yield self._avisos.pop(0)
            elif self._hay_hueco:
                self._hay_hueco = False
                async for trama in self._ponerse_al_dia():
                    yield trama
            elif self._buzon:
                viva = self._atender(self._buzon.sacar())
                if viva is not None:
                    self.hablo, self._debe_latir = True, False
                    yield texto_de(viva)
            elif self._debe_latir:
                self._debe_latir = False
                yield codificar({"type": "latido", "secuencia": self.cursor})
            else:
                self._despertador, self._en_espera = asyncio.get_running_loop().create_future(), True
                await self._despertador

    def _exigir_vigencia(self) -> None:
        if self._cierre is not None:
            raise SesionTerminada(self._cierre)

    def _atender(self, evento: Evento) -> str | bytes | None:
        """Returns the frame to send for a live event, if any."""
        try:
            atender = _EVENTOS.get(evento.datos.get("type"))  # type: ignore[arg-type]
            return _efimera(evento) if atender is None else atender(self, evento.datos)
        except (KeyError, TypeError, ValueError) as error:
            problema("evento_desconocido", "Dropped an event for user %d: %s", self.usuario_id, error)
            return None

    def _atender_trama(self, evento: dict[str, Any]) -> str | bytes | None:
        anterior, secuencia, trama = evento["anterior"], evento["secuencia"], evento["trama"]
        if type(secuencia) is not int or not isinstance(trama, (bytes, str)):
            raise TypeError(f"secuencia is {secuencia!r:.40} and trama {trama!r:.40}")
        if anterior == self.cursor < secuencia:
            self.cursor = secuencia
            return trama
        if secuencia > self.cursor:
            self.revisar()
        return None

    def _atender_cierre(self, evento: dict[str, Any]) -> None:
        if evento["sesion"] == entrega.huella(self.titular.sesion_django):
            self.terminar(Cierre.SIN_SESION)

    def _atender_sondeo(self, evento: dict[str, Any]) -> None:
        self._central.responder(evento["responder_a"], self)

    async def _estado(self) -> EstadoBandeja:
        return await self._central.estado(self.usuario_id)

    async def _primeros_cambios(self) -> PaginaDeCambios:
        return await self._central.primeros_cambios(self.usuario_id, self.cursor)

    async def _cambios(self) -> PaginaDeCambios:
        cuantos = ajustes().PAGINA_DE_CAMBIOS
        return await en_hilo(consultas.cambios_desde, self.usuario_id, self.cursor, cuantos)


def _efimera(evento: Evento) -> str:
    if evento.trama is None:
        evento.trama = trama_efimera(evento.datos)
    return evento.trama


_EVENTOS: dict[str, Callable[[Sesion, dict[str, Any]], str | bytes | None]] = {
    entrega.TRAMA: Sesion._atender_trama,
    entrega.CIERRE: Sesion._atender_cierre,
    entrega.CAMBIO: lambda sesion, _: sesion._central.apurar(),
    entrega.SONDEO: Sesion._atender_sondeo,
}
