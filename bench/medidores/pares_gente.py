"""Many people with an inbox and a session each: `python -m bench.medidores.pares_gente JSON`, on DATABASE_URL."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from bench.procesos import iniciar_django

iniciar_django()

from django.conf import settings  # noqa: E402  (needs Django to be set up)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from notificaciones.models import Bandeja  # noqa: E402


def sesion_de(usuario: Any) -> Session:
    """Returns a session as signing in makes it, not saved."""
    almacen = SessionStore()
    contenido = {
        SESSION_KEY: str(usuario.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
        HASH_SESSION_KEY: usuario.get_session_auth_hash(),
    }
    return Session(
        session_key=almacen._get_new_session_key(),
        session_data=almacen.encode(contenido),
        expire_date=timezone.now() + timedelta(days=1),
    )


@transaction.atomic
def medir(cuantas: int) -> dict[str, Any]:
    """Returns the ids of that many new users, and the key of a session of each."""
    usuarios = get_user_model()
    gente = usuarios.objects.bulk_create(
        [usuarios(username=f"par-{numero}", password="!") for numero in range(cuantas)]
    )
    Bandeja.objects.bulk_create([Bandeja(usuario=persona) for persona in gente])
    sesiones = Session.objects.bulk_create([sesion_de(persona) for persona in gente])
    return {
        "usuarios": [persona.pk for persona in gente],
        "sesiones": [sesion.session_key for sesion in sesiones],
    }


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
