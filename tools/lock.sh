#!/bin/sh
# Writes the lock files anew: every package with its hashes, no index address. lock.sh BIN
set -eu
lock() {
    out=$1
    shift
    "$bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@" -o "$out"
}
bin=$1
lock requirements.txt --extra all pyproject.toml
lock requirements-dev.txt --extra all --group dev pyproject.toml
lock requirements-build.txt --group build
