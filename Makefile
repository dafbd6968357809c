# Everything here sets itself up: `make demo` and `make test` need nothing but python3 (3.11+) with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-run
DEV := $(VENV)/.ready-dev
FUZZ := $(VENV)/.ready-fuzz
MANIFEST := pyproject.toml constraints.txt .ci/build_hook.py
CATALOGS := $(wildcard opconsole/locale/*/LC_MESSAGES/*.po)
PYTEST := $(BIN)/python -m pytest
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
# Compiled modules save 0.7 s at the console's first start, so the set-up compiles them: on all cores, as pip would not.
COMPILE := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib opconsole server_stub || true

SECONDS ?= 60

.PHONY: help demo test whole quick sim check style types imports security fmt messages pictures bench crash setup clean fuzz audit

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "opconsole needs Python 3.11 or newer; $(PYTHON) is older. Say: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

$(RUN): $(MANIFEST) $(CATALOGS) | $(VENV)/bin/python
	@echo "installing what the program needs (a minute, once)"
	@$(PIP) -e '.[relay]'
	@$(COMPILE)
	@touch $@

$(DEV): $(MANIFEST) $(CATALOGS) | $(VENV)/bin/python
	@echo "installing what the tests need (a minute, once)"
	@$(PIP) -e '.[dev]'
	@$(COMPILE)
	@touch $(RUN) $@

setup: $(DEV) ## install everything

demo: $(RUN) ## a relay, visitors who chat, and the console
	@$(BIN)/opconsole demo

test: $(DEV) ## all tests
	@$(PYTEST) -n 4 tests

whole: $(DEV) ## all tests, with the long ones that `make test` leaves out, and every program started for real
	@WHOLE=1 CRASHES=all REAL_PROGRAMS=1 $(PYTEST) -n 4 tests

quick: $(DEV) ## the tests that take less than a minute
	@$(PYTEST) -n 4 -m "not slow and not browser" tests

sim: $(DEV) ## simulated shifts with faults: SEEDS=1000 many, SEED=123 one with its trace, MUTANTS=1 planted bugs
	@$(BIN)/python -m tests.sim $(if $(SEED),--seed $(SEED),$(if $(MUTANTS),--mutants) $(if $(SEEDS),--seeds $(SEEDS)))

check: types style imports security ## format, lint, types, imports, security lint

style: $(DEV)
	@$(BIN)/ruff format --check --quiet . || { echo "run: make fmt" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .

types: $(DEV)
	@$(BIN)/mypy --no-error-summary

imports: $(DEV)
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }

security: $(DEV)
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive opconsole server_stub 2> $(VENV)/bandit.txt || { cat $(VENV)/bandit.txt; exit 1; }

fmt: $(DEV) ## format the code
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

messages: $(DEV) ## bring new texts into the translations, and compile them
	@$(BIN)/python .ci/messages.py

pictures: $(DEV) ## draw the README's pictures again
	@$(BIN)/python -m tests.ui.pictures

bench: $(DEV) ## measure; figures go to docs/benchmarks.md
	@$(BIN)/python -m tests.bench

crash: $(DEV) ## kill -9 and dead links, all of it: 50 kills under load (some minutes)
	@CRASHES=all $(PYTEST) -s tests/e2e/crashes

# What the extra `fuzz` has beyond `dev`: by its name, or all of opconsole would be built again.
$(FUZZ): $(DEV)
	@$(PIP) atheris
	@touch $@

fuzz: $(FUZZ) ## fuzz the decoders and the way in for SECONDS=60 each
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

audit: $(DEV) ## known vulnerabilities of what is installed (needs the network's vulnerability database)
	@$(BIN)/python .ci/audit.py

clean: ## forget the set-up
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
