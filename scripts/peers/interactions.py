#!/usr/bin/env python3
"""Where the lead of boosted trees over the scorecard comes from, on another market than the one trained on.

usage: interactions.py ROWS HELD_OUT OTHER_ROWS MODEL [REPEATS]
ROWS and HELD_OUT are what `touchstone train --keep-rows --held-out` wrote of the markets that MODEL (model.json) was trained
on, OTHER_ROWS what it wrote of another one. Trees are trained on what MODEL was trained on, with the cues' directions as
constraints, and told of the other market. Pairs are trees of two splits added to the scorecard's log-odds; trees have up to
31 leaves.
"""
import json
import sys

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from scores import directions, ece, read, recall_at, trees

# Cues that the scorecard holds within bounds; see docs/model.md.
CIRCUMSTANCES = {"seller.new_account", "seller.few_sales", "seller.unknown", "seller.many_brands", "seller.large_stock_new_account",
                 "seller.bulk_at_usual_price"}
BOUNDED = CIRCUMSTANCES | {"image.recoloured"}
RECALLS = (0.3, 0.5)
# Leaves and splits below each other.
PAIRS, TREES = (4, 2), (31, 6)
# What the cues are of an account of 90 days and of one with 20 sales.
NEW, SMALL = 0.5, 0.5


def shape(model, rows, cue):
    """What one cue adds, and the most that it can."""
    weight = next(weight for weight in model["weights"] if weight["cue"] == cue)
    value = rows[cue].to_numpy(float)
    adds = [point["log_odds"] for point in weight["shape"]]
    added = np.interp(np.nan_to_num(value), [point["value"] for point in weight["shape"]], adds)
    return np.where(np.isnan(value), weight["missing"], added), max(adds)


def scorecard(model, rows):
    """The artifact's log-odds: shapes are straight lines between corners, the seller's cues are cut at a bound."""
    seller, others = np.zeros(len(rows)), np.full(len(rows), model["intercept"])
    for cue in (weight["cue"] for weight in model["weights"]):
        part = seller if cue.startswith("seller.") else others
        part += shape(model, rows, cue)[0]
    return others + np.minimum(seller, model["seller_most"])


def added(train, truth, groups, start, test, test_start, sign, size):
    """Log-odds, and the trees' part of each cue in them."""
    settings = dict(
        objective="binary", learning_rate=0.05, num_leaves=size[0], max_depth=size[1], min_child_samples=40,
        lambda_l2=5.0, deterministic=True, force_row_wise=True, num_threads=1, seed=1, verbose=-1,
        monotone_constraints=sign, monotone_constraints_method="advanced",
    )
    rounds = []
    for fit, left in GroupKFold(4).split(train, truth, groups):
        data = lightgbm.Dataset(train.iloc[fit], truth[fit], init_score=start[fit])
        check = lightgbm.Dataset(train.iloc[left], truth[left], init_score=start[left])
        model = lightgbm.train(settings, data, 1500, valid_sets=[check], callbacks=[lightgbm.early_stopping(60, verbose=False)])
        rounds.append(model.best_iteration)
    data = lightgbm.Dataset(train, truth, init_score=start)
    model = lightgbm.train(settings, data, max(int(np.mean(rounds)), 1))
    parts = model.predict(test, pred_contrib=True)
    return test_start + parts.sum(axis=1), dict(zip(train.columns, parts.T))


