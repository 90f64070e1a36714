"""Who says whether a photo may be shown: a service that is asked by HTTP, or a person."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from django.conf import settings

PLAZO = 30.0
BYTES_MAXIMOS = 64 * 1024


class ServicioCaido(Exception):
    """The service did not answer, or nothing that is an answer. Later it may."""


@dataclass(frozen=True, slots=True)
class Dictamen:
    """What the service thinks of a photo, and how sure it is, from 0 to 1."""

    seguro: bool
    confianza: float


class Moderador(Protocol):
    """Judges a photo. `mediana` draws it, where somebody wants to see it."""

    def juzgar(self, mediana: Callable[[], bytes]) -> Dictamen | None:
        """None: a person is to decide. Raises ServicioCaido."""


class PorPersona:
    """Every photo waits in the queue of staff."""

    def juzgar(self, mediana: Callable[[], bytes]) -> Dictamen | None:
        return None


class PorServicio:
    """POSTs the medium version as multipart, expects {"safe": bool, "confidence": 0..1}, follows nothing."""

    def __init__(self, url: str, *, plazo: float = PLAZO) -> None:
        self.url, self.plazo = url, plazo

    def juzgar(self, mediana: Callable[[], bytes]) -> Dictamen | None:
        foto = mediana()
        try:
            return asyncio.run(self._preguntar(foto))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ServicioCaido(f"{type(error).__name__}: {error}"[:200]) from error
        except TimeoutError as error:
            raise ServicioCaido(f"It did not answer within {self.plazo:g} s.") from error

    async def _preguntar(self, foto: bytes) -> Dictamen:
        # httpx counts each read by itself: only a deadline for all of it holds against an answer letter by letter.
        async with (
            asyncio.timeout(self.plazo),
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=self.plazo) as cliente,
            cliente.stream("POST", self.url, files={"image": ("foto.jpg", foto, "image/jpeg")}) as respuesta,
        ):
            if respuesta.status_code != 200:
                raise ServicioCaido(f"It answered {respuesta.status_code}, not 200.")
            cuerpo = b""
            async for trozo in respuesta.aiter_bytes():
                cuerpo += trozo
                if len(cuerpo) > BYTES_MAXIMOS:
                    raise ServicioCaido(f"Its answer takes more than {BYTES_MAXIMOS} bytes.")
        return _leer(cuerpo)


def moderador() -> Moderador:
    """Returns who judges, as MODERACION_URL says."""
    return PorServicio(settings.MODERACION_URL) if settings.MODERACION_URL else PorPersona()


def _leer(cuerpo: bytes) -> Dictamen:
    try:
        respuesta: Any = json.loads(cuerpo)
    except (ValueError, RecursionError) as error:
        raise ServicioCaido(f"Its answer is no JSON: {cuerpo[:60]!r}.") from error
    campos: dict[str, Any] = respuesta if isinstance(respuesta, dict) else {}
    seguro, confianza = campos.get("safe"), campos.get("confidence", "")
    if not isinstance(seguro, bool) or not _es_confianza(confianza):
        raise ServicioCaido(f'Its answer is not {{"safe": bool, "confidence": 0..1}}: {cuerpo[:60]!r}.')
    return Dictamen(seguro, float(confianza))


def _es_confianza(valor: Any) -> bool:
    es_numero = isinstance(valor, int | float) and not isinstance(valor, bool)
    return es_numero and math.isfinite(valor) and 0 <= valor <= 1
