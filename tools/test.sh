#!/bin/sh
# What `make test` runs: the guards, then every test. test.sh BIN
set -eu
bin=$1
"$bin/ruff" check .
"$bin/mypy"
"$bin/lint-imports"
exec "$bin/python" -m pytest -n auto --dist loadfile
