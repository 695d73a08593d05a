#!/bin/sh
# Walks a newcomer through an incident in a lab on this machine: alert, logs, plan, approval, containment, undo, report.
# At a terminal it waits for Enter before each command. walk.sh BIN
set -eu
bin=$(cd "$1" && pwd)
JUMPKIT_HOME=$(mkdir -p "$JUMPKIT_HOME" && cd "$JUMPKIT_HOME" && pwd)
export JUMPKIT_HOME
PATH="$bin:$PATH"
export PATH
say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
[ -t 1 ] || say() { printf '\n%s\n' "$1"; }
run() {
    printf '$'
    for word in "$@"; do
        case $word in
        *\ *) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    if [ -t 0 ] && [ -t 1 ]; then
        printf '  (Enter) '
        read -r _ || true
    fi
    status=0
    "$@" || status=$?
    [ "$status" -le 1 ] || exit "$status"
}
field() { python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2].split("."):
    value = value[int(name)] if isinstance(value, list) else value[name]
print(value)' "$1" "$2"; }

work=build/walk
mkdir -p "$work"
say "No LOGS=path was given. Here is a company's cloud in a lab on this machine; nothing of it is real, every call is."
jumpkit lab down >/dev/null 2>&1 || true
jumpkit lab up --json >"$work/lab.json"
AWS_ENDPOINT_URL=$(field "$work/lab.json" endpoint_url)
AWS_DEFAULT_REGION=$(field "$work/lab.json" region)
AWS_ACCESS_KEY_ID=$(field "$work/lab.json" responder.access_key_id)
AWS_SECRET_ACCESS_KEY=$(field "$work/lab.json" responder.secret_access_key)
export AWS_ENDPOINT_URL AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
jumpkit lab attack leaked-key --json >"$work/attack.json"
logs=$(field "$work/attack.json" logs)
alert=$(field "$work/attack.json" alerts.0)

say "An alert came in: a key of this company is used by somebody else. First: what do the logs say?"
run jumpkit triage "$logs"

say "Now respond. It says who we are, gathers evidence, and plans; nothing is changed yet."
case=$(jumpkit case list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["cases"][-1]["case"])')
run jumpkit respond --finding "$alert" --case "$case" --yes-to-defaults
jumpkit show "$case" --json >"$work/case.json"
plan=$(field "$work/case.json" plans.-1.plan)
say "Somebody approves the plan by its digest. You are alone, and say so; every report will."
run jumpkit approve "$plan" --solo "practice in the lab"

say "Run it. Each step looks, writes down what it will do, changes, and looks again."
run jumpkit apply "$plan"

say "Was it right? If not, take it back, in reverse order, only where nobody changed anything since."
run jumpkit undo "$plan" --proceed

say "That was the key of the alert. What else did the intruder leave behind, and what left?"
run jumpkit persistence
run jumpkit loss

say "And can all this be proven?"
run jumpkit verify
jumpkit lab down >/dev/null
sh "$(dirname "$0")/open.sh" "$bin"
say "To go on by hand, in this shell:"
printf '  export PATH="%s:$PATH" JUMPKIT_HOME="%s"\n' "$bin" "$JUMPKIT_HOME"
say "Then: jumpkit lab truth leaked-key (what really happened), jumpkit principals, jumpkit scope … Your own logs: make run LOGS=path"
