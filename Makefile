# The two commands that a fresh machine needs are `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# Some tests wait, for a pty or a socket: more of them than cores may run side by side.
JOBS ?= $(shell echo $$((2 * $$(nproc))))
# Each worker reads all tests, and many start programs: what was compiled once is kept, whoever says
# otherwise.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses=$(JOBS)

.PHONY: demo test check faults bench bundle catalogue documents pictures format clean help

help:
	@echo "make demo        open a practice partner"
	@echo "make test        run the tests (under 4 minutes on 2 cores)"
	@echo "make check       ruff, mypy, import contracts, translations, markup, documents"
	@echo "make faults      the fault tests at full counts (tens of minutes)"
	@echo "make bench       the table of docs/performance.md"
	@echo "make bundle      one archive of wheels for hosts without a package index"
	@echo "make catalogue   take new sentences into the French catalogue and compile it"
	@echo "make documents   write docs/keys.md and docs/commands.md"
	@echo "make pictures    screenshots of every screen into build/pictures"

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

demo: $(VENV)/.installed
	$(BIN)/partnerdesk demo

test: $(VENV)/.installed
	$(PYTEST) --dist=worksteal --quiet

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.checks.catalogue
	$(BIN)/python -m tests.checks.markup
	$(BIN)/python -m tests.checks.documents

faults: $(VENV)/.installed
	PARTNERDESK_FAULTS=full $(PYTEST) tests/faults tests/terminal tests/tui/test_make.py

bench: $(VENV)/.installed
	$(BIN)/python -m tests.bench

bundle: $(VENV)/.installed
	rm -rf build/bundle
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir build/bundle/wheels .
	cp docs/bundle.txt build/bundle/INSTALL
	tar -C build -czf build/partnerdesk-bundle.tar.gz bundle
	@echo "build/partnerdesk-bundle.tar.gz"

catalogue: $(VENV)/.installed
	$(BIN)/python -m tests.checks.catalogue update

documents: $(VENV)/.installed
	$(BIN)/python -m tests.checks.documents update

pictures: $(VENV)/.installed
	$(BIN)/python -m tests.pictures

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
