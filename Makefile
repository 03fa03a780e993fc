# Every target here is what README, CONTRIBUTING and .ci/run call; nothing else is needed than python3.11+, pip and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override requirements/overrides.txt

.PHONY: demo test check eval dev lock format lint types imports docs bench
.DEFAULT_GOAL := help

help:                       ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

# Sentinels of our own, touched last: an install that broke half-way is done again.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "loketbs needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation -e .
	touch $@
$(VENV)/.ready: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation -e .
	touch $@

dev: $(VENV)/.ready         ## the environment for working on loketbs

demo: $(VENV)/.run-ready    ## the main job on sample mails, embedded defaults; SERVE=1 keeps the pages up
	$(BIN)/loketbs demo $(if $(SERVE),--serve)

test: dev                   ## the tests; T=path, K=pattern
	$(BIN)/python -m pytest $(if $(T),$(T),tests) $(if $(K),-k '$(K)')

check: dev                  ## format, lint, types, imports, tests, documents up to date: all that a commit needs
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest tests

format: dev                 ## let ruff write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: dev                   ## write anew what is made from the code
	$(BIN)/python -m tests.generated

eval: dev                   ## the scoreboards (mails, scans) on ../shared/corpus; ONLY=m00 or s00 takes a part
	$(BIN)/python -m tests.evaluation $(if $(ONLY),--only $(ONLY))
	$(BIN)/python -m tests.evaluation.scans $(if $(ONLY),--only $(ONLY))

bench: dev                  ## ratios measured side by side; see tests/benchmarks
	$(BIN)/python -m pytest tests/benchmarks -n 0 -s --benchmarks

lock:                       ## write requirements/*.txt anew from pyproject.toml
	$(BIN)/$(LOCK) --extra install pyproject.toml -o requirements/run.txt
	$(BIN)/$(LOCK) --extra install --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
