"""A RabbitMQ of a test's own, to be killed, frozen and started again; its queues survive that."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from typing import Self

from kombu import Connection

from myproject import hijos
from tests.capacidades import rabbitmq_servidor
from tests.redis_privado import carpeta_nueva, esperar


class RabbitMQ:
    """A node of one, on 127.0.0.1."""

    def __init__(self) -> None:
        self.puerto, self._distribucion = hijos.puerto_libre(), hijos.puerto_libre()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.puerto}//"
        self.carpeta = carpeta_nueva("rabbit")
        self.proceso: subprocess.Popen[bytes] | None = None
        (self.carpeta / "plugins").write_text("[].")
        (self.carpeta / "rabbitmq.conf").write_text("log.console = false\n")
        self._entorno = {
            **os.environ,
            "HOME": str(self.carpeta),
            "RABBITMQ_NODENAME": f"prueba{secrets.token_hex(4)}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.puerto),
            "RABBITMQ_DIST_PORT": str(self._distribucion),
            "RABBITMQ_MNESIA_BASE": str(self.carpeta),
            "RABBITMQ_LOG_BASE": str(self.carpeta),
            "RABBITMQ_PID_FILE": str(self.carpeta / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.carpeta / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.carpeta / "rabbitmq"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }

    def __enter__(self) -> Self:
        self.iniciar()
        return self

    def __exit__(self, *_: object) -> None:
        self.detener()

    def iniciar(self) -> None:
        """Starts it, or starts it again on its data, and waits until it takes connections."""
        opciones = {"env": self._entorno, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.proceso = hijos.lanzar([str(rabbitmq_servidor())], **opciones)
        esperar(self._responde, f"RabbitMQ answers on port {self.puerto}", 60)

    def matar(self) -> None:
        """SIGKILL."""
        self._avisar(signal.SIGKILL)
        if self.proceso is not None:
            self.proceso.wait()
        self.proceso = None

    def congelar(self) -> None:
        self._avisar(signal.SIGSTOP)

    def descongelar(self) -> None:
        self._avisar(signal.SIGCONT)

    def detener(self) -> None:
        if self.proceso is not None:
            hijos.terminar([self.proceso], 10)
        self.proceso = None

    def _responde(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=2) as conexion:
                conexion.connect()
        except OSError:
            return False
        return True

    def _avisar(self, senal: int) -> None:
        assert self.proceso is not None, "This RabbitMQ is not running."
        hijos.avisar(self.proceso, senal)
