#!/bin/sh
# What `make run` does: triages LOGS, or plays an incident in a lab and walks through it to the end. run.sh BIN
set -eu
bin=$1
if [ -z "${LOGS:-}" ]; then
    exec sh "$(dirname "$0")/walk.sh" "$bin"
fi
status=0
"$bin/jumpkit" triage "$LOGS" || status=$?
[ "$status" -le 1 ] || exit "$status"
sh "$(dirname "$0")/open.sh" "$bin"
exit "$status"
