# make run: from nothing to the events of the example articles. make test: the tests. make help: the rest.
PYTHON ?= python3
VENV ?= .venv
DB ?= communique.sqlite
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check docs scorer lock wheel clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/communique: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else f"communique needs Python 3.11 to 3.13, and {sys.executable} is {v.major}.{v.minor}. Name another: make run PYTHON=python3.12")'
	@echo "creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.tested: $(BIN)/communique requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(BIN)/communique ## Code the articles in examples/ into an SQLite database and show the events
	@$(BIN)/communique run examples --db $(DB)
	@$(BIN)/communique events --db $(DB) --limit 500

test: $(VENV)/.tested ## Run the tests, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/.tested ## Style, types, imports, knowledge files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/communique knowledge check

docs: $(VENV)/.tested ## Make docs/schema.md from the tables and docs/ontology.md from the knowledge files
	@$(BIN)/python -m db.docs docs/schema.md
	@$(BIN)/python -m etl.knowledge.docs docs/ontology.md

scorer: $(VENV)/.tested ## Train the scorer anew from the passages in training/
	@$(BIN)/python -m training.scorer

lock: ## Pin the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

wheel: $(VENV)/.tested ## Build the wheel into dist/
	@$(BIN)/python -m build --wheel

clean: ## Remove the environment and what was built
	rm -rf $(VENV) dist build