def logistic(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def flagged_at(truth, said, recall):
    """The listings flagged where this share of the fakes is."""
    order = np.argsort(-said, kind="stable")
    enough = np.searchsorted(np.cumsum(truth[order]), recall * truth.sum()) + 1
    flagged = np.zeros(len(truth), bool)
    flagged[order[:enough]] = True
    return flagged


def precision_at(truth, said, recall):
    return truth[flagged_at(truth, said, recall)].mean()


def main():
    rows, held, other = (read(path) for path in sys.argv[1:4])
    model = json.load(open(sys.argv[4]))
    repeats = int(sys.argv[5]) if len(sys.argv) > 5 else 300
    train = rows[~rows.listing_id.isin(held.listing_id)].reset_index(drop=True)
    table = directions()
    cues = [name for name in rows.columns if name in table]
    direction = {cue: {"raises": 1, "lowers": -1, "either": 0}[table[cue]] for cue in cues}
    truth, groups, real = train.fake.to_numpy(bool), train.seller_id.to_numpy(), other.fake.to_numpy(bool)
    assert not set(train.brand) & set(other.brand) - {""}, "a brand is on both sides"
    start, other_start = scorecard(model, train), scorecard(model, other)

    def with_trees(among, size=PAIRS):
        sign = [direction[cue] for cue in among]
        return added(train[among], truth, groups, start, other[among], other_start, sign, size)

    def held(log_odds, parts, cue="image.recoloured"):
        """The cue's own shape and its part of the pairs together add no more than the shape may."""
        own, most = shape(model, other, cue)
        return log_odds - np.maximum(own + parts[cue] - most, 0)

    free = [cue for cue in cues if cue not in BOUNDED]
    coloured = with_trees([cue for cue in cues if cue not in CIRCUMSTANCES])
    sign = [direction[cue] for cue in cues]
    said = {
        "scorecard": logistic(other_start),
        "+ pairs of cues without a bound of their own": logistic(with_trees(free)[0]),
        "+ trees of cues without a bound of their own": logistic(with_trees(free, TREES)[0]),
        "+ pairs, also with another colour, held to its bound": logistic(held(*coloured)),
        "+ pairs, also with another colour, its bound lifted": logistic(coloured[0]),
        "+ pairs, also with what a seller is, bounds lifted": logistic(with_trees([cue for cue in cues if cue != "image.recoloured"])[0]),
        "+ pairs of all cues, bounds lifted": logistic(with_trees(cues)[0]),
        "LightGBM, monotone": trees(train[cues], truth, groups, other[cues], sign),
        "LightGBM, free": trees(train[cues], truth, groups, other[cues], None),
    }
    new = ~real & (other["seller.new_account"].fillna(0.0) > NEW).to_numpy()
    small = ~real & (other["seller.few_sales"].fillna(0.0) > SMALL).to_numpy()
    print(f"{len(train)} listings trained on; {len(other)} of the other market, {real.sum()} fakes; honest ones of new sellers {new.sum()}, of small ones {small.sum()}\n")
    heads = ["PR-AUC", "ECE", "recall at .9"] + [f"precision (honest flagged) at recall {recall}" for recall in RECALLS]
    heads += ["of these of new sellers", "of small ones", "precision at recall .5 less the scorecard's (95 %)"]
    print("| | " + " | ".join(heads) + " |")
    print("|---|" + "---|" * len(heads))
    places = list(other.groupby("seller_id").indices.values())
    draws = np.random.default_rng(1).integers(0, len(places), (repeats, len(places)))
    samples = [np.concatenate([places[at] for at in draw]) for draw in draws]
    for name, own in said.items():
        cells = [f"{average_precision_score(real, own):.3f}", f"{ece(real, own):.3f}", f"{recall_at(real, own, 0.9):.3f}"]
        for recall in RECALLS:
            flagged = flagged_at(real, own, recall)
            cells.append(f"{real[flagged].mean():.3f} ({(flagged & ~real).sum()})")
        cells += [str((flagged & new).sum()), str((flagged & small).sum())]
        apart = [precision_at(real[at], own[at], 0.5) - precision_at(real[at], said["scorecard"][at], 0.5) for at in samples]
        low, high = np.percentile(apart, [2.5, 97.5])
        cells.append("" if name == "scorecard" else f"{np.mean(apart):+.3f} ({low:+.3f} to {high:+.3f})")
        print(f"| {name} | " + " | ".join(cells) + " |")
    shown = (other["image.recoloured"] > 0).to_numpy()
    adds = (shape(model, other, "image.recoloured")[0] + coloured[1]["image.recoloured"])[shown]
    low, high = np.percentile(adds, [10, 90])
    print(f"\nWith its bound lifted, another colour adds {low:.1f} to {high:.1f} to the log-odds of eight in ten listings that show it.")


if __name__ == "__main__":
    main()
