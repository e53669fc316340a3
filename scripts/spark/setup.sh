#!/usr/bin/env bash
# Installs Spark for the scan on it: PySpark and pyarrow from PyPI into a virtual environment, and a Java runtime from
# Debian where there is none. Prints the environment's python.
# usage: scripts/spark/setup.sh [VENV_FOLDER]   (default: the user's cache folder)
set -euo pipefail

venv="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/spark/venv}"
if ! command -v java >/dev/null; then
    apt-get update >&2
    apt-get install -y --no-install-recommends openjdk-17-jre-headless >&2
fi
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import pyspark, pyarrow, pandas' 2>/dev/null ||
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'pyspark==4.0.1' 'pyarrow>=18' 'pandas>=2.2'
echo "$venv/bin/python"
