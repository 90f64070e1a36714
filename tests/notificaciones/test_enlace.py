"""One subscriber connection, against servers that are no Redis: they say just what a test wants said."""

from __future__ import annotations

import asyncio
import gc
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notificaciones.enlace import BOCADO, Enlace, EnlaceRoto, abrir_enlace

BIENVENIDA = b"$4\r\nhola\r\n"
SUSCRITA = b"*3\r\n$9\r\nsubscribe\r\n$1\r\ng\r\n:1\r\n"
MENSAJE = b"*3\r\n$7\r\nmessage\r\n$1\r\ng\r\n$5\r\nhola!\r\n"


class Servidor:
    """Answers the first thing it hears with `respuesta`, and remembers what it heard."""

    def __init__(self, respuesta: bytes) -> None:
        self.respuesta, self.oido = respuesta, b""
        self.cliente: asyncio.StreamWriter | None = None
        self.direccion = ""

    async def atender(self, lector: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        self.cliente = escritor
        self.oido = await lector.read(1000)
        escritor.write(self.respuesta)
        await lector.read()


@asynccontextmanager
async def servidor(
    respuesta: bytes = BIENVENIDA, tls: ssl.SSLContext | None = None, ruta: Path | None = None
) -> AsyncIterator[Servidor]:
    nuevo = Servidor(respuesta)
    if ruta is None:
        oyente = await asyncio.start_server(nuevo.atender, "127.0.0.1", 0, ssl=tls)
        nuevo.direccion = f"127.0.0.1:{oyente.sockets[0].getsockname()[1]}"
    else:
        oyente = await asyncio.start_unix_server(nuevo.atender, ruta)
    try:
        yield nuevo
    finally:
        oyente.close()
        if nuevo.cliente is not None:
            nuevo.cliente.transport.abort()
        await asyncio.sleep(0)


def fabrica(recibidos: list[Any] | None = None) -> Callable[[], Enlace]:
    lista = [] if recibidos is None else recibidos
    return lambda: Enlace(lambda canal, datos: lista.append((canal, datos)), lista.append)


async def test_it_signs_in_as_the_address_says():
    async with servidor(b"+OK\r\n") as redis:
        enlace = await abrir_enlace({"address": f"redis://ana:cl%40ve@{redis.direccion}/3"}, fabrica())
        enlace.cerrar()
    assert redis.oido == b"*3\r\n$4\r\nAUTH\r\n$3\r\nana\r\n$5\r\ncl@ve\r\n"


async def test_the_options_of_the_host_count_where_the_address_says_nothing():
    async with servidor(b"+OK\r\n") as redis:
        host = {"address": f"redis://{redis.direccion}", "password": "secreta", "socket_timeout": 30}
        (await abrir_enlace(host, fabrica())).cerrar()
    assert redis.oido == b"*2\r\n$4\r\nAUTH\r\n$7\r\nsecreta\r\n"


@pytest.mark.parametrize(
    "respuesta",
    [
        b"-WRONGPASS invalid username-password pair\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
async def test_a_server_that_refuses_is_an_error_at_once(respuesta):
    async with servidor(respuesta) as redis:
        with pytest.raises(EnlaceRoto):
            await abrir_enlace({"address": f"redis://{redis.direccion}"}, fabrica())


async def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr("notificaciones.enlace.ESPERA_CONEXION", 0.2)
    async with servidor(b"") as redis:
        antes = time.monotonic()
        with pytest.raises(TimeoutError):
            await abrir_enlace({"address": f"redis://{redis.direccion}"}, fabrica())
        assert time.monotonic() - antes < 5


async def test_nobody_at_the_address_is_an_error():
    with pytest.raises(OSError, match="Connect call failed"):
        await abrir_enlace({"address": "redis://127.0.0.1:1"}, fabrica())


async def test_a_unix_socket_is_an_address_too(tmp_path):
    async with servidor(ruta=tmp_path / "redis.sock") as redis:
        (await abrir_enlace({"address": f"unix://{tmp_path}/redis.sock?db=2"}, fabrica())).cerrar()
    assert redis.oido == b"*2\r\n$4\r\nECHO\r\n$4\r\nhola\r\n"


async def test_one_that_is_lost_while_nobody_waits_for_it_leaves_no_complaint(caplog):
    enlace = fabrica()()
    enlace.connection_lost(None)
    del enlace
    gc.collect()
    assert not caplog.records


async def test_messages_cut_anywhere_are_put_together():
    recibidos: list[Any] = []
    enlace = fabrica(recibidos)()
    for indice in range(len(flujo := SUSCRITA + MENSAJE + MENSAJE)):
        enlace.data_received(flujo[indice : indice + 1])
    assert recibidos == [b"g", (b"g", b"hola!"), (b"g", b"hola!")]


async def test_what_comes_at_once_is_parsed_in_bites_and_nothing_of_it_is_lost():
    llegados: list[bytes] = []
    enlace = Enlace(lambda canal, datos: llegados.append(datos), lambda canal: None)
    enviados = [b"%d-" % numero * (numero % 7 * 1000 + 1) for numero in range(100)]
    cargas = [b"*3\r\n$7\r\nmessage\r\n$1\r\ng\r\n$%d\r\n%s\r\n" % (len(d), d) for d in enviados]
    todo = b"".join(cargas)
    assert len(todo) > 10 * BOCADO
    enlace.data_received(todo[:-3])
    enlace.data_received(todo[-3:])
    assert llegados == enviados


async def test_a_server_that_speaks_something_else_is_left(caplog):
    async with servidor() as redis:
        enlace = await abrir_enlace({"address": f"redis://{redis.direccion}"}, fabrica())
        assert redis.cliente is not None
        redis.cliente.write(b"?!\r\n")
        await asyncio.wait_for(enlace.cerrado, 3)


def certificado(carpeta: Path) -> ssl.SSLContext:
    """Makes a certificate for 127.0.0.1, signed by itself, at `carpeta`/ca.pem; returns a server's context with it."""
    clave = ec.generate_private_key(ec.SECP256R1())
    nombre = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    ahora = datetime.now(UTC)
    hecho = (
        x509.CertificateBuilder(nombre, nombre, clave.public_key(), x509.random_serial_number())
        .not_valid_before(ahora - timedelta(hours=1))
        .not_valid_after(ahora + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(clave, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (carpeta / "ca.pem").write_bytes(hecho.public_bytes(pem))
    (carpeta / "clave.pem").write_bytes(
        clave.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(carpeta / "ca.pem", carpeta / "clave.pem")
    return contexto


async def test_tls_trusts_what_the_address_says_and_nobody_else(tmp_path):
    async with servidor(tls=certificado(tmp_path)) as redis:
        for opciones in (f"ssl_ca_certs={tmp_path / 'ca.pem'}", "ssl_cert_reqs=none"):
            (await abrir_enlace({"address": f"rediss://{redis.direccion}?{opciones}"}, fabrica())).cerrar()
        with pytest.raises(ssl.SSLCertVerificationError):
            await abrir_enlace({"address": f"rediss://{redis.direccion}"}, fabrica())
