"""Opens a bench once for all rows of a module that need it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .banco import Banco


@pytest.fixture(scope="module")
def banco(request: pytest.FixtureRequest) -> Iterator[Banco]:
    """The bench with the options that the module names in BANCO."""
    with Banco(**request.module.BANCO) as abierto:
        yield abierto
