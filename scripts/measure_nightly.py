#!/usr/bin/env python3
"""What the second night costs: the CPU time of a scan where 1 % of the listings changed, and of one after a new catalog.

usage: scripts/measure_nightly.py PROGRAM FOLDER [LISTINGS=100000] [IMAGES_PER_PHOTO=10] [--no-images]
  Invents four catalogs and a marketplace over all of them in FOLDER (kept for the next time). Three catalogs are registered
  for the first two scans, the fourth before the last. A marketplace's listings mostly have pictures of their own: the more
  IMAGES_PER_PHOTO, the nearer to that, and the larger the folder. CPU time is that of the whole program, on one thread.
"""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

CHANGED = 0.01
DAYS = ["2026-03-31", "2026-04-01", "2026-04-02"]


def run(*command):
    """Seconds of CPU time; exit code 3 (some rows were refused) is as good as 0."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {command}")
    return used.ru_utime + used.ru_stime


def change(feed, changed):
    """One listing in a hundred has another title, price or picture; the rest is the same."""
    rng = random.Random(1)
    with open(feed, newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        rows, columns = list(reader), reader.fieldnames
    for at in rng.sample(range(len(rows)), round(len(rows) * CHANGED)):
        what, row = rng.choice(["title", "price", "image_link"]), rows[at]
        if what == "title":
            row["title"] += " new"
        elif what == "price" and row["price"]:
            amount, *currency = row["price"].split()
            row["price"] = " ".join([f"{float(amount) * 0.9:.2f}", *currency])
        else:
            row["image_link"] = rows[rng.randrange(len(rows))]["image_link"]
    with open(changed, "w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    with_images = "--no-images" not in sys.argv
    program, folder, *rest = [argument for argument in sys.argv[1:] if argument != "--no-images"]
    listings, images_per_photo = int(rest[0]) if rest else 100_000, rest[1] if len(rest) > 1 else "10"
    program, folder = Path(program).resolve(), Path(folder).resolve()
    market, workspace = folder / "market", folder / "workspace"
    if not (folder / "changed.csv").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(program, "invent", folder / "catalogs", "--seed", 21, "--brands", 4)
        pictures = ["--max-images-per-photo", images_per_photo] if with_images else ["--no-images"]
        run(program, "simulate", *sorted((folder / "catalogs").iterdir()), "--out", market, "--listings", listings,
            "--seed", 21, "--as-of", DAYS[0], *pictures)
        change(market / "feed.csv", folder / "changed.csv")
    catalogs = sorted((folder / "catalogs").iterdir())
    shutil.rmtree(workspace, ignore_errors=True)
    run(program, "init", workspace)
    run(program, "--workspace", workspace, "catalog", "add", *catalogs[:3], "--as-of", DAYS[0])
    images = ["--images", market / "images"] if with_images else []
    first = None
    for day, feed, what in zip(DAYS, ["market/feed.csv", "changed.csv", "changed.csv"],
                               ["first scan", "1 % of the listings changed", "a new catalog"]):
        if what == "a new catalog":
            run(program, "--workspace", workspace, "catalog", "add", catalogs[3], "--as-of", day)
        spent = run(program, "--workspace", workspace, "--threads", 1, "scan", folder / feed, *images, "--as-of", day,
                    "--run", day)
        first = first or spent
        timings = json.loads((workspace / "runs" / day / "timings.json").read_text())
        anew, stages = timings["read_anew"], timings["stages"]
        print(f"{what}: {spent:.1f} s of CPU, {100 * spent / first:.1f} % of the first; read anew {anew['listings']} listings,"
              f" {anew['pictures']} pictures; peak memory {timings['peak_memory_bytes'] >> 20} MiB; "
              + ", ".join(f"{name} {stage['seconds']:.1f} s" for name, stage in stages.items()), flush=True)


if __name__ == "__main__":
    main()
