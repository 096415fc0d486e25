# Two commands are enough: `make demo` and `make test`. Everything they need goes into .tools and .venv of this folder.

PYTHON ?= python3
TOOLS := .tools
UV := UV_CACHE_DIR=$(or $(UV_CACHE_DIR),$(CURDIR)/$(TOOLS)/uv-cache) PYTHONPATH=$(TOOLS)/uv $(PYTHON) -m uv
VENV := .venv
RUN := $(VENV)/bin/
SOURCES := server analyzers providers wire tests bench

.DEFAULT_GOAL := help
.PHONY: help demo demo-model test test-core test-editors test-cloud test-model check format lock bench wheel clean model editors

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

$(TOOLS)/uv/bin/uv:
	@echo "Fetching uv into $(TOOLS)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(TOOLS)/uv uv

$(VENV)/bin/python: | $(TOOLS)/uv/bin/uv
	@$(UV) venv --quiet --allow-existing --python '>=3.11' $(VENV)

$(VENV)/.synced: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies into $(VENV)"
	@$(UV) pip sync --quiet --python $(VENV)/bin/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation -e .
	@touch $@

lock: | $(VENV)/bin/python ## Pin the dependencies anew
	@for set in base:"" local:"--extra local" dev:"--extra local --group dev --group editors"; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --upgrade $${set#*:} pyproject.toml -o requirements/$${set%%:*}.txt || exit 1; done

format: $(VENV)/.synced
	@$(RUN)ruff format --quiet $(SOURCES)
	@$(RUN)ruff check --quiet --fix $(SOURCES)
