# Everything a newcomer types. The environment lives in .venv; nothing outside this folder is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help install install-dev serve test check bench model evaluate-model clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## install Wenqu and what it needs into .venv
install-dev: $(VENV)/.installed-dev ## install what tests, checks and training need into .venv as well

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Wenqu needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true). Try: make $(or $(MAKECMDGOALS),install) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(RUN) -m pip install --disable-pip-version-check --requirement requirements.txt
	$(RUN) -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(RUN) -m pip install --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

serve: install ## serve the page and the API on http://127.0.0.1:8080; an empty home gets the sample article
	@exec $(RUN) -m service serve

test: install-dev ## run all tests
	$(RUN) -m pytest

check: install-dev ## check style, layout and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

SIZES ?= 20000
bench: install-dev ## measure a question through HTTP, then search at SIZES="20000 100000 1000000" passages
	$(RUN) -m benchmarks.ask
	@mkdir -p var/benchmarks
	$(RUN) -m benchmarks.scale $(SIZES) --folder var/benchmarks $(if $(PEERS),--peers $(PEERS))

model: install-dev ## make the bundled model anew (hours; training/README.md)
	$(RUN) -m pip install --disable-pip-version-check --requirement training/requirements.txt
	$(RUN) -m training

evaluate-model: install-dev ## measure the bundled model
	$(RUN) -m training.evaluate --model index/model
	$(RUN) -m training.evaluate_hybrid
	$(RUN) -m training.evaluate_sample

clean: ## remove the environment and everything built; documents in var/ stay
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
