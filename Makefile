# Everything a developer or an operator types. `make run` needs Python >= 3.11 and make only;
# `make test` also JDK >= 21 and Maven, or Docker, or the addresses of running services.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DATA ?= data
PORT ?= 8080

.PHONY: setup setup-dev run demo test lint bench services lock docs clean help

help:
	@echo 'make run        poll the starter feeds and serve the console on http://127.0.0.1:8080'
	@echo 'make demo       the same on a bundled feed server with sample articles'
	@echo 'make test       all tests, on a real Kafka, a real Elasticsearch and a real browser'
	@echo 'make lint       formatting, lint, types, import rules'
	@echo 'make bench      the benchmarks'
	@echo 'make services   start Kafka and Elasticsearch for a developer and print the settings to use them'
	@echo 'make docs       write the generated parts of docs/ again;  make lock: lock the dependencies again'

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'brinkwatch needs Python 3.11, 3.12 or 3.13 with venv: install one, or say make PYTHON=/path/to/python' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The locks carry hashes; the project itself is then installed without looking anything up.
$(VENV)/.run: $(BIN)/python requirements.lock pyproject.toml
	@echo 'Installing what brinkwatch needs into $(VENV) (once)'
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo 'Installing what the tests need into $(VENV) (once)'
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

run: setup
	$(BIN)/brinkwatch run --data $(DATA) --port $(PORT)

demo: setup
	$(BIN)/brinkwatch run --demo --data $(DATA)/demo --port $(PORT)

test: setup-dev
	$(BIN)/python -m tests.services --fetch
	$(BIN)/python -m pytest

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev
	$(BIN)/python -m benchmarks

services: setup-dev
	$(BIN)/python -m tests.services

docs: setup-dev
	$(BIN)/python -m brinkwatch.models.schemas docs/schemas
	$(BIN)/python -m brinkwatch.settings_table docs/settings.md

lock: setup-dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock -c requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
