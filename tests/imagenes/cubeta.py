"""A server that speaks S3, with one bucket: moto's, in a thread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3
from moto.server import ThreadedMotoServer

from myproject.hijos import puerto_libre

CLAVE, SECRETO, CUBETA = "clave", "secreto/con+signos", "tienda"


@contextmanager
def cubeta() -> Iterator[tuple[str, Any]]:
    """Gives the ALMACEN_URL of an empty bucket, and the bucket as its owner sees it."""
    puerto = puerto_libre()
    servidor = ThreadedMotoServer(ip_address="127.0.0.1", port=puerto, verbose=False)
    servidor.start()
    try:
        with mock.patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": CLAVE, "AWS_SECRET_ACCESS_KEY": SECRETO}):
            servicio = boto3.resource(
                "s3", endpoint_url=f"http://127.0.0.1:{puerto}", region_name="us-east-1"
            )
            vista = servicio.create_bucket(Bucket=CUBETA)
            yield f"s3+http://{CLAVE}:{SECRETO.replace('/', '%2F')}@127.0.0.1:{puerto}/{CUBETA}", vista
            servicio.meta.client.close()
    finally:
        servidor.stop()
