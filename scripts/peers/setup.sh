#!/usr/bin/env bash
# Installs the programs we measure ourselves against into a virtual environment.
# usage: scripts/peers/setup.sh [VENV_FOLDER]   (default: the user's cache folder)
set -euo pipefail

venv="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/peers}"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check \
    pdqhash imagehash pillow opencv-python-headless numpy faiss-cpu threatexchange \
    scikit-learn lightgbm pandas pyarrow polars rapidfuzz sparse_dot_topn
echo "$venv/bin/python"
