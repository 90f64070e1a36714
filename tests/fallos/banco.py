"""The bench: private servers, web processes on Daphne and uvicorn, a publisher, and people with devices."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import redis

from tests.procesos import Redis, Servicio

from .cliente import Cliente
from .comprobador import Tabla
from .escena import Escena
from .flota import Flota
from .postgres import Postgres
from .publicador import Publicador
from .visita import Visitante

CLAVE = "only-for-the-private-processes-of-the-fault-harness-0123456789"
SERVIDORES = ("daphne", "uvicorn")
# What the log may say of one cause within one second of the clock: at most one line a second, on either side of its edge.
LINEAS_POR_SEGUNDO = 2
LINEA = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ (?:WARNING|ERROR|CRITICAL) (.*)", re.MULTILINE)


class Banco:
    """The service on servers of its own. `webs` are its web processes by name, `urls` where their sockets are."""

    def __init__(
        self,
        *,
        postgres: bool = False,
        con_redis: bool = True,
        entorno: Mapping[str, str] | None = None,
        aplicacion: str = "myproject.asgi:application",
        servidores: Sequence[str] = SERVIDORES,
        opciones: Mapping[str, str] | None = None,
    ) -> None:
        self.redis, self.broker = Redis(), Redis()
        self.postgres = Postgres() if postgres else None
        self._con_redis = con_redis
        self._entorno = {
            # As in production: with DEBUG, errors are pages for programmers.
            "DEBUG": "0",
            "SECRET_KEY": CLAVE,
            "CELERY_BROKER_URL": self.broker.url,
            "CELERY_RESULT_BACKEND": self.broker.url,
            # All people of the bench come from one address, and buy all the time.
            "SOCKETS_POR_DIRECCION": "100000",
            "ENVIOS_POR_MINUTO": "100000",
            **(entorno or {}),
        }
        self._aplicacion, self._servidores = aplicacion, servidores
        self._opciones = opciones or {}
        self._pila = ExitStack()
        self._leido: Counter[str] = Counter()
        self.personas: list[tuple[int, str]] = []
        self._bruno: Visitante | None = None

    def __enter__(self) -> Self:
        try:
            self._iniciar()
        except BaseException:
            self._pila.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._pila.close()

    def _iniciar(self) -> None:
        if self._con_redis:
            self.redis.iniciar()
        self._pila.callback(self.redis.detener)
        self._pila.enter_context(self.broker)
        base = self._pila.enter_context(self.postgres).url if self.postgres else None
        self.servicio = Servicio(
            redis_url=self.redis.url,
            database_url=base,
            entorno=self._entorno,
            aplicacion=self._aplicacion,
            servidor=self._servidores[0],
        )
        self.puertos = {"web": self.servicio.puerto}
        for servidor in self._servidores[1:]:
            self.puertos[servidor] = self.servicio.agregar_web(servidor)
        for web, opcion in self._opciones.items():
            self.servicio.partes[web] += f" {opcion}"
        self._pila.enter_context(self.servicio)
        self.tabla = Tabla(self.servicio.database_url)
        self.publicador, self.ayudante = (self._nuevo_publicador(cual) for cual in ("publicador", "ayudante"))
        self.publicador.lanzar()

    def _nuevo_publicador(self, nombre: str) -> Publicador:
        nuevo = Publicador(self.servicio.entorno, self.servicio.carpeta / f"{nombre}.log")
        self._pila.callback(nuevo.detener)
        return nuevo

    @property
    def url(self) -> dict[str, str]:
        """Returns where the sockets of each web process are."""
        return {web: f"ws://127.0.0.1:{puerto}/ws/notificaciones/" for web, puerto in self.puertos.items()}

    @property
    def urls(self) -> list[str]:
        return list(self.url.values())

    def pid(self, web: str = "web") -> int:
        return self.servicio.procesos[web].pid

    async def gente(self, cuantas: int) -> list[tuple[int, str]]:
        """Returns ana, who sells, and others, so many in all, as (id, session key); they are made once."""
        faltan = cuantas - len(self.personas)
        if faltan > 0:
            self.personas += await self.nuevas(f"persona-{len(self.personas)}", faltan)
        return self.personas[:cuantas]

    async def nuevas(self, nombre: str, cuantas: int) -> list[tuple[int, str]]:
        """Returns new signed-in people."""
        return [tuple(una) for una in await self.publicador.pedir("crear", nombre=nombre, cuantos=cuantas)]

    async def comprador(self) -> Visitante:
        """Returns bruno, who buys something of ana's that does not run out."""
        [(ana, _)] = await self.gente(1)
        if self._bruno is None:
            [(_, sesion)] = await self.nuevas("bruno", 1)
            producto = await self.publicador.pedir("surtir", vendedor_id=ana)
            self._bruno = Visitante(self.servicio.puerto, sesion, producto)
        return self._bruno

    def cliente_de_redis(self) -> redis.Redis:
        """Returns a client of our Redis, to be closed by who asked."""
        return redis.Redis.from_url(self.redis.url)

    def visitante(self, sesion: str = "", turno: int = 0) -> Visitante:
        """Returns somebody with that session, at one of the web processes."""
        puertos = list(self.puertos.values())
        return Visitante(puertos[turno % len(puertos)], sesion)

    @asynccontextmanager
    async def escena(
        self, personas: int, *, aparatos: int = 1, urls: Sequence[str] = (), empezar_igual: bool = False
    ) -> AsyncIterator[Escena]:
        """Opens the devices of so many people; each device begins at another address, or all at the first."""
        gente = await self.gente(personas)
        async with self.de(gente, aparatos=aparatos, urls=urls, empezar_igual=empezar_igual) as escena:
            yield escena

    @asynccontextmanager
    async def de(
        self,
        personas: Sequence[tuple[int, str]],
        *,
        aparatos: int = 1,
        urls: Sequence[str] = (),
        empezar_igual: bool = False,
    ) -> AsyncIterator[Escena]:
        """Opens the devices of these people."""
        urls = urls or self.urls
        clientes = []
        for usuario_id, sesion in personas:
            for _ in range(aparatos):
                turno = 0 if empezar_igual else len(clientes) % len(urls)
                clientes.append(Cliente(usuario_id, sesion, [*urls[turno:], *urls[:turno]]))
        async with Flota(clientes) as flota:
            yield Escena(self, flota)

    def conexiones_a_la_base(self) -> int:
        """Returns how many connections the web processes have to the database now."""
        if self.postgres is not None:
            return self.postgres.conexiones()
        archivo = self.servicio.database_url.removeprefix("sqlite:///")
        pids = [self.pid(web) for web in self.puertos]
        return sum(ruta == archivo for pid in pids for ruta in archivos_abiertos(pid))

    @property
    def conexiones_admitidas(self) -> int:
        """Returns how many they may have at most: ten threads of each read and write for its sockets."""
        return 10 * len(self.puertos)

    async def vivas(self, segundos: float = 30) -> None:
        """Returns when every web process answers."""
        async with asyncio.timeout(segundos):
            for puerto in self.puertos.values():
                while (await Visitante(puerto).pedir("/livez")).estado != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    def revisar_registros(self) -> None:
        """Fails when a web process wrote a traceback, or the same again and again, since this was asked last."""
        for archivo in (self.servicio.carpeta / f"{web}.log" for web in self.puertos):
            texto = self._nuevo_de(archivo)
            antes, tropiezo, despues = texto.partition("Traceback")
            assert not tropiezo, f"{archivo.name} stumbled:\n{antes[-800:]}{tropiezo}{despues[:3000]}"
            veces = Counter((cuando, _causa(que)) for cuando, que in LINEA.findall(texto))
            peores = {linea: n for linea, n in veces.items() if n > LINEAS_POR_SEGUNDO}
            assert not peores, f"{archivo.name} repeats itself: {peores}"

    def _nuevo_de(self, archivo: Path) -> str:
        texto = archivo.read_text(errors="replace")
        nuevo = texto[self._leido[archivo.name] :]
        self._leido[archivo.name] = len(texto)
        return nuevo


def archivos_abiertos(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            yield str(descriptor.readlink())


def _causa(linea: str) -> str:
    """Returns a line without what differs from one time to the next."""
    return re.sub(r"\d+", "#", linea)[:60]
