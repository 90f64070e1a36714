"""The devices of some people, and faults that come while somebody publishes to them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .comprobador import Balance, comparar
from .flota import Flota

if TYPE_CHECKING:
    from .banco import Banco

# After this long a client that lacks something has lost it.
PLAZO = 30.0


class Escena:
    """What is done to one fleet on one bench, and the balance of it."""

    def __init__(self, banco: Banco, flota: Flota) -> None:
        self.banco, self.flota = banco, flota
        self.ids = sorted({cliente.usuario_id for cliente in flota.clientes})
        self.balance = Balance()
        self.plazo = PLAZO
        self._marca = banco.tabla.marca()

    async def ciclo(
        self,
        fallo: Callable[[], Awaitable[Any]],
        *,
        veces: int = 10,
        segundos: float = 1.0,
        entera_en: float = PLAZO,
        **publicar: Any,
    ) -> Balance:
        """Publishes while the fault happens and heals. Fails unless every client is whole `entera_en` seconds later.

        `fallo` may return the moment of healing, where it does not end with it.
        """
        for cliente in self.flota.clientes:
            cliente.descansar()
        publicacion = asyncio.create_task(
            self.banco.publicador.pedir(
                "publicar", **{"ids": self.ids, "veces": veces, "segundos": segundos, **publicar}
            )
        )
        try:
            sano = await fallo() or time.time()
            await publicacion
        finally:
            publicacion.cancel()
        return await self.comprobar(sano=sano, entera_en=entera_en)

    async def comprobar(
        self, *, sano: float | None = None, entera_en: float = PLAZO, fallos: int = 1
    ) -> Balance:
        """Waits for the clients, then compares them with the table; adds to the balance of the scene."""
        sano = sano or time.time()
        bandejas = self.banco.tabla.bandejas()
        await self.flota.al_dia({usuario_id: fila[0] for usuario_id, fila in bandejas.items()}, self.plazo)
        nuevas = self.banco.tabla.nuevas(self._marca)
        propias = {usuario_id: nuevas.pop(usuario_id, {}) for usuario_id in self.ids}
        balance = comparar(self.flota.clientes, propias, sano)
        balance.fallos = fallos
        self._marca = self.banco.tabla.marca()
        self.balance.sumar(balance)
        assert balance.limpio, str(balance)
        tardanza = max(balance.recuperaciones)
        assert tardanza <= entera_en, f"whole only after {tardanza:.1f} s, not within {entera_en:g} s"
        for cliente in self.flota.clientes:
            assert cliente.cuentas == bandejas[cliente.usuario_id][1:], "the counts differ from the table's"
        return balance
