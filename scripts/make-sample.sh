#!/usr/bin/env bash
# Makes datasets/sample: three invented brands with drawn pictures, and a marketplace over them.
# Its brands, sellers and seeds are not among those that models/baseline was trained on.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release
touchstone="${CARGO_TARGET_DIR:-target}/release/touchstone"
sample=datasets/sample
as_of=2026-03-31

rm -rf "$sample/catalogs" "$sample/feed.csv" "$sample/truth.csv" "$sample/images"
"$touchstone" invent "$sample/catalogs" --brands 3 --products 8 --picture-side 480 --seed 7
"$touchstone" simulate "$sample"/catalogs/* --out "$sample/market" --listings 1000 --seed 3 \
    --image-side 320 --max-images-per-photo 5 --as-of "$as_of"
mv "$sample"/market/* "$sample"
rmdir "$sample/market"
