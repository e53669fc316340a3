#!/usr/bin/env bash
# Trains models/baseline from nothing: marketplaces over invented brands that appear nowhere else in the repository.
# The sample (datasets/sample) has other brands, other sellers and other seeds.
# usage: scripts/train-baseline.sh [WORK_FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

work="${1:-$(mktemp -d)}"
target="${CARGO_TARGET_DIR:-target}"
cargo build --release
touchstone="$target/release/touchstone"
as_of=2026-03-31

for market in 1 2 3; do
    folder="$work/$market"
    [ -f "$folder/market/truth.csv" ] && continue
    "$touchstone" invent "$folder/catalogs" --brands 8 --products 12 --seed "10$market"
    "$touchstone" simulate "$folder"/catalogs/* --out "$folder/market" \
        --listings 12000 --seed "20$market" --image-side 384 --as-of "$as_of"
done

"$touchstone" train "$work"/*/market --catalog "$work"/*/catalogs/* \
    --out models/baseline --seed 1 --as-of "$as_of"
