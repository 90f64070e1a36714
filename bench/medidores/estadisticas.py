"""Times the counting of new sales beside few and beside very many that were counted before, in two databases by turns."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from bench.procesos import MedicionFallida, iniciar_django

iniciar_django()

from django.contrib.auth import get_user_model  # noqa: E402  (needs Django to be set up)
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.utils import timezone  # noqa: E402

from analytics.servicios import contar  # noqa: E402
from bench.medidores.lecturas import planes, recorridos  # noqa: E402
from bench.turnos import por_turnos  # noqa: E402
from ventas.models import Producto, Venta  # noqa: E402

LOTE = 50_000
PRODUCTOS = 10
POR_TURNO = 5
# Copies are numbered downwards from here, new sales upwards.
FOLIOS = count(10**12)
# A copy of a sale has a number of its own; all else is copied as it is.
PROPIAS = {"numero": "'B' || (folio + %s)", "folio": "folio + %s"}


@contextmanager
def base_propia(nombre: str) -> Iterator[Any]:
    """Gives the connection to a new database beside that of the service, in which nobody else counts."""
    servicio = connection.settings_dict
    en_postgres = connection.vendor == "postgresql"
    nueva = f"{servicio['NAME']}_{nombre}" if en_postgres else str(Path(servicio["NAME"]).with_name(nombre))
    de_servicio, propia = connections["default"], connections.create_connection("default")
    opciones = {clave: valor for clave, valor in servicio["OPTIONS"].items() if clave != "pool"}
    propia.settings_dict = {**servicio, "NAME": nueva, "OPTIONS": opciones}
    if en_postgres:
        ejecutar(f'CREATE DATABASE "{nueva}"')
    connections["default"] = propia
    call_command("migrate", verbosity=0)
    connections["default"] = de_servicio
    try:
        yield propia
    finally:
        propia.close()
        connections["default"] = de_servicio
        if en_postgres:
            ejecutar(f'DROP DATABASE "{nueva}"')


def ejecutar(orden: str, *valores: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(orden, valores)


def llenar(total: int) -> None:
    """Makes so many sales, as if each had just been made: some as they are, the others copies of those."""
    usuarios = get_user_model().objects
    ana, _ = usuarios.create_user("ana"), usuarios.create_user("bruno")
    Producto.objects.bulk_create(
        Producto(nombre=f"Taza {numero}", precio="129.90", vendedor=ana) for numero in range(PRODUCTOS)
    )
    vender(min(total, 1_000))
    columnas = [campo.column for campo in Venta._meta.concrete_fields if not campo.primary_key]
    valores = ", ".join(PROPIAS.get(columna, columna) for columna in columnas)
    orden = (
        f"INSERT INTO ventas_venta ({', '.join(columnas)}) "  # noqa: S608  (names of columns, and numbers)
        f"SELECT {valores} FROM ventas_venta ORDER BY id LIMIT %s"
    )
    while (faltan := total - Venta.objects.count()) > 0:
        abajo = Venta.objects.aggregate(salto=Min("folio") - Max("folio") - 1)["salto"]
        ejecutar(orden, abajo, abajo, min(faltan, LOTE))


def vender(cuantas: int) -> None:
    """Makes new sales of today, of all products in turn."""
    bruno = get_user_model().objects.get(username="bruno")
    Venta.objects.bulk_create(
        Venta(
            numero=f"A{folio}",
            folio=folio,
            producto=producto,
            descripcion=producto.nombre,
            comprador=bruno,
            vendedor_id=producto.vendedor_id,
            cantidad=1,
            monto=producto.precio,
            fecha_creacion=timezone.now(),
        )
        for folio, producto in zip(islice(FOLIOS, cuantas), cycle(Producto.objects.all()), strict=False)
    )


def ponerse_al_dia() -> float:
    """Counts all that is not counted; returns how many sales a second."""
    inicio, contadas = time.perf_counter(), 0
    while esta_vez := contar():
        contadas += esta_vez
    return contadas / (time.perf_counter() - inicio)


def reposar() -> None:
    """Does what the database does by itself within a minute, so that it does not do it in between."""
    if connection.vendor == "postgresql":
        ejecutar("VACUUM ANALYZE")
    else:
        ejecutar("PRAGMA wal_checkpoint")


def cronometrar(nuevas: int, veces: int) -> Iterator[float]:
    """Yields the seconds of each counting; the first of a turn warms up."""
    for vez in range(1 + veces):
        vender(nuevas)
        inicio = time.perf_counter()
        contadas = contar()
        duracion = time.perf_counter() - inicio
        if contadas != nuevas:
            raise MedicionFallida(f"{contadas} sales were counted, and {nuevas} were new.")
        if vez:
            yield duracion


def medir(chica: int, grande: int, nuevas: int, rondas: int) -> dict[str, Any]:
    """Returns the seconds beside few and beside very many, and which steps read a whole table of very many."""
    with base_propia("chica") as de_pocas, base_propia("grande") as de_muchas:
        bases = {"chica": (de_pocas, chica), "grande": (de_muchas, grande)}
        for base, total in bases.values():
            connections["default"] = base
            llenar(total)
            atraso = ponerse_al_dia()
            reposar()
        segundos: dict[str, list[float]] = {nombre: [] for nombre in bases}
        for nombre in por_turnos(list(bases), rondas):
            connections["default"] = bases[nombre][0]
            segundos[nombre] += cronometrar(nuevas, POR_TURNO)
        connections["default"] = de_muchas
        vender(nuevas)
        pasos = planes(lambda _: contar(), {})
    lineas = [paso for paso in pasos if "Scan" in paso or paso.startswith(("SCAN ", "SEARCH "))]
    return {
        "segundos": segundos,
        "ventas": {"chica": chica, "grande": grande},
        "atraso_por_segundo": atraso,
        "plan": lineas,
        # The index of what is not counted holds that alone: to read all of it is the point.
        "recorridos_completos": [
            paso
            for paso in recorridos(lineas)
            # What a statement brings with it is CONSTANT ROWS, and a VALUES CLAUSE from SQLite 3.46 on.
            if not any(parte in paso for parte in ("venta_sin_contabilizar", "CONSTANT", "VALUES CLAUSE"))
        ],
    }


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
