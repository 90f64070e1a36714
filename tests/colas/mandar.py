"""manage.py with the tasks of taller.py: `python -m tests.colas.mandar trabajador alta baja`."""

import sys

from django.core.management import execute_from_command_line

from tests.colas import taller

if __name__ == "__main__":
    assert taller.dormir
    execute_from_command_line(["manage.py", *sys.argv[1:]])
