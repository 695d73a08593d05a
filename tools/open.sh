#!/bin/sh
# Names the newest report, and opens it where there is a display. open.sh BIN
set -eu
report=$("$1/jumpkit" report --path)
echo
echo "The report: $report"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$report" >/dev/null 2>&1 &
elif [ "$(uname)" = Darwin ]; then
    open "$report"
fi
