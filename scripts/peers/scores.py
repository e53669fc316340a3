#!/usr/bin/env python3
"""Other ways to a score, on the very cues and held-out sellers of a trained scorecard.

usage: scores.py ROWS HELD_OUT [REPEATS]
ROWS is what `touchstone train --keep-rows` wrote, HELD_OUT what `touchstone train --held-out` wrote (CSV or Parquet).
Peers see the rows that are not held out: scikit-learn's logistic regression, LightGBM with the cues' directions as
monotone constraints and without, and a sum of points set by hand. Intervals draw sellers again.
"""
import re
import sys
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

# Listings that reviewers can decide a night, where a workspace does not say it.
CAPACITY = 500

POINTS = {
    "image.brand_photo": 2, "image.edited_copy": 2, "image.recoloured": 2, "image.known_fake": 5,
    "image.shared_unofficial": 0.5, "text.disguised": 4, "text.misspelt": 1, "text.slang": 3, "text.contact": 3,
    "text.nonexistent_model": 3, "text.claims_genuine": 0.5, "price.depth": 4, "seller.new_account": 1,
    "seller.low_rating": 1, "seller.evasive_share": 3, "seller.below_half_share": 3, "text.accessory": -4,
    "text.second_hand": -2, "text.about_the_product": -4, "price.near_retail": -1,
}


def read(path):
    return pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, keep_default_na=True)


def directions():
    page = (Path(__file__).parents[2] / "docs" / "cues.md").read_text()
    return dict(re.findall(r"^\| `([a-z_.]+)` \| (raises|lowers|either) \|", page, re.M))


def logistic(train, truth, groups, test):
    def dense(frame):
        missing = frame.isna().astype(float).add_suffix(".missing")
        return pd.concat([frame.fillna(0.0), missing], axis=1)

    def loss(strength):
        total = 0.0
        for fit, left in GroupKFold(5).split(train, truth, groups):
            model = LogisticRegression(C=strength, max_iter=2000).fit(dense(train.iloc[fit]), truth[fit])
            said = model.predict_proba(dense(train.iloc[left]))[:, 1].clip(1e-9, 1 - 1e-9)
            total -= np.where(truth[left], np.log(said), np.log(1 - said)).sum()
        return total

    best = min([0.1, 1.0, 10.0], key=loss)
    return LogisticRegression(C=best, max_iter=2000).fit(dense(train), truth).predict_proba(dense(test))[:, 1]


def trees(train, truth, groups, test, constraints):
    """Rounds are chosen on sellers left out; then all rows are used."""
    settings = dict(
        objective="binary", learning_rate=0.03, num_leaves=15, min_child_samples=40, lambda_l2=5.0, feature_fraction=0.8,
        bagging_fraction=0.8, bagging_freq=1, deterministic=True, force_row_wise=True, num_threads=1, seed=1, verbose=-1,
    )
    if constraints:
        settings |= dict(monotone_constraints=constraints, monotone_constraints_method="advanced")
    rounds = []
    for fit, left in GroupKFold(4).split(train, truth, groups):
        data = lightgbm.Dataset(train.iloc[fit], truth[fit])
        check = lightgbm.Dataset(train.iloc[left], truth[left])
        model = lightgbm.train(settings, data, 1500, valid_sets=[check], callbacks=[lightgbm.early_stopping(60, verbose=False)])
        rounds.append(model.best_iteration)
    model = lightgbm.train(settings, lightgbm.Dataset(train, truth), int(np.mean(rounds)))
    return model.predict(test)


def by_hand(train, truth, test):
    def points(frame):
        return sum(frame[cue].fillna(0.0) * weight for cue, weight in POINTS.items() if cue in frame).to_frame()

    return LogisticRegression().fit(points(train), truth).predict_proba(points(test))[:, 1]


def recall_at(truth, said, precision):
    order = np.argsort(-said, kind="stable")
    found = np.cumsum(truth[order])
    flagged = np.arange(1, len(truth) + 1)
    last = np.append(said[order][1:] < said[order][:-1], True)
    reached = found[last][found[last] / flagged[last] >= precision]
    return reached.max(initial=0) / max(truth.sum(), 1)


def flagged_within(said, capacity):
    return np.argsort(-said, kind="stable")[:capacity]


def ece(truth, said, bins=15):
    bin_of = np.minimum((said * bins).astype(int), bins - 1)
    apart = [abs((said[bin_of == at] - truth[bin_of == at]).sum()) for at in range(bins)]
    return sum(apart) / len(truth)


FIGURES = {
    "PR-AUC": average_precision_score,
    "recall at .9": lambda truth, said: recall_at(truth, said, 0.9),
    "recall at .95": lambda truth, said: recall_at(truth, said, 0.95),
    f"precision at {CAPACITY}": lambda truth, said: truth[flagged_within(said, CAPACITY)].mean(),
    f"recall at {CAPACITY}": lambda truth, said: truth[flagged_within(said, CAPACITY)].sum() / max(truth.sum(), 1),
    "Brier": lambda truth, said: np.mean((said - truth) ** 2),
    "ECE": ece,
}


def main():
    rows, held = read(sys.argv[1]), read(sys.argv[2])
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    table = directions()
    cues = [name for name in rows.columns if name in table]
    ours = held.set_index("listing_id")["probability"]
    test = rows[rows.listing_id.isin(ours.index)].reset_index(drop=True)
    train = rows[~rows.listing_id.isin(ours.index)].reset_index(drop=True)
    assert not set(train.seller_id) & set(test.seller_id), "a seller is on both sides"
    truth, groups = train.fake.to_numpy(bool), train.seller_id.to_numpy()
    sign = [{"raises": 1, "lowers": -1, "either": 0}[table[cue]] for cue in cues]
    said = {
        "scorecard": ours.loc[test.listing_id].to_numpy(),
        "logistic regression (scikit-learn)": logistic(train[cues], truth, groups, test[cues]),
        "LightGBM, monotone": trees(train[cues], truth, groups, test[cues], sign),
        "LightGBM, free": trees(train[cues], truth, groups, test[cues], None),
        "points by hand": by_hand(train, truth, test),
    }
    real = test.fake.to_numpy(bool)
    print(f"trained on {len(train)} listings ({truth.sum()} fakes), held out {len(test)} ({real.sum()} fakes) of other sellers\n")
    print("| | " + " | ".join(FIGURES) + " | PR-AUC less the scorecard's (95 %) |")
    print("|---|" + "---|" * (len(FIGURES) + 1))
    places = list(test.groupby("seller_id").indices.values())
    draws = np.random.default_rng(1).integers(0, len(places), (repeats, len(places)))
    samples = [np.concatenate([places[at] for at in draw]) for draw in draws]
    for name, own in said.items():
        figures = [f"{figure(real, own):.4f}" for figure in FIGURES.values()]
        apart = [
            average_precision_score(real[at], own[at]) - average_precision_score(real[at], said["scorecard"][at])
            for at in samples
        ]
        low, high = np.percentile(apart, [2.5, 97.5])
        note = "" if name == "scorecard" else f"{np.mean(apart):+.4f} ({low:+.4f} to {high:+.4f})"
        print(f"| {name} | " + " | ".join(figures) + f" | {note} |")


if __name__ == "__main__":
    main()
