#!/bin/sh
# Makes a virtual environment with exactly the locked packages, and jumpkit itself in place. venv.sh PYTHON FOLDER LOCK
set -eu
python=$1 folder=$2 lock=$3
"$python" - <<'PY' || exit 2
import sys
if sys.version_info < (3, 11):
    sys.exit(f"jumpkit needs Python 3.11 or later; this is {sys.version.split()[0]} (make PYTHON=python3.12 …)")
try:
    import venv, ensurepip  # noqa: F401
except ImportError:
    sys.exit("this Python has no venv; on Debian and Ubuntu: apt-get install python3-venv")
PY
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
echo "Setting up $folder from $lock …"
"$folder/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-build.txt
export UV_PYTHON_DOWNLOADS=never
"$folder/bin/uv" pip install -q --python "$folder/bin/python" --compile-bytecode --require-hashes -r "$lock"
"$folder/bin/uv" pip install -q --python "$folder/bin/python" --no-deps --no-build-isolation -e .
"$folder/bin/python" -m compileall -q src
