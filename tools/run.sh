#!/bin/sh
# What `make run` does: triages LOGS, or an incident that jumpkit makes itself, and shows the report. run.sh BIN
set -eu
bin=$1
logs=${LOGS:-}
if [ -z "$logs" ]; then
    logs=build/incident
    echo "No LOGS=path was given: here is an invented incident in a small company's three accounts."
    "$bin/jumpkit" lab logs "$logs" >/dev/null
fi
status=0
"$bin/jumpkit" triage "$logs" || status=$?
[ "$status" -le 1 ] || exit "$status"
report=$("$bin/jumpkit" report --path)
echo
echo "The report: $report"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$report" >/dev/null 2>&1 &
elif [ "$(uname)" = Darwin ]; then
    open "$report"
fi
exit "$status"
