#!/usr/bin/env python3
"""CPU time and quality of `touchstone scan` beside those of scripts/peers/pipeline.py, on the same simulated feeds.

usage: PEERS_PYTHON scripts/measure_pipeline.py PROGRAM FOLDER [LISTINGS=20000] [ROUNDS=3]
PEERS_PYTHON is what scripts/peers/setup.sh names. Makes in FOLDER (kept for the next time) two registries, of 3 brands with
12 products and of 300 with 20, a feed over each, and a market over other brands for the pipeline to learn from. What both
know beforehand is not counted: Touchstone's pictures in its cache, also what they match, and the pipeline's PDQ hashes and
models. Neither knows a listing's text. One thread each; edited copies are not searched for. `at the margin` is what more
listings cost, from a quarter of the feed to all of it, and so what a feed of 1,000,000 tends to; `models of the same brands`
is the pipeline with labels of the very brands that it is then asked about.
"""
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score

AS_OF = "2026-03-31"
CAPACITY = 500
# Brands, products of each, the side of their pictures, the side of the feed's, pictures made of one photo, seeds.
REGISTRIES = {"small": (3, 12, 640, 256, 10, 31, 51), "large": (300, 20, 256, 192, 3, 32, 52), "train": (8, 12, 640, 256, 10, 41, 61)}
PIPELINE = Path(__file__).parent / "peers" / "pipeline.py"


def run(*command):
    """Seconds of CPU time and MiB of memory at its peak; exit code 3 (some rows were refused) is as good as 0."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss >> 10


def python(*arguments):
    return run(sys.executable, PIPELINE, *arguments)


def catalogs_in(folder):
    return sorted(path.parent for path in (folder / "catalogs").glob("*/brand.toml"))


def make(program, folder, listings, settings):
    brands, products, side, image_side, images, seed, market_seed = settings
    if not (folder / "catalogs").exists():
        run(program, "invent", folder / "catalogs", "--brands", brands, "--products", products, "--seed", seed, "--picture-side", side)
    for name, market_seed in [("market", market_seed), ("labelled", market_seed + 10)][: 2 if folder.name == "large" else 1]:
        market = folder / name
        if not (market / "truth.csv").exists():
            run(program, "simulate", *catalogs_in(folder), "--out", market, "--listings", listings, "--seed", market_seed,
                "--as-of", AS_OF, "--image-side", image_side, "--max-images-per-photo", images)
        if not (market / "fingerprints.parquet").exists():
            seconds, _ = python("fingerprint", market / "images", market / "fingerprints.parquet")
            print(f"{folder.name}, {name}: pdqhash took {seconds:.0f} s of CPU for {len(os.listdir(market / 'images'))} pictures", flush=True)
    if not (folder / "catalogs" / "fingerprints.parquet").exists():
        python("fingerprint", folder / "catalogs", folder / "catalogs" / "fingerprints.parquet")
    quarter = folder / "quarter"
    shutil.rmtree(quarter, ignore_errors=True)
    quarter.mkdir()
    for name in ("feed.csv", "truth.csv"):
        pl.read_csv(folder / "market" / name, infer_schema=False).head(listings // 4).write_csv(quarter / name)
    for name in ("images", "fingerprints.parquet"):
        (quarter / name).symlink_to(folder / "market" / name)


def touchstone(program, folder, market):
    workspace = folder / "workspace"
    for past in (workspace / "runs").glob("*"):
        shutil.rmtree(past)
    return run(program, "--workspace", workspace, "--threads", 1, "scan", market / "feed.csv", "--images", market / "images",
               "--as-of", AS_OF, "--run", "measured", "--capacity", CAPACITY, "--local-features", "off")


def quality(market, scores):
    truth = pl.read_csv(market / "truth.csv", infer_schema=False)
    rows = truth.join(pl.read_parquet(scores).select("listing_id", "probability"), on="listing_id", how="left", maintain_order="left")
    fake, said = (rows["label"] == "fake").to_numpy(), rows["probability"].fill_null(0.0).to_numpy()
    first = np.argsort(-said, kind="stable")[:CAPACITY]
    return f"PR-AUC {average_precision_score(fake, said):.3f}, of the first {CAPACITY} {fake[first].mean():.1%} fakes, {fake[first].sum() / fake.sum():.1%} of all"


def main():
    program, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    listings, rounds = (int(sys.argv[at]) if len(sys.argv) > at else default for at, default in ((3, 20_000), (4, 3)))
    for name, settings in REGISTRIES.items():
        make(program, folder / name, listings, settings)
    model, same = folder / "model.joblib", folder / "same.joblib"
    python("train", folder / "train" / "market", folder / "train" / "catalogs", model)
    python("train", folder / "large" / "labelled", folder / "large" / "catalogs", same)
    for name in ("small", "large"):
        here = folder / name
        if not (here / "workspace").exists():
            run(program, "init", here / "workspace")
            run(program, "--workspace", here / "workspace", "catalog", "add", *catalogs_in(here), "--as-of", AS_OF)
            print(f"{name}: a first scan, with every picture, took {touchstone(program, here, here / 'market')[0]:.0f} s of CPU", flush=True)
        spent = {}
        for _ in range(rounds):
            for size, market in ((listings // 4, here / "quarter"), (listings, here / "market")):
                spent.setdefault(("Touchstone", size), []).append(touchstone(program, here, market))
                spent.setdefault(("pipeline", size), []).append(python("scan", market, here / "catalogs", model, here / "out", CAPACITY))
        rates = {}
        for who in ("Touchstone", "pipeline"):
            (few, _), (all_of, memory) = ([statistics.median(values) for values in zip(*spent[who, size])] for size in (listings // 4, listings))
            rates[who] = listings / all_of, (listings - listings // 4) / (all_of - few)
            seconds = ", ".join(f"{seconds:.1f}" for seconds, _ in spent[who, listings])
            print(f"{name}, {who}: {few:.1f} s of CPU for {listings // 4} listings, {all_of:.1f} s for {listings} ({seconds}), that is "
                  f"{rates[who][0]:.0f} a second, {rates[who][1]:.0f} at the margin; {memory:.0f} MiB", flush=True)
        whole, margin = (ours / theirs for ours, theirs in zip(rates["Touchstone"], rates["pipeline"]))
        print(f"{name}: Touchstone's rate is {whole:.2f} times the pipeline's, {margin:.2f} times at the margin")
        print(f"{name}, Touchstone: {quality(here / 'market', here / 'workspace' / 'runs' / 'measured' / 'scores.parquet')}")
        print(f"{name}, pipeline: {quality(here / 'market', here / 'out' / 'scores.parquet')}", flush=True)
        if name == "large":
            python("scan", here / "market", here / "catalogs", same, here / "out", CAPACITY)
            print(f"{name}, pipeline, models of the same brands: {quality(here / 'market', here / 'out' / 'scores.parquet')}")


main()
