"""All settings, from the environment. A wrong value stops the start with a sentence that says which and why."""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import os
import re
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def rechazar(nombre: str, valor: object, motivo: str) -> NoReturn:
    """Ends the process with one sentence instead of a traceback: operators read it, not programmers."""
    raise SystemExit(f"Configuration error: {nombre}={valor!r} {motivo}")


def leer_texto(nombre: str, por_defecto: str = "") -> str:
    """Returns the variable, or the default where it is absent or empty."""
    # Not env.str: it takes a value that begins with $ for another variable's name, and a random key may begin so.
    return os.environ.get(nombre) or por_defecto


def leer_lista(nombre: str, por_defecto: str = "") -> list[str]:
    return [parte.strip() for parte in leer_texto(nombre, por_defecto).split(",") if parte.strip()]


def leer_booleano(nombre: str, por_defecto: bool) -> bool:
    valor = leer_texto(nombre, "1" if por_defecto else "0").strip().lower()
    if valor in {"1", "true", "yes", "on", "si", "sí"}:
        return True
    if valor in {"0", "false", "no", "off"}:
        return False
    rechazar(nombre, valor, "is neither true nor false. Write 1 or 0.")


def leer_entero(nombre: str, por_defecto: int, minimo: int, maximo: int) -> int:
    valor = leer_texto(nombre, str(por_defecto))
    if not valor.isdecimal() or not minimo <= int(valor) <= maximo:
        rechazar(nombre, valor, f"is not a whole number from {minimo} to {maximo}.")
    return int(valor)


def leer_numeros(nombre: str, por_defecto: str) -> list[float]:
    """Returns positive numbers that are written with commas between them."""
    try:
        numeros = [float(parte) for parte in leer_lista(nombre, por_defecto)]
    except ValueError:
        numeros = []
    if not numeros or not all(0 <= numero <= 86_400 for numero in numeros):
        rechazar(nombre, leer_texto(nombre), "is no list of seconds. Write numbers with commas: 60,120,240.")
    return numeros


def sin_clave(url: str) -> str:
    """Returns the URL as it may be shown: logs are read by more people than passwords are for."""
    esquema, separador, resto = url.partition("://")
    return f"{esquema}{separador}{'…@' if '@' in resto else ''}{resto.rpartition('@')[2]}"


def leer_url(nombre: str, por_defecto: str, esquemas: set[str]) -> str:
    valor = leer_texto(nombre, por_defecto)
    try:
        partes = urlsplit(valor)
        if partes.scheme != "sqlite":
            _ = partes.port  # raises on a port that is no number
    except ValueError:
        # The error itself may quote the password: one with a slash in it is read as a port.
        motivo = "is not a URL: its host or port is wrong, or its password needs %-encoding."
        rechazar(nombre, sin_clave(valor), motivo)
    if partes.scheme not in esquemas or (valor and not partes.scheme):
        motivo = f"must begin with one of {', '.join(sorted(e + '://' for e in esquemas if e))}."
        rechazar(nombre, sin_clave(valor), motivo)
    if partes.scheme in {"redis", "rediss"} and not (partes.path.strip("/") or "0").isdecimal():
        rechazar(nombre, sin_clave(valor), "must end in the number of a database, such as /0.")
    return valor


def leer_url_de_celery(nombre: str, por_defecto: str, esquemas: set[str]) -> str:
    url = leer_url(nombre, por_defecto, esquemas)
    # Celery has names of its own for a Unix socket and its database.
    if url.startswith("unix://"):
        url = url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    return url


DEBUG = leer_booleano("DEBUG", False)

CLAVE_DE_DESARROLLO = "development-only-key-that-no-shop-may-use"
# What anybody can read in these sources signs nothing in a shop.
CLAVES_PUBLICAS = {CLAVE_DE_DESARROLLO, "a-long-random-text"}
CLAVE_NUEVA = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
SECRET_KEY = leer_texto("SECRET_KEY")
SECRET_KEY_FALLBACKS = leer_lista("SECRET_KEY_FALLBACKS")
if DEBUG:
    SECRET_KEY = SECRET_KEY or CLAVE_DE_DESARROLLO
elif not SECRET_KEY:
    rechazar("SECRET_KEY", "", "is needed where DEBUG is off. Set a long random text, or DEBUG=1 to develop.")
elif SECRET_KEY in CLAVES_PUBLICAS:
    rechazar("SECRET_KEY", "…", f"is an example that everybody knows. Make one by: {CLAVE_NUEVA}.")
