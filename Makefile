# Everything a person or CI does with this repository. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter of a supported version; version managers may leave names on the path that do not start.
PYTHON ?= $(shell for name in python3.11 python3.12 python3; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$name && break; done)
PYTEST_ARGUMENTS ?=
TRIALS ?= 20
SEED ?= 1

##@ Use

.PHONY: quickstart
quickstart: $(VENV)/.local ## Evolve the built-in model on this machine and write a report (about 5 minutes)
	$(BIN)/evo run examples/quickstart.yaml

.PHONY: setup
setup: $(VENV)/.dev ## Create .venv with everything for development

##@ Check

.PHONY: test
test: $(VENV)/.dev ## Run all tests that need no cluster
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(PYTEST_ARGUMENTS)

.PHONY: lint
lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(VENV)/.dev ## Check types
	$(BIN)/python -m mypy

.PHONY: arch
arch: $(VENV)/.dev ## Check which package may import which
	$(BIN)/lint-imports

.PHONY: verify
verify: generate ## Fail when a generated file is stale
	@git diff --exit-code -- crds docs/reference || { echo "generated files are stale: commit the result of 'make generate'"; exit 1; }
	@test -z "$$(git status --porcelain -- crds docs/reference)" || { git status --short -- crds docs/reference; exit 1; }

.PHONY: chaos
chaos: $(VENV)/.dev ## Kill runs at random moments and compare with an undisturbed one (TRIALS=20 SEED=1)
	$(BIN)/python -m benchmarks.chaos --trials $(TRIALS) --seed $(SEED)

.PHONY: bench
bench: $(VENV)/.dev ## Measure speed and memory, print a table, write benchmarks/results/*.json
	$(BIN)/python -m benchmarks.run

##@ Change

.PHONY: format
format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .

.PHONY: generate
generate: $(VENV)/.dev ## Write the files that are generated from the models: CRDs and reference pages
	$(BIN)/python -m evolution_operator.cli.generate --crds crds --reference docs/reference

.PHONY: constraints
constraints: $(VENV)/.uv ## Pin today's versions of all dependencies into constraints.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --extra operator \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links --output-file constraints.txt pyproject.toml

.PHONY: clean
clean: ## Remove the virtual environment and all caches; runs are kept
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

##@ Help

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip brings uv, and uv brings the rest in seconds.
$(VENV)/.uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed; set PYTHON=/path/to/python"; exit 1; }
	@echo "creating $(VENV) with $(PYTHON)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'
	@touch $@

$(VENV)/.local: $(VENV)/.uv pyproject.toml constraints.txt
	@echo "installing the packages of a local run (torch is large: about 5 GB on disk)"
	$(BIN)/uv pip install --python $(BIN)/python --constraint constraints.txt --editable '.[local]'
	@touch $@

$(VENV)/.dev: $(VENV)/.uv pyproject.toml constraints.txt
	@echo "installing the packages for development (torch is large: about 5 GB on disk)"
	$(BIN)/uv pip install --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.local
