"""A Daphne that speaks TLS itself, without a proxy: its pages are https, and their WebSockets wss."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from myproject import hijos
from tests.procesos import Servicio
from tests.servicio.persona import Persona


def certificado(carpeta: Path) -> tuple[Path, Path]:
    """Writes a key and a certificate that nobody signed but itself; returns where."""
    clave, nombre = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    ahora = datetime.now(UTC)
    firmado = (
        x509.CertificateBuilder(nombre, nombre, clave.public_key(), x509.random_serial_number())
        .not_valid_before(ahora - timedelta(hours=1))
        .not_valid_after(ahora + timedelta(hours=1))
        .sign(clave, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secreta = clave.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (carpeta / "clave.pem").write_bytes(secreta)
    (carpeta / "certificado.pem").write_bytes(firmado.public_bytes(pem))
    return carpeta / "clave.pem", carpeta / "certificado.pem"


def enchufar(url: str, origen: str, persona: Persona) -> ClientConnection:
    sin_comprobar = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    sin_comprobar.check_hostname, sin_comprobar.verify_mode = False, ssl.CERT_NONE
    cabeceras = {"Cookie": persona.galletas()}
    return connect(
        url,
        origin=Origin(origen),
        additional_headers=cabeceras,
        ssl=sin_comprobar,
        proxy=None,
        open_timeout=5,
    )


def test_ana_listens_over_tls_and_a_page_without_it_does_not(tmp_path):
    clave, cert = certificado(tmp_path)
    puerto = hijos.puerto_libre()
    servicio = Servicio(demo=True)
    por_tls = f"ssl:{puerto}:interface=127.0.0.1:privateKey={clave}:certKey={cert}"
    servicio.partes["web"] = servicio.partes["web"].replace("daphne ", f"daphne -e {por_tls} ")
    with servicio:
        ana, url = Persona(servicio.url, "ana"), f"wss://127.0.0.1:{puerto}/ws/notificaciones/"
        with enchufar(url, f"https://127.0.0.1:{puerto}", ana) as enchufe:
            assert json.loads(enchufe.recv(timeout=5))["type"] == "connection_established"
        with pytest.raises(InvalidStatus), enchufar(url, f"http://127.0.0.1:{puerto}", ana):
            pass