elif len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    motivo = f"is too easy to guess: it needs 50 characters, 10 different ones. Make one by: {CLAVE_NUEVA}."
    rechazar("SECRET_KEY", "…", motivo)
elif CLAVES_PUBLICAS & {*SECRET_KEY_FALLBACKS}:
    rechazar("SECRET_KEY_FALLBACKS", "…", "holds an example that everybody knows. Take it out.")


def es_de_casa(nombre: str) -> bool:
    """Whether a host name reaches no further than this machine or its own network."""
    try:
        return ipaddress.ip_address(nombre.strip("[]")).is_private
    except ValueError:
        return "." not in nombre or nombre.endswith((".localhost", ".local", ".test", ".internal"))


ALLOWED_HOSTS = leer_lista("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
for nombre in ALLOWED_HOSTS:
    if "*" in nombre:
        rechazar("ALLOWED_HOSTS", nombre, "lets anybody choose what our links say. Name the shop's hosts.")
    if "/" in nombre or (":" in nombre and not nombre.endswith("]")):
        rechazar("ALLOWED_HOSTS", nombre, "is not a host name. Write it without https:// and without a port.")
# Others come by these names: it is not somebody's own machine.
ABIERTA_AL_PUBLICO = not all(es_de_casa(nombre) for nombre in ALLOWED_HOSTS)
if DEBUG and ABIERTA_AL_PUBLICO:
    rechazar("DEBUG", "1", "shows settings to visitors, and ALLOWED_HOSTS names a public host. Set DEBUG=0.")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "axes",
    "csp",
    "myproject.apps.Proyecto",
    "notificaciones",
    "colas",
    "ventas",
    "imagenes",
    "analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "myproject.politica.Politica",
    "myproject.nulos.SinNulos",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "myproject.limites.LimiteDeEnvios",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "myproject.urls"
ASGI_APPLICATION = "myproject.asgi.application"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "catalogo"
LOGOUT_REDIRECT_URL = "catalogo"
X_FRAME_OPTIONS = "DENY"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notificaciones.context_processors.notificaciones",
            ],
        },
    },
]


