"""The figure of the statistics: counting new sales costs the same, however many there are."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from bench.cifras import mediana_ms, razon, redondear
from bench.medidas import Medidas
from bench.procesos import Servicio

OBJETIVO_RAZON = 1.2


def estadisticas(medidas: Medidas, servicio: Servicio) -> dict[str, Any]:
    """Returns the times of counting some new sales in a table of few and of very many, and how fast a backlog goes."""
    pedido = {
        "chica": medidas.ventas_pocas,
        "grande": medidas.ventas_muchas,
        "nuevas": medidas.ventas_nuevas,
        "rondas": medidas.rondas_de_contar,
    }
    cifras = servicio.medir("estadisticas", pedido)
    segundos = cifras.pop("segundos")
    return {
        "nuevas": medidas.ventas_nuevas,
        "veces": len(segundos["grande"]),
        **{f"{nombre}_ms": mediana_ms(valores) for nombre, valores in segundos.items()},
        "grande_entre_chica": razon(segundos["grande"], segundos["chica"]),
        **cifras,
        "atraso_por_segundo": redondear(cifras["atraso_por_segundo"]),
    }


def tabla_de_estadisticas(figura: dict[str, Any]) -> Table:
    """Returns medians, and how many times that of the small table the other is."""
    tabla = Table(*("", "few", "very many", "ratio", "backlog, a second"), title="actualizar_estadisticas")
    medidas = {
        base: figura[clave]
        for clave, base in {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.items()
        if "omitida" not in figura[clave]
    }
    completos: list[str] = []
    for base, cifras in medidas.items():
        logrado = cifras["grande_entre_chica"] <= OBJETIVO_RAZON
        tabla.add_row(
            base,
            f"{cifras['chica_ms']:.2f} ms",
            f"{cifras['grande_ms']:.2f} ms",
            f"{cifras['grande_entre_chica']:.2f} {'[green]✓[/]' if logrado else '[red]✗[/]'}",
            f"{cifras['atraso_por_segundo']:,.0f}",
        )
        completos += cifras["recorridos_completos"]
    una = figura["sqlite"]
    tabla.caption = (
        f"{una['nuevas']} new sales beside {una['ventas']['chica']:,} and beside {una['ventas']['grande']:,}, "
        f"medians of {una['veces']}; aim: ratio up to {OBJETIVO_RAZON:g}; "
        f"queries that read a whole table: {', '.join(completos) or 'none'}"
    )
    return tabla
