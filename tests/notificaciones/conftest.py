"""How Hypothesis runs here (a loaded machine is no failure), and what no test may leave to the next."""

import pytest
from hypothesis import settings

from notificaciones import registro

settings.register_profile("propio", deadline=None, database=None, print_blob=True)
settings.load_profile("propio")


@pytest.fixture(autouse=True)
def _cada_prueba_tiene_su_segundo(monkeypatch):
    """What one test logged keeps no line from the next."""
    monkeypatch.setattr(registro, "_ultima_linea", {})
