"""`{% load dinero %}{{ venta.monto|dinero }}`"""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def dinero(monto: Decimal) -> str:
    """Returns "$1,299.90": Mexican pesos are written alike in Spanish and in English."""
    return f"${monto:,.2f}"