def leer_base_de_datos() -> dict[str, Any]:
    url = leer_url(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        {"sqlite", "postgres", "postgresql", "psql"},
    )
    # A database in memory only on purpose: it is gone with its process.
    if url.startswith("sqlite") and url != "sqlite://:memory:" and not re.match("sqlite:///.", url):
        rechazar("DATABASE_URL", url, "names no file. Write sqlite:////folder/file, with four slashes.")
    base: dict[str, Any] = env.db_url_config(url)
    maximo = leer_entero("DATABASE_CONEXIONES", 20, 2, 1000)
    if base["ENGINE"] == "django.db.backends.sqlite3":
        try:
            Path(base["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            rechazar("DATABASE_URL", url, f"is in a folder that cannot be made: {error.strerror}.")
        # Writers queue for the lock at BEGIN: with any one of the three missing, some fail with "database is locked".
        base["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;",
        }
    else:
        if not base["NAME"]:
            rechazar(
                "DATABASE_URL", sin_clave(url), "names no database. Write postgres://user@host/database."
            )
        # Under ASGI each request has a thread of its own: connections are shared by a pool, and so bounded.
        base["CONN_HEALTH_CHECKS"] = True
        base["OPTIONS"] = {
            # A server that is gone without a word is noticed in a quarter of a minute; by the kernel's own measure in a
            # quarter of an hour, and who reads for everybody's sockets would wait for it.
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            **base.get("OPTIONS", {}),
            "connect_timeout": 5,
            "pool": {"min_size": 0, "max_size": maximo, "timeout": 5},
        }
    return base


DATABASES = {"default": leer_base_de_datos()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": nombre}
    for nombre in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "myproject.seguridad.LargoMinimo",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# The eleventh failure within a minute, of one name from one address: nobody locks out another from elsewhere. Counted in the
# database, which a sign-in needs anyway; names as digests, as people type passwords there too.
AXES_FAILURE_LIMIT = 11
AXES_COOLOFF_TIME = dt.timedelta(minutes=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Who goes on guessing while locked out writes nothing and prolongs nothing.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "myproject.entradas.nombre_escrito"
AXES_CLIENT_IP_CALLABLE = "myproject.entradas.direccion_de_entrada"
AXES_LOCKOUT_CALLABLE = "myproject.entradas.pagina_de_bloqueo"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Forms a minute of one user, or of one address where nobody is signed in, in each web process.
ENVIOS_POR_MINUTO = leer_entero("ENVIOS_POR_MINUTO", 60, 1, 1_000_000)
# The same for what is sent to /imagenes/, where each photo is a request.
SUBIDAS_POR_MINUTO = leer_entero("SUBIDAS_POR_MINUTO", 300, 1, 1_000_000)

LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Mexico_City"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
MONEDA = "MXN"


def leer_almacen(url: str, carpeta: str) -> dict[str, Any]:
    """Returns the entry of STORAGES for a folder of the photos: on the disk, or in a bucket that speaks S3."""
    if not url:
        lugar = {"location": MEDIA_ROOT / carpeta, "base_url": None}
        return {"BACKEND": "imagenes.almacenes.Disco", "OPTIONS": lugar}
    partes = urlsplit(url)
    if not (partes.username and partes.password and partes.hostname and partes.path.strip("/")):
        motivo = "lacks a part. Write s3://key:secret@host/bucket, each %-encoded."
        rechazar("ALMACEN_URL", sin_clave(url), motivo)
    region = parse_qs(partes.query).get("region", ["us-east-1"])[0]
    return {
        "BACKEND": "imagenes.cubo.Cubo",
        "OPTIONS": {
            "access_key": unquote(partes.username),
            "secret_key": unquote(partes.password),
            "endpoint_url": f"http{'' if partes.scheme == 's3+http' else 's'}://{partes.netloc.rpartition('@')[2]}",
            "bucket_name": partes.path.strip("/"),
            "region_name": region,
            "location": carpeta,
        },
    }


STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = Path(leer_texto("MEDIA_ROOT", str(VAR_DIR / "media")))
ALMACEN_URL = leer_url("ALMACEN_URL", "", {"", "s3", "s3+http"})
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "myproject.estaticos.EstaticosConHuella"
    },
    # Of photos: what only their owners get, and what others may see under names that nobody guesses.
    "privadas": leer_almacen(ALMACEN_URL, "originales"),
    "publicas": leer_almacen(ALMACEN_URL, "fotos"),
}
WHITENOISE_USE_FINDERS = DEBUG
# Megabytes that one user's originals may take.
CUOTA_DE_FOTOS = leer_entero("CUOTA_DE_FOTOS", 500, 1, 1_000_000)
# Without it every photo waits for a person.
MODERACION_URL = leer_url("MODERACION_URL", "", {"", "http", "https"})
MODERACION_REINTENTOS = tuple(leer_numeros("MODERACION_REINTENTOS", "120,120"))

EMAIL_URL = leer_url(
    "EMAIL_URL",
    f"filemail://{VAR_DIR / 'correo'}" if DEBUG else "consolemail://",
    {"consolemail", "smtp", "smtp+tls", "smtp+ssl", "smtps", "filemail", "memorymail", "dummymail"},
)
vars().update(env.email_url_config(EMAIL_URL))
if EMAIL_URL.startswith("filemail://"):
    EMAIL_FILE_PATH = urlsplit(EMAIL_URL).path
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = leer_texto("DEFAULT_FROM_EMAIL", "tienda@localhost")
# Where links in e-mails lead: a worker has no request to read it from.
puerto = leer_texto("PORT", "8000")
SITIO_URL = leer_url(
    "SITIO_URL", f"http://127.0.0.1:{puerto if puerto.isdecimal() else 8000}", {"http", "https"}
).rstrip("/")

REDIS_URL = leer_url("REDIS_URL", "redis://127.0.0.1:6379/0", {"redis", "rediss", "unix"})

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "notificaciones.capa.CapaRedis",
        # redis-py's own default of 5 s would end every idle connection of the layer.
        "CONFIG": {
            "hosts": [
                {
                    "address": REDIS_URL,
                    "socket_timeout": 30,
                    "socket_connect_timeout": 2,
                    "health_check_interval": 15,
                }
            ]
        },
    }
}

# How long a process that is told to end works on: streams are sent elsewhere, tasks finish.
SEGUNDOS_DE_DESPEDIDA = leer_entero("SEGUNDOS_DE_DESPEDIDA", 10, 0, 60)

