"""The same limits and refusals through real servers, with Redis gone: they ask nobody, and leave no traceback."""

from __future__ import annotations

import http.client
import re
import time
from urllib.error import HTTPError

import pytest

from tests.procesos import Servicio
from tests.servicio.persona import Persona

FICHA = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def servicio(request):
    limites = {"ENVIOS_POR_MINUTO": "60"}
    with Servicio(demo=True, servidor=request.param, entorno=limites) as abierto:
        abierto.redis.matar()
        yield abierto
        assert "Traceback" not in abierto.registro("web")


def pedir(servicio, metodo, ruta, cuerpo=None, **cabeceras):
    """Returns the status and the headers of an answer; names of headers are written with _ for -."""
    conexion = http.client.HTTPConnection("127.0.0.1", servicio.puerto, timeout=10)
    nombres = {nombre.replace("_", "-"): valor for nombre, valor in cabeceras.items()}
    conexion.request(metodo, ruta, cuerpo, nombres)
    respuesta = conexion.getresponse()
    texto = respuesta.read().decode(errors="replace")
    conexion.close()
    return respuesta.status, respuesta.headers, texto


def adivinar(servicio, **cabeceras):
    _, recibidas, pagina = pedir(servicio, "GET", "/cuentas/login/")
    galleta = recibidas["Set-Cookie"].split(";")[0]
    cuerpo = f"csrfmiddlewaretoken={FICHA.search(pagina)[1]}&username=carla&password=adivina-esta"
    tipo = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": galleta}
    return pedir(servicio, "POST", "/cuentas/login/", cuerpo, **tipo, **cabeceras)


def test_the_eleventh_guess_waits_and_no_answer_takes_long(servicio):
    comienzo = time.monotonic()
    estados = [adivinar(servicio)[0] for _ in range(11)]
    assert estados == [200] * 10 + [429]
    assert time.monotonic() - comienzo < 30
    estado, cabeceras, _ = adivinar(servicio)
    assert (estado, cabeceras["Retry-After"]) == (429, "60")


def test_the_61st_form_of_brunos_waits(servicio):
    bruno = Persona(servicio.url, "bruno")
    for _ in range(60):
        bruno.pedir("/notificaciones/todas/leida/", {"volver": "/livez"})
    with pytest.raises(HTTPError) as negada:
        bruno.pedir("/notificaciones/todas/leida/", {"volver": "/livez"})
    assert negada.value.code == 429
    assert 1 <= int(negada.value.headers["Retry-After"]) <= 60
    negada.value.close()


@pytest.mark.parametrize(
    ("metodo", "ruta", "cuerpo", "cabeceras", "estado"),
    [
        ("GET", "/", None, {"Host": "evil.example"}, 400),
        ("GET", "/", None, {"Cookie": r'sessionid="aaaaaaaaaaaaaaaa\000"'}, 400),
        ("GET", "/fotos/a%00b/medium.jpg", None, {}, 404),
        ("GET", "/%ff%fe%f0", None, {}, 404),
        ("GET", "/?pagina=-1", None, {}, 400),
        ("GET", "/" + "a" * 3000, None, {}, 404),
        ("POST", "/ventas/procesar/", '{"a":', {"Content_Type": "application/json"}, 403),
        ("PUT", "/ventas/procesar/", "x", {}, 403),
        ("OPTIONS", "/ventas/procesar/", None, {}, 405),
        ("BREW", "/livez", None, {}, 403),
    ],
)
def test_what_no_browser_sends_has_its_answer_and_the_policy(
    servicio, metodo, ruta, cuerpo, cabeceras, estado
):
    dado, recibidas, _ = pedir(servicio, metodo, ruta, cuerpo, **cabeceras)
    assert dado == estado
    # Pages of Django's own, which it shows where DEBUG is on, have styles in them.
    assert estado == 404 or "unsafe" not in recibidas["Content-Security-Policy"]
    assert recibidas["X-Content-Type-Options"] == "nosniff"


def test_its_log_says_what_was_refused_and_quotes_nothing(servicio):
    pedir(servicio, "GET", "/", Host="evil.example")
    escrito = servicio.registro("web")
    assert " WARNING seguridad: " in escrito
    assert "evil.example" not in escrito
    assert "adivina-esta" not in escrito
