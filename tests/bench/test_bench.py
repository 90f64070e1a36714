"""The benchmark itself: its arithmetic, what it calls a loss, and one tiny run of everything on real processes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.cifras import percentil, razon, resumen
from bench.cumplido import FALTAS, Hecha, decir_faltas, faltas
from bench.figuras import EN_EL_SERVICIO, POR_SU_CUENTA
from bench.informe import escribir, mostrar
from bench.medidas import Medidas
from bench.medidores.generador import Registro
from bench.procesos import make_run
from bench.turnos import por_turnos

MINIMAS = Medidas(
    compras_por_segundo=10,
    compras_segundos=1,
    compras_calentamiento=0.2,
    llamadas=3,
    usuarios=(20, 40),
    tandas=1,
    bandeja_chica=60,
    bandeja_grande=120,
    rondas_consulta=2,
    rondas_socket=2,
    ventas_pocas=1_100,
    ventas_muchas=6_000,
    ventas_nuevas=20,
    rondas_de_contar=2,
    encargo_clientes=(2,),
    encargo_segundos=0.3,
    encargo_rondas=1,
    trabajo_procesos=(1,),
    trabajo_ventas=8,
    trabajo_segundos=0.5,
    trabajo_veces=2,
    fotos_rondas=1,
    fotos_seguidas=2,
    fotos_juntas=4,
    fotos_segundos=1,
    fotos_ventas_por_segundo=3,
    pares_servidores=("uvicorn", "socketio", "llano_core", "piso", "uvicorn_sin_sesion"),
    pares_rondas=1,
    pares_enchufes=6,
    pares_muchos=8,
    pares_ensayo=2,
    pares_rapidas=40,
    pares_de_una_vez=60,
    pares_por_segundo=200,
    pares_segundos=0.2,
    pares_difusiones=5,
    pares_perdidas_por_socket=2,
)


def registro(*tramas: tuple[int, int]) -> Registro:
    """Two purchases, 1 and 2, due at second 10; each frame is (venta_id, secuencia), half a second apart."""
    hecho = Registro(debidas={1: 10.0, 2: 10.0}, respuestas=[0.1, 0.2], retrasos=[0.0, 0.0])
    hecho.tramas = [(venta, secuencia, 10.5 + lugar / 2) for lugar, (venta, secuencia) in enumerate(tramas)]
    return hecho


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0, 1))
def test_it_takes_a_percentile_that_was_really_measured(valores: list[float], parte: float) -> None:
    elegido = percentil(valores, parte)
    assert elegido in valores
    assert sum(valor <= elegido for valor in valores) >= parte * len(valores)


def test_it_takes_percentiles_by_nearest_rank() -> None:
    assert resumen([n / 1000 for n in range(1, 101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    assert razon([3, 9, 1], [2, 1, 7]) == 1.5


@pytest.mark.parametrize(("valores", "parte"), [([], 0.5), ([1.0], 1.01), ([1.0], -0.1)])
def test_it_refuses_a_percentile_that_is_none(valores: list[float], parte: float) -> None:
    with pytest.raises(ValueError, match="No percentile"):
        percentil(valores, parte)


def test_it_lets_the_compared_go_first_in_turn() -> None:
    assert list(por_turnos(["chica", "grande"], 2)) == ["chica", "grande", "grande", "chica"]


def test_it_counts_a_run_in_which_each_sale_came_once_and_in_order() -> None:
    cifras = registro((7, 1), (1, 2), (2, 3)).cifras()  # sale 7 was bought while warming up
    assert cifras["valida"]
    assert cifras["hasta_la_trama_ms"]["max"] == 1500


@pytest.mark.parametrize(
    ("tramas", "falta"),
    [
        ([(1, 1)], "perdidas"),
        ([(1, 1), (2, 2), (1, 3)], "repetidas"),
        ([(1, 2), (2, 1)], "fuera_de_orden"),
    ],
)
def test_it_does_not_count_a_run_that_broke_the_promise(tramas: list[tuple[int, int]], falta: str) -> None:
    cifras = registro(*tramas).cifras()
    assert cifras[falta] == 1
    assert not cifras["valida"]


def test_it_does_not_count_a_run_in_which_a_purchase_was_refused() -> None:
    hecho = registro((1, 1), (2, 2))
    hecho.rechazadas = 1
    assert not hecho.cifras()["valida"]


def cumplido(**cambios: Any) -> dict[str, int]:
    """What is missing or too much of two sales, 7 and 8, of which all was done once but for the changes."""
    hechas = {7: Hecha("A1-000007", True, "facturas/factura_A1-000007.pdf")}
    hechas[8] = Hecha("A1-000008", True, "facturas/factura_A1-000008.pdf")
    todo: dict[str, Any] = {
        "hechas": hechas,
        "correos": ["<venta-7.confirmacion@x>", "<stock-bajo-1-1@x>", "<venta-8.confirmacion@x>"],
        "facturas": ["factura_A1-000007.pdf", "factura_A1-000008.pdf"],
        "respondidas": [7, 8],
    }
    halladas = faltas(**{**todo, **cambios})
    return {nombre: cuantas for nombre, cuantas in halladas.items() if cuantas}


def test_it_counts_a_run_in_which_all_that_follows_a_sale_was_done_once() -> None:
    assert cumplido() == {}


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"respondidas": [7, 8, 9]}, "ventas_perdidas"),
        ({"respondidas": [7]}, "ventas_repetidas"),
        ({"respondidas": [7, 8, 8]}, "ventas_repetidas"),
        ({"correos": ["<venta-8.confirmacion@x>"]}, "sin_correo"),
        ({"correos": ["<venta-7.confirmacion@x>", *["<venta-8.confirmacion@x>"] * 2]}, "correos_repetidos"),
        ({"facturas": ["factura_A1-000007.pdf"]}, "sin_factura"),
        (
            {"facturas": [f"factura_A1-{n}.pdf" for n in ("000007", "000008", "000008_x1y2z3w")]},
            "facturas_repetidas",
        ),
    ],
)
def test_it_does_not_count_a_run_in_which_something_was_not_done_or_done_again(
    cambios: dict[str, Any], falta: str
) -> None:
    assert cumplido(**cambios) == {falta: 1}


def test_it_says_what_was_lost_or_repeated() -> None:
    assert decir_faltas({"sin_correo": 2, "sin_factura": 0, "valida": False, "fallidas": 1}) == (
        "sin_correo 2, fallidas 1"
    )
    assert faltas({}, [], [], []).keys() <= set(FALTAS)


def test_it_does_not_take_the_word_of_a_sale_for_its_email_and_invoice() -> None:
    callada = {7: Hecha("A1-000007", False, "")}
    assert cumplido(hechas=callada, respondidas=[7]) == {"sin_correo": 1, "sin_factura": 1}


def test_it_keeps_what_others_wrote_and_what_was_measured_on_this_machine(tmp_path: Path) -> None:
    archivo = tmp_path / "resultados.json"
    escribir(archivo, {"compra": {"valida": True}})
    contenido = json.loads(archivo.read_text())
    archivo.write_text(json.dumps({**contenido, "ratios": {"otro": 2}}))
    escribir(archivo, {"notificar": {}})
    contenido = json.loads(archivo.read_text())
    assert set(contenido) == {"maquina", "versiones", "figuras", "ratios"}
    assert set(contenido["figuras"]) == {"compra", "notificar"}
    assert {"cpu", "nucleos", "memoria_gib", "python", "sistema"} == set(contenido["maquina"])


def test_it_forgets_what_was_measured_on_another_machine(tmp_path: Path) -> None:
    archivo = tmp_path / "resultados.json"
    archivo.write_text(
        json.dumps({"maquina": {"cpu": "another"}, "versiones": {}, "figuras": {"compra": {}}})
    )
    escribir(archivo, {"notificar": {}})
    assert set(json.loads(archivo.read_text())["figuras"]) == {"notificar"}


@pytest.fixture(scope="module")
def figuras() -> dict[str, dict[str, Any]]:
    with make_run() as servicio:
        medidas = {nombre: medir(MINIMAS, servicio) for nombre, medir in EN_EL_SERVICIO.items()}
    return medidas | {nombre: medir(MINIMAS) for nombre, medir in POR_SU_CUENTA.items()}


def test_it_buys_and_sees_every_sale_at_the_seller(figuras: dict[str, Any]) -> None:
    compra = figuras["compra"]
    assert compra["valida"], compra
    assert compra["compras"] > 0
    assert 0 < compra["hasta_la_trama_ms"]["p50"] <= compra["hasta_la_trama_ms"]["p99"]


def test_it_counts_the_queries_of_many_users(figuras: dict[str, Any]) -> None:
    uno, (pocos, mas) = figuras["notificar"]["uno"], figuras["notificar"]["muchos"]
    assert uno["consultas"] > 0
    assert [pocos["usuarios"], mas["usuarios"]] == [20, 40]
    assert pocos["consultas"] <= pocos["consultas_con_bandejas_nuevas"]
    assert pocos["consultas"] == mas["consultas"]


def test_it_reads_every_inbox_by_an_index(figuras: dict[str, Any]) -> None:
    bandeja = figuras["bandeja"]
    assert bandeja["recorridos_completos"] == []
    for filtro, indice in {"todas": "en_bandeja", "no_leidas": "no_leida", "archivadas": "archivada"}.items():
        assert any(f"notificacion_{indice} " in linea for linea in bandeja["planes"][f"listar_{filtro}"])
    assert bandeja["notificaciones"] == {"chica": 60, "grande": 120, "despachada": 120}
    assert bandeja["socket"].keys() <= bandeja["consultas"].keys()


def test_it_counts_new_sales_by_the_index_of_what_is_not_counted(figuras: dict[str, Any]) -> None:
    estadisticas = figuras["estadisticas"]
    assert estadisticas["ventas"] == {"chica": 1_100, "grande": 6_000}
    assert estadisticas["recorridos_completos"] == []
    assert any("venta_sin_contabilizar" in linea for linea in estadisticas["plan"])
    assert min(estadisticas["chica_ms"], estadisticas["grande_ms"], estadisticas["atraso_por_segundo"]) > 0


def test_it_buys_both_ways_and_leaves_nothing_undone(figuras: dict[str, Any]) -> None:
    encargo = figuras["encargo"]
    assert encargo["valida"], encargo
    dos = encargo["por_clientes"]["2"]
    for via in ("pagina", "json"):
        for modo in ("encargada", "en_la_peticion"):
            assert 0 < dos[via][modo]["p50_ms"] <= dos[via][modo]["p99_ms"]
        assert dos[via]["veces_por_segundo"] > 0


def test_it_works_off_sales_on_every_broker_that_there_is(figuras: dict[str, Any]) -> None:
    trabajo = figuras["trabajo"]
    assert trabajo["valida"], trabajo
    for broker in ("redis", "rabbitmq"):
        if "omitida" in trabajo[broker]:
            continue
        uno = trabajo[broker]["por_procesos"]["1"]
        assert uno["por_segundo"] == uno["por_segundo_y_proceso"] > 0
        assert uno["hasta_hecho_ms"]["p50"] > 20, "a mail alone takes 20 ms"
        assert trabajo[broker]["encolar"]["delay_us"] > 0


def test_it_sees_every_photo_finished_and_every_sale_beside_it(figuras: dict[str, Any]) -> None:
    fotos = figuras["fotos"]
    assert fotos["por_segundo"] > 0
    for cuando in ("solas", "al_revelar"):
        assert fotos[f"ventas_{cuando}"]["ventas"] > 0
    assert fotos["tamanos"]["memoria_entre_llana"] < 1


def test_it_delivers_beside_others_and_loses_nothing(figuras: dict[str, Any]) -> None:
    pares = figuras["pares"]
    assert (pares["perdidas"], pares["duplicadas"], pares["valida"]) == (0, 0, True)
    # 40 as a rehearsal, 60, 40 at a pace, 5 to six sockets, two rows for six live and again on their return; 40 with many.
    assert pares["notificaciones"] == 60 + 40 + 5 * 6 + 2 * 6 + 2 * 6 + 40
    nuestra = pares["servidores"]["uvicorn"]
    assert 0 < nuestra["p50_ms"] <= nuestra["p99_ms"]
    assert pares["servidores_con_muchos"]["uvicorn"]["kib"] > 0 < nuestra["conexion_us"]
    assert pares["productor_us"]["ya_codificada"] > 0


def test_it_prints_a_table_of_every_figure(figuras: dict[str, Any]) -> None:
    consola = Console(record=True, width=160, file=io.StringIO())
    for nombre in ("compra", "encargo", "trabajo", "fotos", "pares"):
        mostrar(consola, nombre, figuras[nombre])
    for nombre in ("notificar", "bandeja", "estadisticas"):
        mostrar(consola, nombre, {"sqlite": figuras[nombre], "postgresql": {"omitida": "It needs a server."}})
    texto = " ".join(consola.export_text().split())
    assert "lost 0, repeated 0, out of order 0, refused 0" in texto
    assert "SKIPPED: bandeja on PostgreSQL. It needs a server." in texto
    assert "queries that read a whole table: none" in texto
    rota = {**figuras["encargo"], "valida": False, "correos_repetidos": 3}
    mostrar(consola, "encargo", rota)
    assert "DOES NOT COUNT: correos_repetidos 3" in " ".join(consola.export_text().split())
    mostrar(consola, "trabajo", {**figuras["trabajo"], "rabbitmq": {"omitida": "It is missing."}})
    assert "SKIPPED: trabajo on RabbitMQ. It is missing." in consola.export_text()
    assert "DOES NOT COUNT" not in texto
