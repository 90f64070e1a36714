"""A mail server that takes its time, as those outside do, and notes what it accepted: `python -m bench.medidores.correo JSON`."""

from __future__ import annotations

import asyncio
import json
import sys
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session


class Anotador:
    """Accepts every message a while after it came, and writes down its Message-ID, a line each."""

    def __init__(self, archivo: TextIO, segundos: float) -> None:
        self._archivo, self._segundos = archivo, segundos

    async def handle_DATA(self, servidor: SMTP, sesion: Session, sobre: Envelope) -> str:
        await asyncio.sleep(self._segundos)
        cabeceras = BytesHeaderParser().parsebytes(sobre.content or b"")
        self._archivo.write(f"{cabeceras['Message-ID']}\n")
        self._archivo.flush()
        return "250 OK"


async def servir(puerto: int, anotador: Anotador) -> None:
    """Serves until it is ended."""
    bucle = asyncio.get_running_loop()
    servidor = await bucle.create_server(lambda: SMTP(anotador), "127.0.0.1", puerto)
    await servidor.serve_forever()


def main(puerto: int, archivo: str, segundos: float) -> None:
    with Path(archivo).open("a", encoding="utf-8") as abierto:
        asyncio.run(servir(puerto, Anotador(abierto, segundos)))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