# What differs from notificaciones.conf.Ajustes; `manage.py check` validates each value.
NOTIFICACIONES: dict[str, Any] = {
    "SEGUNDOS_DE_DESPEDIDA": SEGUNDOS_DE_DESPEDIDA,
    "SOCKETS_POR_USUARIO": leer_entero("SOCKETS_POR_USUARIO", 20, 1, 100_000),
    "SOCKETS_POR_DIRECCION": leer_entero("SOCKETS_POR_DIRECCION", 200, 1, 1_000_000),
    "SOCKETS_POR_PROCESO": leer_entero("SOCKETS_POR_PROCESO", 10_000, 1, 1_000_000),
    # How many proxies of ours append to X-Forwarded-For: with 0 nobody's word is taken for an address.
    "PROXIES_DE_CONFIANZA": leer_entero("PROXIES_DE_CONFIANZA", 0, 0, 10),
}

CELERY_BROKER_URL = leer_url_de_celery(
    "CELERY_BROKER_URL", REDIS_URL, {"redis", "rediss", "unix", "redis+socket", "amqp", "amqps"}
)
CELERY_RESULT_BACKEND = leer_url_de_celery(
    "CELERY_RESULT_BACKEND", REDIS_URL, {"redis", "rediss", "unix", "redis+socket"}
)
POR_RABBITMQ = CELERY_BROKER_URL.startswith("amqp")

# The longest that any task may run; a little earlier it is asked to end.
CELERY_TASK_TIME_LIMIT = leer_entero("SEGUNDOS_POR_TAREA", 40, 5, 3600)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 7 // 8
# Redis gives a message to another worker when its lease has run out; workers renew the leases of what they hold. A
# little over the time limit: what still runs is never run beside itself, what a killed worker held runs again within a minute.
PLAZO_DE_VISIBILIDAD = CELERY_TASK_TIME_LIMIT + 5

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: after a hundred tries, some 45 minutes, a worker would end.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# Without them a silent broker would hold whoever enqueues for minutes: kombu sets no timeouts of its own.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"confirm_publish": True, "confirm_timeout": 1.5, "max_retries": 0}
    if POR_RABBITMQ
    else {
        "socket_timeout": 1.5,
        "socket_connect_timeout": 1,
        "polling_interval": 0.5,
        "max_retries": 0,
        "visibility_timeout": PLAZO_DE_VISIBILIDAD,
        # How often it is looked for messages whose lease has run out; kombu's own pace is every 100 s.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
)
# A request waits less than a worker may.
ESPERA_DE_ENCOLADO = 0.3
ESPERAS_DEL_INTERMEDIARIO: dict[str, float] = (
    {"confirm_timeout": 0.8, "read_timeout": 0.8, "write_timeout": 0.8}
    if POR_RABBITMQ
    else {"socket_timeout": ESPERA_DE_ENCOLADO, "socket_connect_timeout": ESPERA_DE_ENCOLADO}
)
# Redis serves 0 first, RabbitMQ 9.
PRIORIDADES = {"alta": 9, "normal": 5, "baja": 0} if POR_RABBITMQ else {"alta": 0, "normal": 5, "baja": 9}
# After how many seconds a task that failed for the moment is tried again.
REINTENTOS = tuple(leer_numeros("REINTENTOS", "60,120,240"))

CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_DEFAULT_PRIORITY = PRIORIDADES["normal"]
CELERY_TASK_INHERIT_PARENT_PRIORITY = True
CELERY_TASK_DEFAULT_QUEUE = "celery"
COLAS_DE_QUORUM = leer_booleano("COLAS_DE_QUORUM", False)
if COLAS_DE_QUORUM and not POR_RABBITMQ:
    rechazar("COLAS_DE_QUORUM", "1", "needs RabbitMQ: set CELERY_BROKER_URL=amqp://…, or leave it out.")
if COLAS_DE_QUORUM:
    CELERY_TASK_DEFAULT_QUEUE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = "quorum"
    # Their prefetch cannot be raised: a try that a worker held until its time would keep a place from other work. With
    # topic exchanges the broker itself holds it.
    CELERY_TASK_DEFAULT_EXCHANGE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_EXCHANGE_TYPE = "topic"
elif POR_RABBITMQ:
    CELERY_TASK_QUEUE_MAX_PRIORITY = 10
