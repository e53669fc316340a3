#!/usr/bin/env bash
# How well rings of sellers are grouped: simulated rings of 3 to 50 accounts among honest listings that share official photos.
# usage: scripts/measure-rings.sh PROGRAM FOLDER [LISTINGS=100000] [RINGS=40] [SEEDS="11 12 13"] [FAKE_SHARE=0]
# Invents catalogs and a marketplace for each seed below FOLDER, scans it, and prints one row a seed. Pictures are made and read.
set -euo pipefail
program=$(realpath "$1") folder=$2 listings=${3:-100000} rings=${4:-40} seeds=${5:-11 12 13} fakes=${6:-0}
here=$(cd "$(dirname "$0")" && pwd)
echo "seed listings rings members grouped_share honest_sellers drawn_in_share cases purity"
for seed in $seeds; do
  at=$folder/$seed
  mkdir -p "$at"
  if [ ! -e "$at/truth.csv" ]; then
    "$program" invent "$at/catalogs" --seed "$seed" >/dev/null
    "$program" simulate "$at"/catalogs/* --out "$at" --listings "$listings" --rings "$rings" --fake-share "$fakes" \
      --seed "$seed" --image-side 256 --as-of 2026-03-31 >/dev/null
    "$program" init "$at/workspace" >/dev/null
    "$program" --workspace "$at/workspace" catalog add "$at"/catalogs/* --as-of 2026-03-31 >/dev/null
  fi
  rm -rf "$at/workspace/runs/rings"
  "$program" --workspace "$at/workspace" scan "$at/feed.csv" --images "$at/images" --as-of 2026-03-31 --run rings >"$at/scan.log" || [ $? = 3 ]
  python3 "$here/measure_rings.py" "$seed" "$at/truth.csv" "$at/workspace/runs/rings/cases.ndjson"
done
