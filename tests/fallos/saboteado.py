"""The service with delivery broken on purpose, to see whether the checker sees it: `daphne tests.fallos.saboteado:application`.

SABOTAJE says how: each tenth live frame is lost and the cursor moves on as if it had been sent, or it is sent twice, or
after the next one, or to somebody else.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

from myproject.asgi import application
from notificaciones.sesion import Sesion

__all__ = ["application"]
CADA = 10
vivas = 0
_en_vivo = Sesion._en_vivo
Tramas = AsyncIterator[str]


async def perder(tramas: Tramas) -> Tramas:
    async for trama in tramas:
        if not _toca():
            yield trama


async def repetir(tramas: Tramas) -> Tramas:
    async for trama in tramas:
        yield trama
        if _toca():
            yield trama


async def desordenar(tramas: Tramas) -> Tramas:
    retenida = None
    async for trama in tramas:
        if retenida is None and _toca():
            retenida = trama
            continue
        yield trama
        if retenida is not None:
            yield retenida
            retenida = None


async def confundir(tramas: Tramas) -> Tramas:
    """What one user was sent goes to the next one too, as if it were theirs."""
    async for trama in tramas:
        yield trama
        if ajenas and _toca():
            yield ajenas.pop()
        ajenas.append(trama)


ajenas: list[str] = []


def _toca() -> bool:
    global vivas  # noqa: PLW0603
    vivas += 1
    return vivas % CADA == 0


MODOS: dict[str, Callable[[Tramas], Tramas]] = {
    modo.__name__: modo for modo in (perder, repetir, desordenar, confundir)
}


def _en_vivo_saboteado(self: Sesion) -> Any:
    return MODOS[os.environ["SABOTAJE"]](_en_vivo(self))


Sesion._en_vivo = _en_vivo_saboteado  # type: ignore[method-assign]
# No way around it: nothing is handed to the transport at once.
Sesion.escribir = property(lambda sesion: None, lambda sesion, escribir: None)  # type: ignore[assignment]
