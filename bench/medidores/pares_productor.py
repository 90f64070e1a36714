"""What it takes to publish many notifications without their rows: `python -m bench.medidores.pares_productor JSON`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.cifras import redondear
from bench.pares.mensajes import TRAMA
from bench.procesos import iniciar_django
from bench.turnos import por_turnos

iniciar_django()

from notificaciones import entrega  # noqa: E402  (needs Django to be set up)
from notificaciones.protocolo import codificar  # noqa: E402

# As many as `notificar_muchos` hands over at once.
TANDA = 1000
RONDAS = 3
Hacer = Callable[[int], entrega.Envio]


def medir(cuantas: int, usuarios: int) -> dict[str, float]:
    """Returns microseconds of the processor a notification: as a whole, with its trace, and without encoding the frame."""
    hecha = codificar(TRAMA)

    def entera(numero: int) -> entrega.Envio:
        trama = codificar({**TRAMA, "secuencia": numero})
        return entrega.Envio(numero % usuarios, numero - 1, numero, trama)

    def con_rastro(numero: int) -> entrega.Envio:
        trama = codificar({**TRAMA, "secuencia": numero})
        return entrega.Envio(numero % usuarios, numero - 1, numero, trama, numero + 1)

    def ya_codificada(numero: int) -> entrega.Envio:
        return entrega.Envio(numero % usuarios, numero - 1, numero, hecha)

    formas: dict[str, Hacer] = {"entera": entera, "con_rastro": con_rastro, "ya_codificada": ya_codificada}
    vistas: dict[str, list[float]] = {nombre: [] for nombre in formas}
    for nombre in por_turnos(list(formas), RONDAS):
        vistas[nombre].append(cronometrar(formas[nombre], cuantas))
    return {nombre: median(valores) for nombre, valores in vistas.items()}


def cronometrar(hacer: Hacer, cuantas: int) -> float:
    """Returns microseconds of the processor a notification."""
    _publicar(hacer, cuantas // 10)
    antes = time.process_time()
    _publicar(hacer, cuantas)
    return redondear((time.process_time() - antes) * 1e6 / cuantas)


def _publicar(hacer: Hacer, cuantas: int) -> None:
    for inicio in range(0, cuantas, TANDA):
        if not entrega.publicar([hacer(numero) for numero in range(inicio, min(inicio + TANDA, cuantas))]):
            raise ConnectionError("Redis did not take what was published.")


if __name__ == "__main__":
    encargo: dict[str, Any] = json.loads(sys.argv[1])
    print(json.dumps(medir(**encargo)))
