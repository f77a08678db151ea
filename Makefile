# Every habit has a target; each target sets up what it needs. `make` prints them.

PYTHON ?= python3
DOMAINS ?= examples
EXAMPLES ?= 5000
KILLS ?= 200
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/codeartifact-tf
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install generate check lint test fuzz examples expected docs format bench lock dist clean

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  DOMAINS=PATH   specs for generate and check (default: examples)"
	@echo "  EXAMPLES=N KILLS=N   how much make fuzz draws, of each kind (default: 5000 and 200)"
	@echo "  BENCH=\"--runs 5 --write\"   what make bench shall do, and whether docs/performance.md is written"
	@echo "  TERRAFORM_PLUGIN_DIR=PATH   a filesystem mirror of providers for the tests"

$(READY): requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(READY) ## Set up .venv with the locked development dependencies

generate: $(READY) ## Write the Terraform of all specs under DOMAINS
	@$(RUN) generate $(DOMAINS)

check: $(READY) ## Tell whether the Terraform of all specs under DOMAINS is up to date
	@$(RUN) check $(DOMAINS)

lint: $(READY) ## ruff, mypy --strict, and the specs under DOMAINS
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(RUN) lint $(DOMAINS)

test: $(READY) lint check ## Everything: lint, examples, tests (with Terraform where it is installed)
	$(BIN)/pytest -n auto --dist loadgroup

fuzz: $(READY) ## The tests of hostile input and of faults, with much more of both
	CI= EXAMPLES=$(EXAMPLES) KILLS=$(KILLS) $(BIN)/pytest -n auto --dist loadgroup tests/program/test_fuzz.py tests/program/test_faults.py

examples: $(READY) ## Rewrite the committed Terraform of the examples
	@$(RUN) generate examples

expected: $(READY) ## Record the expected reports of the case files again; read the diff
	$(BIN)/pytest -q tests/rules tests/spec/test_invalid.py tests/review/test_scenarios.py --record

docs: $(READY) ## Rewrite the generated pages and schemas
	$(BIN)/python -m tests.support.generated

format: $(READY) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Time the commands beside `terraform fmt` and `terraform validate`
	@$(BIN)/python tests/support/bench.py $(BENCH)

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-find-links --no-emit-index-url --no-emit-trusted-host

lock: $(READY) ## Lock the dependencies again: those of development, and of them those of users
	$(LOCK) --extra dev --output-file requirements-dev.txt pyproject.toml
	$(LOCK) --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml

dist: $(READY) ## Build the wheel and the source archive
	$(BIN)/python -m build --no-isolation

clean: ## Remove everything that the targets made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
