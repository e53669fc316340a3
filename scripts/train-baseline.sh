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

# Three marketplaces with all there is; then what also comes: one without pictures, one whose feed does not say who
# sells and whose pictures nobody has, and one that says who sells, whose pictures nobody has either.
make() {
    local market="$1" listings="$2"
    shift 2
    local folder="$work/$market"
    [ -f "$folder/done" ] && return
    "$touchstone" invent "$folder/catalogs" --brands 8 --products 12 --seed "10$market"
    "$touchstone" simulate "$folder"/catalogs/* --out "$folder/market" \
        --listings "$listings" --seed "20$market" --as-of "$as_of" "$@"
    touch "$folder/done"
}
for market in 1 2 3; do
    make "$market" 12000 --image-side 384
done
make 4 6000 --no-images
make 5 6000 --no-sellers --image-side 64
make 6 6000 --image-side 64
rm -rf "$work"/{5,6}/market/images

"$touchstone" train "$work"/*/market --catalog "$work"/*/catalogs/* \
    --out models/baseline --seed 1 --as-of "$as_of" \
    --keep-rows "$work/rows.parquet" --held-out "$work/held-out.parquet"
echo "peers on the same cues: scripts/peers/scores.py $work/rows.parquet $work/held-out.parquet"
