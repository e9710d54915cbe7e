# VoiceFit. `make run` starts it, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# How many processes share the tests; those with servers of their own or at the pace of speech run one by one.
WORKERS ?= 3

PACKAGES := agent tools services db search integrations api prompts eval cli core

.PHONY: help setup run test test-fast check format bench eval lock clean recordings

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## Install everything into .venv (with uv when it can be had, else pip)

$(STAMP): requirements/all.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "VoiceFit needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing VoiceFit into $(VENV) (about 1 GB, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@uv=$$(command -v uv || { $(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null && echo $(BIN)/uv; }); \
	if [ -n "$$uv" ]; then install="$$uv pip install --quiet --python $(BIN)/python"; \
	else install="$(BIN)/python -m pip install --quiet --disable-pip-version-check"; fi; \
	$$install --no-deps --require-hashes -r requirements/all.txt && $$install --no-deps -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib $(PACKAGES) >/dev/null || true
	@touch $(STAMP)

run: setup ## Start VoiceFit with embedded defaults; it prints an address
	@$(BIN)/voicefit serve

test: setup ## Run all tests
	@$(BIN)/python -m pytest -m "not alone" -n $(WORKERS) --dist loadfile
	@$(BIN)/python -m pytest -m alone

test-fast: setup ## Run the tests that need no models, browser or server
	@$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadfile

check: setup ## Format, lint, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup ## Print latency by stage, spoken accuracy, sets over HTTP and memory, with the machine's load
	@$(BIN)/python -m eval.bench

eval: setup ## Replay the packaged scenarios, typed, in other words and aloud, against their gates
	@$(BIN)/voicefit eval run --gate text
	@$(BIN)/voicefit eval run --gate varied --vary 1 --seed 1
	@$(BIN)/voicefit eval run eval/scenarios/logging.jsonl eval/scenarios/not_for_the_agent.jsonl --gate aloud \
		--aloud --voices 6 --noise plates --noise music --noise babble --noise treadmill

recordings: setup ## Record conversations with the real language model (needs XAI_API_KEY; costs a few cents)
	@$(BIN)/python -m tests.recordings.record

LOCK = $$(command -v uv || echo $(BIN)/uv) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

lock: ## Pin all dependencies with hashes (no addresses)
	$(LOCK) --extra embeddings -o requirements/base.txt
	$(LOCK) --extra embeddings --extra piper -o requirements/piper.txt
	$(LOCK) --all-extras -o requirements/all.txt
	$(LOCK:pyproject.toml=requirements/peers.in) -o requirements/peers.txt

clean: ## Remove what setup made
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
