"""The image's health check: `python -I myproject/vivo.py [port path]` ends with 0 when the server answers 200.

Standard library only, and no import of the project: it runs every half minute.
"""

import http.client
import os
import sys


def host_admitido(hosts: str) -> str:
    """Returns a host name that ALLOWED_HOSTS lets in: to any other one Django answers 400."""
    primero = hosts.partition(",")[0].strip().lstrip(".")
    return primero if primero not in {"", "*"} else "localhost"


def vive(puerto: int, ruta: str) -> bool:
    conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=4)
    try:
        conexion.request("GET", ruta, headers={"Host": host_admitido(os.environ.get("ALLOWED_HOSTS", ""))})
        return conexion.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        conexion.close()


if __name__ == "__main__":
    puerto, ruta = sys.argv[1:] or ["8000", "/livez"]
    sys.exit(not vive(int(puerto), ruta))
