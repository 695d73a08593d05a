# Two commands for a fresh machine: `make run` shows a result, `make test` proves the house.
.POSIX:
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
RUN_HOME ?= .jumpkit

.PHONY: run test check chaos bench servers wheel lock clean

run: $(VENV)/.runtime
	@JUMPKIT_HOME="$(RUN_HOME)" LOGS="$(LOGS)" sh tools/run.sh "$(BIN)"

test: $(VENV)/.develop
	@sh tools/test.sh "$(BIN)"

# The guards alone: style, types, walls.
check: $(VENV)/.develop
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Everything that is too long for every day: all kill points, long fuzzing.
chaos: $(VENV)/.develop
	JUMPKIT_CHAOS=1 $(BIN)/python -m pytest tests -m "slow or not slow"

bench: $(VENV)/.develop
	$(BIN)/python bench/triage_vs_rsigma.py

# Servers that some tests start where they are there; the tests skip and say so where they are not.
servers:
	@sh tools/servers.sh

wheel: $(VENV)/.develop
	$(BIN)/uv build --wheel --out-dir dist

lock:
	sh tools/lock.sh "$(BIN)"

clean:
	rm -rf $(VENV) build dist .jumpkit

$(VENV)/.runtime: requirements.txt requirements-build.txt pyproject.toml
	@sh tools/venv.sh "$(PYTHON)" $(VENV) requirements.txt
	@touch $@

$(VENV)/.develop: requirements-dev.txt requirements-build.txt pyproject.toml
	@sh tools/venv.sh "$(PYTHON)" $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.runtime
