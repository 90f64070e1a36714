"""How much is measured: the sizes behind every figure."""

from __future__ import annotations

from dataclasses import dataclass

# In the order in which they take turns.
SERVIDORES = (
    *("daphne", "socketio", "uvicorn", "piso"),
    *("python_socketio", "llano_pubsub", "llano_core", "daphne_sin_sesion", "uvicorn_sin_sesion"),
)


@dataclass(frozen=True, slots=True)
class Medidas:
    """The sizes of one run. Times in seconds."""

    compras_por_segundo: float
    compras_segundos: float
    compras_calentamiento: float
    llamadas: int
    usuarios: tuple[int, ...]
    tandas: int
    bandeja_chica: int
    bandeja_grande: int
    rondas_consulta: int
    rondas_socket: int
    ventas_pocas: int
    ventas_muchas: int
    ventas_nuevas: int
    rondas_de_contar: int
    encargo_clientes: tuple[int, ...]
    encargo_segundos: float
    encargo_rondas: int
    trabajo_procesos: tuple[int, ...]
    trabajo_ventas: int
    trabajo_segundos: float
    trabajo_veces: int
    fotos_rondas: int
    fotos_seguidas: int
    fotos_juntas: int
    fotos_segundos: float
    fotos_ventas_por_segundo: float
    pares_servidores: tuple[str, ...]
    pares_rondas: int
    pares_enchufes: int
    pares_muchos: int
    pares_ensayo: int
    pares_rapidas: int
    pares_de_una_vez: int
    pares_por_segundo: float
    pares_segundos: float
    pares_difusiones: int
    pares_perdidas_por_socket: int


COMPLETAS = Medidas(
    compras_por_segundo=20,
    compras_segundos=20,
    compras_calentamiento=5,
    llamadas=500,
    usuarios=(1_000, 2_000, 10_000),
    tandas=3,
    bandeja_chica=1_000,
    bandeja_grande=200_000,
    rondas_consulta=150,
    rondas_socket=60,
    ventas_pocas=1_000,
    ventas_muchas=1_000_000,
    ventas_nuevas=100,
    rondas_de_contar=10,
    encargo_clientes=(1, 8),
    encargo_segundos=2,
    encargo_rondas=3,
    trabajo_procesos=(1, 2),
    trabajo_ventas=400,
    trabajo_segundos=4,
    trabajo_veces=500,
    fotos_rondas=5,
    fotos_seguidas=15,
    fotos_juntas=60,
    fotos_segundos=10,
    fotos_ventas_por_segundo=5,
    pares_servidores=SERVIDORES,
    pares_rondas=3,
    pares_enchufes=500,
    pares_muchos=4_000,
    pares_ensayo=200,
    pares_rapidas=20_000,
    pares_de_una_vez=100_000,
    pares_por_segundo=1_000,
    pares_segundos=2.5,
    pares_difusiones=40,
    pares_perdidas_por_socket=5,
)

# A look in about 20 seconds: says whether everything works, not how fast it is.
RAPIDAS = Medidas(
    compras_por_segundo=20,
    compras_segundos=3,
    compras_calentamiento=1,
    llamadas=100,
    usuarios=(1_000, 2_000),
    tandas=1,
    bandeja_chica=1_000,
    bandeja_grande=20_000,
    rondas_consulta=50,
    rondas_socket=15,
    ventas_pocas=1_000,
    ventas_muchas=20_000,
    ventas_nuevas=100,
    rondas_de_contar=4,
    encargo_clientes=(1, 8),
    encargo_segundos=1,
    encargo_rondas=1,
    trabajo_procesos=(1, 2),
    trabajo_ventas=100,
    trabajo_segundos=4,
    trabajo_veces=100,
    fotos_rondas=1,
    fotos_seguidas=5,
    fotos_juntas=10,
    fotos_segundos=3,
    fotos_ventas_por_segundo=5,
    pares_servidores=SERVIDORES,
    pares_rondas=1,
    pares_enchufes=100,
    pares_muchos=200,
    pares_ensayo=20,
    pares_rapidas=2_000,
    pares_de_una_vez=4_000,
    pares_por_segundo=1_000,
    pares_segundos=1,
    pares_difusiones=10,
    pares_perdidas_por_socket=2,
)
