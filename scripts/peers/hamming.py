#!/usr/bin/env python3
"""Searches the same references within Hamming distance 31 with Touchstone and with faiss, one thread each, in one run.

usage: hamming.py BENCH_PROGRAM [SIZE ...]     (default sizes: 1000000 10000000)
BENCH_PROGRAM is what `cargo bench --bench hamming_search --no-run` names. Needs the environment of setup.sh, and at
10 million references 6 GB of memory. Rounds alternate; prints medians over all queries of all rounds, 10 % to 90 %.
Says so where answers differ.
"""
import ctypes
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faiss
import numpy

RADIUS = 31
ROUNDS = 3
faiss.omp_set_num_threads(1)


def flat(size):
    return faiss.IndexBinaryFlat(256)


def anchored(size):
    """The settings that are exact with look-ups of one flip."""
    return multihash(16, 16, 1)


def fitted(size):
    """As many sub-keys as serve us at this size: still exact, since 31 = 11 * 2 + 9 and 31 = 12 * 2 + 7."""
    return multihash(11, 23, 2) if size > 2_000_000 else multihash(12, 21, 2)


def multihash(count, bits, flips):
    index = faiss.IndexBinaryMultiHash(256, count, bits)
    index.nflip = flips
    return index


# With the most queries of a round: some are slow.
PEERS = [
    ("faiss IndexBinaryFlat", flat, 50),
    ("faiss MultiHash 16 x 16, 1 flip", anchored, 50),
    ("faiss MultiHash, fitted, 2 flips", fitted, 200),
]


def resident():
    """Bytes of memory of this process, without what was freed."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    status = Path("/proc/self/status").read_text().splitlines()
    # Not the mapped file of references.
    return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) * 1024


def spread(micros):
    deciles = statistics.quantiles(micros, n=10)
    return statistics.median(micros), deciles[0], deciles[-1]


def line(name, size, kind, micros, ratio, each, seconds):
    median, low, high = spread(micros)
    print(
        f"{size:>9} {kind:<9} {name:<33}{median:9.0f} us ({low:.0f} to {high:.0f}) {ratio:7.1f} x"
        f"{each:8.1f} B {seconds:7.1f} s",
        flush=True,
    )


def compare(program, size, kind, folder):
    queries = 200
    command = [program, "serve", folder, str(size), kind, str(queries)]
    # Its searches are of one thread; the build is parallel unless told.
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    ours = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    seconds, taken, peak = (float(word) for word in ours.stdout.readline().split())

    def ask_ours():
        ours.stdin.write("\n")
        ours.stdin.flush()
        return [float(word) for word in ours.stdout.readline().split()]

    references = numpy.memmap(Path(folder) / "references.bin", dtype=numpy.uint8, mode="r").reshape(-1, 32)
    asked = numpy.fromfile(Path(folder) / "queries.bin", dtype=numpy.uint8).reshape(-1, 32)
    expected = [set() for _ in range(queries)]
    for row in (Path(folder) / "answers.txt").read_text().splitlines():
        nth, position, distance = map(int, row.split())
        expected[nth].add((position, distance))

    all_ours, rows = [], []
    for name, make, most in PEERS:
        before = resident()
        started = time.perf_counter()
        index = make(size)
        for start in range(0, size, 100_000):
            index.add(numpy.ascontiguousarray(references[start : start + 100_000]))
        built = time.perf_counter() - started
        each = (resident() - before) / size
        theirs, beside = [], []
        for _ in range(ROUNDS):
            beside += ask_ours()
            for nth in range(most):
                started = time.perf_counter()
                # faiss takes "less than", not "at most".
                limits, distances, labels = index.range_search(asked[nth : nth + 1], RADIUS + 1)
                theirs.append((time.perf_counter() - started) * 1e6)
                found = set(zip(labels.tolist(), distances.astype(int).tolist()))
                if found != expected[nth]:
                    print(f"answers differ: {name}, query {nth}: {len(found)}, ours {len(expected[nth])}")
        ratio = statistics.median(theirs) / statistics.median(beside)
        line(name, size, kind, theirs, ratio, each, built)
        all_ours += beside
        del index
    ours.stdin.close()
    ours.wait()
    line("Touchstone", size, kind, all_ours, 1, taken / size, seconds)
    print(f"{'':>19} Touchstone's build, at its peak, with the references: {peak / size:.0f} B", flush=True)


def main():
    program = sys.argv[1]
    sizes = [int(size) for size in sys.argv[2:]] or [1_000_000, 10_000_000]
    print(f"distance {RADIUS}, one thread, {ROUNDS} rounds; ratio: times Touchstone's median in the same rounds")
    for size in sizes:
        for kind in ("random", "clustered"):
            with tempfile.TemporaryDirectory() as folder:
                compare(program, size, kind, folder)


main()
