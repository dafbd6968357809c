# Everything here sets itself up: `make demo` and `make test` need nothing but python3 (3.11+) with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-run
DEV := $(VENV)/.ready-dev
MANIFEST := pyproject.toml constraints.txt .ci/build_hook.py
CATALOGS := $(wildcard opconsole/locale/*/LC_MESSAGES/*.po)
PYTEST := $(BIN)/python -m pytest

SECONDS ?= 60

.PHONY: help demo test whole quick sim check fmt messages pictures bench crash setup clean fuzz audit

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "opconsole needs Python 3.11 or newer; $(PYTHON) is older. Say: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

# Compiled modules save 0.7 s at the console's first start, so the set-up compiles them.
$(RUN): $(MANIFEST) $(CATALOGS) | $(VENV)/bin/python
	@echo "installing what the program needs (a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[relay]'
	@$(BIN)/python -m compileall -q $(VENV)/lib opconsole server_stub || true
	@touch $@

$(DEV): $(MANIFEST) $(CATALOGS) | $(VENV)/bin/python
	@echo "installing what the tests need (a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q $(VENV)/lib opconsole server_stub || true
	@touch $(RUN) $@

setup: $(DEV) ## install everything

demo: $(RUN) ## a relay, visitors who chat, and the console
	@$(BIN)/opconsole demo

test: $(DEV) ## all tests
	@$(PYTEST) -n 5 --dist loadgroup tests

whole: $(DEV) ## all tests, with the long ones that `make test` leaves out
	@WHOLE=1 CRASHES=all $(PYTEST) -n 5 --dist loadgroup tests

quick: $(DEV) ## the tests that take less than a minute
	@$(PYTEST) -n 5 --dist loadgroup -m "not slow and not browser" tests

sim: $(DEV) ## simulated shifts with faults: SEEDS=1000 many, SEED=123 one with its trace, MUTANTS=1 planted bugs
	@$(BIN)/python -m tests.sim $(if $(SEED),--seed $(SEED),$(if $(MUTANTS),--mutants) $(if $(SEEDS),--seeds $(SEEDS)))

check: $(DEV) ## format, lint, types, imports, security lint
	@$(BIN)/ruff format --check --quiet . || { echo "run: make fmt" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
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

fuzz: $(DEV) ## fuzz the decoders and the way in for SECONDS=60 each
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

audit: $(DEV) ## known vulnerabilities of what is installed (needs the network's vulnerability database)
	@$(BIN)/python .ci/audit.py

clean: ## forget the set-up
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
