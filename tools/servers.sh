#!/bin/sh
# Builds the servers that some tests start, into build/servers/bin; what is there is not built again. Needs Go.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/go/bin
bin=$PWD/build/servers/bin
mkdir -p "$bin"
if [ ! -x "$bin/versitygw" ]; then
    command -v go >/dev/null || { echo "versitygw (an S3 store that enforces Object Lock) needs Go to be built" >&2; exit 1; }
    echo "Building versitygw …"
    GOBIN=$bin GOFLAGS=-modcacherw go install -trimpath github.com/versity/versitygw/cmd/versitygw@v1.8.0
fi
