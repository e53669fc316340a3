#!/usr/bin/env bash
# Precision and recall, by kind, over catalogs of real photos and products.
# usage: scripts/measure-real.sh DATA_FOLDER WORK_FOLDER [LISTINGS] [SEED]
#   DATA_FOLDER holds luma/, branded/ and clothing/ (photos that private sellers took)
set -euo pipefail
cd "$(dirname "$0")/.."

data="$1" work="$2" listings="${3:-20000}" seed="${4:-7}"
cargo build --release
touchstone="${CARGO_TARGET_DIR:-target}/release/touchstone"
as_of=2026-03-31

rm -rf "$work"
mkdir -p "$work"
python3 scripts/catalogs_from_data.py "$data" "$work/catalogs"
"$touchstone" simulate "$work"/catalogs/* --out "$work/market" --listings "$listings" \
    --seed "$seed" --as-of "$as_of" --own-photos "$data/clothing/images"
"$touchstone" init "$work/workspace"
"$touchstone" --workspace "$work/workspace" catalog add "$work"/catalogs/* --as-of "$as_of" || [ $? -eq 3 ]
time "$touchstone" --workspace "$work/workspace" scan "$work/market/feed.csv" \
    --images "$work/market/images" --as-of "$as_of" --run measured --capacity "$listings" || [ $? -eq 3 ]
"$touchstone" --workspace "$work/workspace" evaluate measured --truth "$work/market/truth.csv"
