#!/usr/bin/env bash
# Trained on one simulated marketplace, reported on another over other catalogs, with other sellers, and the other way round;
# beside the peers on the same cues.
# usage: scripts/measure-transfer.sh DATA_FOLDER WORK_FOLDER [LISTINGS]
#   DATA_FOLDER holds luma/ (see scripts/catalogs_from_data.py); the other catalogs are the sample's. What was made before in
#   WORK_FOLDER is used again. Peers: scripts/peers/setup.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

data="$1" work="$2" listings="${3:-20000}"
cargo build --release
touchstone="${CARGO_TARGET_DIR:-target}/release/touchstone"
python="${PEERS:-$HOME/.cache/touchstone/peers}/bin/python"
as_of=2026-03-31

rows() {
    local side="$1" seed="$2"
    shift 2
    [ -f "$work/$side/done" ] && return
    "$touchstone" simulate "$@" --out "$work/$side/market" --listings "$listings" --seed "$seed" --as-of "$as_of"
    "$touchstone" train "$work/$side/market" --catalog "$@" --out "$work/$side/alone" --seed 1 --as-of "$as_of" \
        --keep-rows "$work/$side/rows.parquet"
    touch "$work/$side/done"
}
mkdir -p "$work"
[ -d "$work/catalogs" ] || python3 scripts/catalogs_from_data.py "$data" "$work/catalogs"
rows luma 31 "$work/catalogs/luma"
rows sample 32 datasets/sample/catalogs/*

for pair in "luma sample" "sample luma"; do
    read -r from to <<<"$pair"
    out="$work/$from-to-$to"
    echo "== trained on $from, reported on $to"
    "$touchstone" train --rows "$work/$from/rows.parquet" --test-rows "$work/$to/rows.parquet" --out "$out" --seed 1 \
        --keep-rows "$out.rows.parquet" --held-out "$out.held-out.parquet"
    "$python" scripts/peers/scores.py "$out.rows.parquet" "$out.held-out.parquet"
done
