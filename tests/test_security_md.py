"""SECURITY.md claims nothing without a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
FILA = re.compile(r"^\| (?P<que>[^|]+) \| [^|]+ \| (?P<pruebas>[^|]+) \|$", re.M)


def test_each_claim_names_tests_that_exist():
    filas = FILA.findall((RAIZ / "SECURITY.md").read_text(encoding="utf-8"))[2:]
    assert len(filas) > 10
    for que, pruebas in filas:
        nombradas = re.findall(r"`(tests/[\w/.]+)`", pruebas)
        assert nombradas, que
        for nombrada in nombradas:
            assert "def test_" in (RAIZ / nombrada).read_text(encoding="utf-8"), nombrada
