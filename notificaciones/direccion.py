"""Where a request comes from, for limits: what stands in X-Forwarded-For is believed only as far as proxies of ours wrote it."""

from __future__ import annotations

import ipaddress
import re

# As some proxies write it: 203.0.113.7:4711 or [2001:db8::7]:4711.
CON_PUERTO = re.compile(r"\[(?P<v6>[^]]*)\](:\d+)?|(?P<v4>[0-9.]+):\d+")


def direccion_del_cliente(remota: str, reenviada: str = "", proxies: int = 0) -> str:
    """Returns the address, "" where there is none (a Unix socket). Of IPv6 the network: one customer has all of a /64.

    `remota` is the peer's address, `reenviada` the text of X-Forwarded-For, `proxies` how many of ours append to it: each adds
    whom it was called by, so the address that many places from the end was written by us, and all before it by anybody.
    """
    if proxies > 0:
        anotadas = [parte.strip() for parte in reenviada.split(",")]
        if len(anotadas) >= proxies:
            hallada = _normal(anotadas[-proxies])
            if hallada:
                return hallada
    return _normal(remota)


def _normal(texto: str) -> str:
    con_puerto = CON_PUERTO.fullmatch(texto)
    if con_puerto:
        texto = con_puerto["v6"] or con_puerto["v4"]
    try:
        direccion = ipaddress.ip_address(texto.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(direccion, ipaddress.IPv6Address):
        if direccion.ipv4_mapped:
            return str(direccion.ipv4_mapped)
        return str(ipaddress.ip_network((direccion, 64), strict=False).network_address)
    return str(direccion)
