"""`{% load graficas %}{% grafica_del_dia user.pk %}{% grafica_del_mes user.pk %}`"""

from __future__ import annotations

from django import template
from django.utils import timezone

from analytics import consultas, cuadros

register = template.Library()


@register.inclusion_tag("analytics/_grafica.html")
def grafica_del_dia(vendedor_id: int) -> dict[str, object]:
    """What the seller sold today, by hours."""
    ahora = timezone.now()
    return {"cuadro": cuadros.del_dia(consultas.por_hora(vendedor_id, ahora), ahora)}


@register.inclusion_tag("analytics/_grafica.html")
def grafica_del_mes(vendedor_id: int) -> dict[str, object]:
    """What the seller sold in the last 30 days, by days."""
    return {"cuadro": cuadros.del_mes(consultas.por_dia(vendedor_id, timezone.now()))}
