# Everything a developer or an operator types. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run test test-fast check lint types format assets seed bench words lock migration clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The kernels are compiled when they are new, so that no run and no test waits for it.
KERNELS := $(wildcard matcher/*.py matcher/*/*.py)
$(VENV)/kernels.stamp: $(VENV)/run.stamp $(KERNELS)
	@$(BIN)/python -m matcher.set_up
	@touch $@

run: $(VENV)/run.stamp $(VENV)/kernels.stamp ## install, build, migrate, seed and start on http://127.0.0.1:5000 (PORT, HOST)
	@exec $(BIN)/python -m web

test: $(VENV)/dev.stamp $(VENV)/kernels.stamp assets browser ## every test, with real PostgreSQL, Valkey and Chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: $(VENV)/dev.stamp $(VENV)/kernels.stamp assets ## tests without browsers and real servers
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser and not server"

check: $(VENV)/dev.stamp ## all that CI runs
	@$(MAKE) --output-sync=target -j2 lint types $(VENV)/kernels.stamp assets
	@$(MAKE) test

lint: $(VENV)/dev.stamp ## style, import contracts, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m web.assets.words check

types: $(VENV)/dev.stamp ## mypy --strict
	$(BIN)/mypy

format: $(VENV)/dev.stamp ## put the code in the house's shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets: $(VENV)/run.stamp ## build the front end and the words
	@$(BIN)/python -m web.assets
	@$(BIN)/python -m web.assets.words

.PHONY: browser
browser: # Chromium for the journeys: the system's own, else from the distribution
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { echo "Chromium is missing; installing it."; \
	    if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; \
	    else sudo apt-get update -qq && sudo apt-get install -y -qq chromium; fi; } || \
	  $(BIN)/python -m playwright install --with-deps chromium

seed: assets ## add the demo municipality to the database
	$(BIN)/flask data migrate
	$(BIN)/flask demo seed

bench: $(VENV)/dev.stamp assets ## measure speed and memory; prints tables
	$(BIN)/python -m benchmarks

words: $(VENV)/dev.stamp ## bring the translations in step with the code
	$(BIN)/python -m web.assets.words update

lock: $(VENV)/dev.stamp ## pin requirements*.in again, with hashes
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt

migration: assets ## write the migration for changed models: make migration NAME="add x to y"
	$(BIN)/flask db revision --autogenerate -m "$(NAME)"

clean: ## remove what was built; the database stays
	rm -rf $(VENV) node_modules web/shared/static/dist .mypy_cache .ruff_cache .pytest_cache