# Whoever wants a result says so: keeping one makes the sender wait for Redis too, and for long where it is gone.
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = 3600
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"retry_policy": {"timeout": 1.0, "max_retries": 1}}
CELERY_REDIS_SOCKET_TIMEOUT = CELERY_REDIS_SOCKET_CONNECT_TIMEOUT = 5.0
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ROUTES = {
    "ventas.tasks.enviar_email_*": {"queue": "emails"},
    "ventas.tasks.enviar_recordatorio_*": {"queue": "emails"},
    "ventas.tasks.generar_factura_*": {"queue": "procesamiento_pesado"},
    "imagenes.tasks.rematar_*": {"queue": "celery"},
    "imagenes.tasks.borrar_*": {"queue": "celery"},
    "imagenes.*": {"queue": "procesamiento_pesado"},
    "analytics.*": {"queue": "analytics"},
}
CELERY_BEAT_SCHEDULER = "colas.planificador:Planificador"
CELERY_BEAT_SCHEDULE = {
    "enviar-reporte-diario": {
        "task": "ventas.tasks.generar_reporte_diario",
        "schedule": crontab(hour=8, minute=0),
    },
    "limpiar-carritos-abandonados": {
        "task": "ventas.tasks.limpiar_carritos_abandonados",
        "schedule": crontab(minute=0, hour="*/2"),
    },
    "actualizar-estadisticas": {
        "task": "analytics.tasks.actualizar_estadisticas",
        "schedule": 300.0,
    },
    "barrer-pendientes": {
        "task": "colas.tasks.barrer_pendientes",
        "schedule": 5.0,
        # One that waited longer would only do what the next one does.
        "options": {"priority": PRIORIDADES["alta"], "expires": 10.0},
    },
    "rematar-fotos-atascadas": {
        "task": "imagenes.tasks.rematar_atascadas",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "podar-notificaciones": {
        "task": "notificaciones.tasks.podar_notificaciones",
        "schedule": crontab(hour=4, minute=30),
    },
    "podar-registros": {
        "task": "colas.tasks.podar_registros",
        "schedule": crontab(hour=4, minute=45),
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "myproject.sin_ficha.sin_ficha"
COOKIES_SEGURAS = leer_booleano("COOKIES_SEGURAS", True)
DIAS_DE_HSTS = leer_entero("DIAS_DE_HSTS", 365, 0, 3650)
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = COOKIES_SEGURAS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = COOKIES_SEGURAS and ABIERTA_AL_PUBLICO
    # Asked on this machine, without TLS, by whatever watches the process.
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = DIAS_DE_HSTS * 86_400 if COOKIES_SEGURAS else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Scripts and styles are files of ours, and nothing else runs. 'self' covers the WebSocket of the same origin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # data: is in Pico's style sheet; blob: shows a photo before it is sent.
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        # The one place where a text of our own server is read as HTML, into a document that runs nothing: mundo.js.
        "trusted-types": ["partes"],
    }
}
CSRF_TRUSTED_ORIGINS = leer_lista("CSRF_TRUSTED_ORIGINS")
for origen in CSRF_TRUSTED_ORIGINS:
    if not origen.startswith(("https://", "http://")):
        rechazar("CSRF_TRUSTED_ORIGINS", origen, "must begin with https:// or http://.")

LOG_LEVEL = leer_texto("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in logging.getLevelNamesMapping():
    rechazar("LOG_LEVEL", LOG_LEVEL, "is no level. Write DEBUG, INFO, WARNING, ERROR or CRITICAL.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"linea": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "sin_traza_de_red": {"()": "colas.registros.SinTrazaDeRed"},
        "sin_negadas": {"()": "myproject.sucesos.SinNegadas"},
        "sin_tropel": {"()": "myproject.ausencia.SinTropel"},
    },
    "handlers": {
        "consola": {
            "class": "logging.StreamHandler",
            "formatter": "linea",
            "filters": ["sin_traza_de_red"],
        },
        "seguridad": {"class": "myproject.sucesos.Resumen"},
    },
    "root": {"handlers": ["consola"], "level": LOG_LEVEL},
    "loggers": {
        # Django gives its own logger a second handler where DEBUG is on.
        "django": {"handlers": [], "propagate": True},
        # Each of these quotes what was sent, a line a request: they become events of the logger "seguridad".
        "django.security": {"handlers": ["seguridad"], "propagate": False},
        "django.request": {"filters": ["sin_negadas"]},
        "axes": {"level": "CRITICAL"},
        "django.server": {"level": "WARNING"},
        "daphne.http_protocol": {"level": "WARNING"},
        "asyncio": {"filters": ["sin_tropel"]},
        # It warns of each connection of its own; what the outage means for us is told once a second.
        "psycopg.pool": {"level": "ERROR"},
    },
}
