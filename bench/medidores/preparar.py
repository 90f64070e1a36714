"""People who are signed in, and stock that does not run out: `python -m bench.medidores.preparar JSON`, on DATABASE_URL."""

from __future__ import annotations

import json
import sys
from typing import Any

from bench.procesos import iniciar_django

iniciar_django()

from django.conf import settings  # noqa: E402  (needs Django to be set up)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402

from ventas.models import Producto  # noqa: E402

EXISTENCIAS = 1_000_000


def abrir_sesion(usuario: Any) -> str:
    """Returns the key of a new session of the user, as signing in makes it."""
    sesion = SessionStore()
    sesion[SESSION_KEY] = str(usuario.pk)
    sesion[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    sesion[HASH_SESSION_KEY] = usuario.get_session_auth_hash()
    sesion.create()
    return str(sesion.session_key)


@transaction.atomic
def preparar(compradores: int, nombre: str = "comprador") -> dict[str, Any]:
    """Returns session keys of ana, the seller, and of new buyers, and the ids of ana's products."""
    usuarios = get_user_model().objects
    vendedora = usuarios.get(username="ana")
    productos = Producto.objects.filter(vendedor=vendedora, activo=True)
    productos.update(stock=EXISTENCIAS)
    nuevos = [usuarios.create_user(f"{nombre}-{numero}") for numero in range(compradores)]
    return {
        "vendedor": abrir_sesion(vendedora),
        "compradores": [abrir_sesion(usuario) for usuario in nuevos],
        "productos": list(productos.values_list("pk", flat=True)),
    }


if __name__ == "__main__":
    print(json.dumps(preparar(**json.loads(sys.argv[1]))))
