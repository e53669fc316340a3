#!/usr/bin/env bash
# Peak memory of a scan without images at several sizes of the feed; it should hardly grow.
# usage: scripts/measure-memory.sh CATALOG_FOLDER WORK_FOLDER [SIZE...]
set -euo pipefail
cd "$(dirname "$0")/.."

catalogs="$1" work="$2"
shift 2
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(100000 1000000)
cargo build --release
touchstone="${CARGO_TARGET_DIR:-target}/release/touchstone"
as_of=2026-03-31

mkdir -p "$work"
for size in "${sizes[@]}"; do
    folder="$work/$size"
    rm -rf "$folder"
    "$touchstone" simulate "$catalogs"/* --out "$folder/market" --listings "$size" --seed 5 \
        --as-of "$as_of" --no-images
    "$touchstone" init "$folder/workspace" 2>/dev/null
    "$touchstone" --workspace "$folder/workspace" catalog add "$catalogs"/* --as-of "$as_of" 2>/dev/null || [ $? -eq 3 ]
    python3 scripts/peak_memory.py "$size" "$touchstone" --workspace "$folder/workspace" \
        scan "$folder/market/feed.csv" --as-of "$as_of" --run measured
done
