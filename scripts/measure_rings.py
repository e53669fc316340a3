"""One row of figures: cases of a run held against the rings of a simulated marketplace. See measure-rings.sh.

A ring's member counts as grouped when it is in the case that holds most of its ring; an honest seller, one without a single
fake, counts as drawn in when it is in any case. Purity is the share of sellers in cases who belong to the case's ring.
"""

import collections
import csv
import json
import sys


def main():
    seed, truth, cases = sys.argv[1:]
    ring_of, faking, sellers, rows = {}, set(), set(), 0
    with open(truth, newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rows += 1
            sellers.add(row["seller_id"])
            if row["label"] == "fake":
                faking.add(row["seller_id"])
            if row["ring"]:
                ring_of[row["seller_id"]] = row["ring"]
    rings = collections.defaultdict(set)
    for seller, ring in ring_of.items():
        rings[ring].add(seller)
    rings = {ring: members for ring, members in rings.items() if len(members) >= 3}
    members = set().union(*rings.values())
    with open(cases, encoding="utf-8") as lines:
        groups = [{one["seller_id"] for one in json.loads(line)["sellers"]} for line in lines]
    honest = sellers - faking
    drawn = honest & set().union(*groups)
    grouped = sum(max((len(group & ring) for group in groups), default=0) for ring in rings.values())
    in_cases = sum(len(group) for group in groups)
    own = sum(max((len(group & ring) for ring in rings.values()), default=0) for group in groups)
    print(seed, rows, len(rings), len(members), f"{grouped / max(len(members), 1):.4f}", len(honest),
          f"{len(drawn) / max(len(honest), 1):.4f}", len(groups), f"{own / max(in_cases, 1):.4f}")


if __name__ == "__main__":
    main()
