#!/usr/bin/env python3
"""What simple rules would flag on the same feed, beside Touchstone's candidates.

usage: touchstone read FEED --images DIR | rules.py TRUTH.csv RUN_FOLDER
Rules use the very signals that Touchstone reads, so that only the way of deciding differs.
"""
import csv
import json
import sys
from pathlib import Path


def photo(signals):
    return any(
        hit["verdict"] == "copy" and hit["confidence"] >= 0.5 and hit["brand"] not in signals["authorised_by"]
        for image in signals["images"]
        for hit in image["hits"]
    )


def half_price(signals):
    ratio = signals["price"]["ratio"]
    return ratio is not None and ratio < 0.5 and not signals["authorised_by"]


def words(signals):
    evasive = {"masked", "lookalike", "leetspeak", "spaced", "invisible", "misspelt"}
    return bool(signals["slang"]) or any(
        mention["disguise"] in evasive and mention["confidence"] >= 0.5 for mention in signals["mentions"]
    )


RULES = {
    "brand photo, seller not authorised": photo,
    "under half of the reference price": half_price,
    "slang, masked or misspelt brand": words,
    "any of the three": lambda signals: photo(signals) or half_price(signals) or words(signals),
    "two of the three": lambda signals: photo(signals) + half_price(signals) + words(signals) >= 2,
}


def line(name, flagged, fakes):
    true = len(flagged & fakes)
    precision = true / len(flagged) if flagged else 0.0
    recall = true / len(fakes)
    f1 = 2 * precision * recall / (precision + recall) if true else 0.0
    print(f"{name:<38}{len(flagged):>8} flagged  precision {precision:6.1%}  recall {recall:6.1%}  F1 {f1:.3f}")


def main():
    truth, run = sys.argv[1:3]
    with open(truth, newline="") as file:
        fakes = {row["listing_id"] for row in csv.DictReader(file) if row["label"] == "fake"}
    flagged = {name: set() for name in RULES}
    for text in sys.stdin:
        signals = json.loads(text)
        for name, rule in RULES.items():
            if rule(signals):
                flagged[name].add(signals["listing_id"])
    for name in RULES:
        line(name, flagged[name], fakes)
    candidates = []
    with open(Path(run) / "candidates.ndjson") as file:
        for text in file:
            queued = json.loads(text)
            if queued["purpose"] == "candidate":
                candidates.append(queued["listing_id"])
    line("Touchstone, its candidates", set(candidates), fakes)
    same = sum(1 for _ in flagged["two of the three"])
    line("Touchstone, as many as two of three", set(candidates[:same]), fakes)


main()
