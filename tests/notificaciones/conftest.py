"""How Hypothesis runs here: a loaded machine is no failure, and a failing example is found again by its seed."""

from hypothesis import settings

settings.register_profile("propio", deadline=None, database=None, print_blob=True)
settings.load_profile("propio")
