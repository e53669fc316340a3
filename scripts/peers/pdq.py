#!/usr/bin/env python3
"""Decodes and hashes the same photos with Touchstone and with Python peers, one thread each, in one run.

usage: pdq.py TOUCHSTONE_PROGRAM IMAGE_FOLDER [REPEATS]
Needs the environment of setup.sh. Prints images a second (median of the repeats) and the ratios to the slowest and to
threatexchange, which makes one hash an image (Pillow decodes, pdqhash hashes) and knows no dihedrals.
"""
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cv2
import imagehash
import numpy
import pdqhash
from PIL import Image
from threatexchange.signal_type.pdq.signal import PdqSignal

cv2.setNumThreads(1)


def touchstone(program, folder, files):
    command = [program, "--threads", "1", "fingerprint", folder]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def pdqhash_dihedral(program, folder, files):
    for file in files:
        pixels = numpy.asarray(Image.open(file).convert("RGB"))
        pdqhash.compute_dihedral(pixels)


def pdqhash_single(program, folder, files):
    for file in files:
        pdqhash.compute(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB))


def threatexchange_pdq(program, folder, files):
    for file in files:
        PdqSignal.hash_from_file(file)


def imagehash_phash(program, folder, files):
    for file in files:
        imagehash.phash(Image.open(file), hash_size=16)


THREATEXCHANGE = "threatexchange PdqSignal, PDQ"
PEERS = [
    (THREATEXCHANGE, threatexchange_pdq),
    ("pdqhash (Pillow), PDQ + 8 dihedrals", pdqhash_dihedral),
    ("pdqhash (OpenCV), PDQ", pdqhash_single),
    ("imagehash phash 16x16", imagehash_phash),
    ("Touchstone, PDQ + 8 dihedrals + DCT hash + colour", touchstone),
]


def main():
    program, folder = sys.argv[1:3]
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    files = sorted(path for path in Path(folder).iterdir() if path.is_file())
    rates = {name: [] for name, _ in PEERS}
    for _ in range(repeats):
        for name, peer in PEERS:
            started = time.perf_counter()
            peer(program, folder, files)
            rates[name].append(len(files) / (time.perf_counter() - started))
    slowest = min(statistics.median(values) for values in rates.values())
    theirs = statistics.median(rates[THREATEXCHANGE])
    print(f"{len(files)} images, {repeats} repeats; times the slowest, times threatexchange")
    for name, values in rates.items():
        median = statistics.median(values)
        print(f"{name:<52}{median:7.1f} images/s ({min(values):.1f} to {max(values):.1f})  {median / slowest:5.2f} x {median / theirs:5.2f} x")


main()
