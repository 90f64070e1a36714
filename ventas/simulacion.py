"""Buys at a steady rate, on a schedule that does not wait for slow purchases, and counts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

from .encolado import comprar
from .errores import ErrorDeVenta, SinExistencias
from .servicios import Pedido


@dataclass
class Recuento:
    """What happened so far. A duration is in seconds, from when the purchase was due to its answer."""

    vendidas: int = 0
    rechazadas: int = 0
    duraciones: list[float] = field(default_factory=list)

    def percentil(self, parte: float) -> float:
        """Returns the smallest duration that `parte` of the purchases did not exceed, in milliseconds."""
        if not self.duraciones:
            return 0.0
        orden = sorted(self.duraciones)
        return orden[ceil(parte * len(orden)) - 1] * 1000

    def linea(self) -> str:
        return (
            f"Vendidas: {self.vendidas}. Rechazadas: {self.rechazadas}. "
            f"Compra: p50 {self.percentil(0.5):.1f} ms, p99 {self.percentil(0.99):.1f} ms."
        )


class Simulacion:
    """One buyer, some products, a rate and a duration."""

    def __init__(
        self,
        *,
        comprador_id: int,
        producto_ids: Sequence[int],
        por_segundo: float,
        durante: float,
        reloj: Callable[[], float] = time.perf_counter,
        dormir: Callable[[float], None] = time.sleep,
    ) -> None:
        self.comprador_id = comprador_id
        self.disponibles = list(producto_ids)
        self.por_segundo = por_segundo
        self.planeadas = max(1, round(por_segundo * durante))
        self.recuento = Recuento()
        self.reloj = reloj
        self.dormir = dormir

    def correr(self, avanzar: Callable[[], None]) -> None:
        """Buys until the plan is done or nothing is left; calls `avanzar` after each purchase."""
        inicio = self.reloj()
        for turno in range(self.planeadas):
            if not self.disponibles:
                return
            # Due times are fixed: a slow purchase shows in the figures instead of thinning the load.
            debida = inicio + turno / self.por_segundo
            self.dormir(max(0.0, debida - self.reloj()))
            self._comprar(debida)
            avanzar()

    def _comprar(self, debida: float) -> None:
        producto_id = secrets.choice(self.disponibles)
        try:
            comprar(comprador_id=self.comprador_id, pedido=Pedido(producto_id, 1))
        except ErrorDeVenta as error:
            self.recuento.rechazadas += 1
            if isinstance(error, SinExistencias):
                self.disponibles.remove(producto_id)
        else:
            self.recuento.vendidas += 1
        self.recuento.duraciones.append(self.reloj() - debida)
