"""Whose address a limit counts: nobody may choose it by a header."""

from __future__ import annotations

import pytest

from notificaciones.direccion import direccion_del_cliente


@pytest.mark.parametrize(
    ("remota", "reenviada", "proxies", "esperada"),
    [
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
        ("10.0.0.2", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", 2, "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1:4711", 1, "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1", 2, "10.0.0.2"),
        ("10.0.0.2", "", 1, "10.0.0.2"),
        ("10.0.0.2", "unknown", 1, "10.0.0.2"),
        ("10.0.0.2", "' OR 1=1 --", 1, "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::"),
        ("10.0.0.2", "[2001:db8:1:2::9]:4711", 1, "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
        ("fe80::1%eth0", "", 0, "fe80::"),
        ("", "198.51.100.1", 0, ""),
    ],
)
def test_it_believes_our_own_proxies_and_nobody_else(remota, reenviada, proxies, esperada):
    assert direccion_del_cliente(remota, reenviada, proxies) == esperada
