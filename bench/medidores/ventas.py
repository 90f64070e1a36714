"""People and products for measuring what follows a sale, and what became of the sales. For processes that have Django."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F, Value
from django.db.models.functions import Concat

from bench.cumplido import Hecha, faltas
from bench.medidores.preparar import preparar
from colas.models import Efecto, Pendiente, TareaFallida
from ventas.models import Venta

PASO = 0.05


def preparar_con_correo(compradores: int) -> dict[str, Any]:
    """Returns what `preparar` does, and the ids of the buyers, who have an address, so that they are written to."""
    gente = preparar(compradores, "cliente")
    clientes = get_user_model().objects.filter(username__startswith="cliente-")
    clientes.update(email=Concat(F("username"), Value("@tienda.example")))
    return {**gente, "ids": list(clientes.values_list("pk", flat=True))}


def ultima_venta() -> int:
    """Returns the id below which the sales are not ours."""
    return Venta.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def esperar_al_final(plazo: float) -> bool:
    """Waits until nothing promised for a sale is left; False when that takes longer than so many seconds."""
    limite = time.monotonic() + plazo
    while Pendiente.objects.filter(clave__startswith="venta-").exists():
        if time.monotonic() > limite:
            return False
        time.sleep(PASO)
    return True


def cuentas(desde: int, respondidas: list[int], correos: str) -> dict[str, Any]:
    """Returns what was lost and repeated of the sales after `desde`, and whether they count."""
    archivo, carpeta = Path(correos), Path(settings.MEDIA_ROOT) / "facturas"
    filas = Venta.objects.filter(pk__gt=desde).values_list("pk", "numero", "email_enviado", "factura")
    hechas = {pk: Hecha(*resto) for pk, *resto in filas}
    halladas = faltas(
        hechas,
        archivo.read_text(encoding="utf-8").splitlines() if archivo.is_file() else [],
        [ruta.name for ruta in carpeta.glob("factura_*")],
        respondidas,
    )
    # What the ledger had to give twice, and what staff would find: neither happens where nothing fails.
    halladas["otra_vez"] = Efecto.objects.filter(intentos__gt=1).count()
    halladas["fallidas"] = TareaFallida.objects.count()
    return {"ventas": len(hechas), **halladas, "valida": bool(hechas) and not any(halladas.values())}
