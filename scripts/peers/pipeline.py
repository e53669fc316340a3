#!/usr/bin/env python3
"""The job of `touchstone scan` as a Python pipeline: polars, faiss, rapidfuzz, scikit-learn, sparse_dot_topn, one thread.

usage: pipeline.py fingerprint FOLDER OUT.parquet                        PDQ hashes of every picture below FOLDER, beforehand
       pipeline.py train MARKET CATALOGS MODEL                           learns from MARKET/feed.csv and MARKET/truth.csv
       pipeline.py scan MARKET CATALOGS MODEL OUT [CAPACITY=500]         writes candidates.csv, scores.parquet, rejects.csv
MARKET is what `touchstone simulate` made, CATALOGS a folder of catalog folders; both with a `fingerprints.parquet` that
`fingerprint` made. Needs the environment of setup.sh. Prints the CPU time of each stage. Columns of a feed are known by their
canonical names alone, edited copies found by hash alone, and nothing is kept from one night to the next.
"""
import os

os.environ |= dict(POLARS_MAX_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
import sys
import time
import tomllib
from datetime import date
from pathlib import Path

import faiss
import joblib
import numpy as np
import polars as pl
from polars import col
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sparse_dot_topn import sp_matmul_topn

from pipeline_text import DATASETS, plain, read_texts

faiss.omp_set_num_threads(1)
AS_OF = date(2026, 3, 31)
RADIUS = 31
LEAST_QUALITY = 50
# Bits and levels of brightness that making a picture smaller and encoding it again stays below.
EDITED, OTHER_COLOUR = 24, 10
TOP = 5
PLACEHOLDER = 0.03
REASONS = {
    "photo": "A picture is the brand's own photo (likeness {:.2f}) and the seller is not authorised",
    "edited": "A picture is a turned or edited copy of the brand's photo (likeness {:.2f})",
    "recoloured": "A picture shows the brand's photo in other colours ({:.2f})",
    "shared": "The picture is shown by many sellers (log2 {:.1f})", "no_image": "There is no readable picture",
    "mention": "The text names the brand ({:.2f})", "disguised": "The brand's name is disguised ({:.2f})",
    "misspelt": "The brand's name is misspelt ({:.2f})", "short": "The brand's name is abbreviated ({:.2f})",
    "slang": "Words of the replica trade are used (weight {:.1f})", "contact": "Buyers are led off the marketplace",
    "claims": "The seller vouches that the goods are genuine", "match": "It is a product of the catalog (probability {:.2f})",
    "no_such_model": "The brand has no model of this number", "copied": "The title is the catalog's ({:.2f})",
    "depth": "The price is far below any genuine offer ({:.2f})", "place": "The price is low among offers of the product ({:.2f})",
    "no_price": "There is no price to compare", "new_account": "The account is new ({:.2f})",
    "few_sales": "The seller has sold little ({:.2f})", "low_rating": "Buyers rate the seller low ({:.2f})",
    "unknown": "Nothing is known of the seller", "evasive_share": "Other offers of the seller are evasive ({:.2f})",
    "below_half": "Other offers of the seller are under half price ({:.2f})", "brands": "The seller offers many brands ({:.1f})",
    "stock": "A new account has a large stock ({:.2f})",
}
LOWERS = ["accessory", "second_hand", "about", "not_replica", "near_retail"]
EITHER = {"no_image", "match", "copied", "claims", "no_price", "unknown"}
CUES = [*REASONS, *LOWERS]


def fingerprint(folder, out):
    import pdqhash
    from PIL import Image

    rows = []
    for file in sorted(path for path in Path(folder).rglob("*") if path.suffix in (".jpg", ".png", ".webp")):
        picture = Image.open(file).convert("RGB")
        hashes, quality = pdqhash.compute_dihedral(np.asarray(picture))
        packed = [np.packbits(bits).tobytes() for bits in hashes]
        blocks = np.asarray(picture.resize((4, 4), Image.Resampling.BOX), np.float32).ravel()
        rows.append((str(file.relative_to(folder)), packed, int(quality), blocks.tolist()))
    schema = {"file": pl.String, "hashes": pl.List(pl.Binary), "quality": pl.Int32, "colour": pl.List(pl.Float32)}
    pl.DataFrame(rows, schema, orient="row").write_parquet(out)


def read_catalogs(folder):
    brands, products = [], []
    for path in sorted(Path(folder).iterdir()):
        if not (path / "brand.toml").exists():
            continue
        brand = tomllib.loads((path / "brand.toml").read_text())
        names = [brand["name"], *brand.get("aliases", [])]
        brands.append(dict(brand=path.name, names=names, authorised=brand.get("authorised_sellers", [])))
        products.append(pl.read_csv(path / "products.csv", infer_schema=False).with_columns(brand=pl.lit(path.name)))
    products = pl.concat(products, how="diagonal").with_row_index("product")
    return brands, to_euro(products.with_columns(day=pl.lit(AS_OF)))


def to_euro(frame):
    """`euro` of prices such as `59.00 EUR`, at the last rate on or before the day."""
    rates = pl.read_csv(DATASETS / "fx" / "eurofxref.csv", infer_schema=False)
    rates = rates.select(col("Date").str.to_date(), pl.exclude("Date").cast(pl.Float64, strict=False), EUR=1.0)
    rates = rates.unpivot(index="Date", variable_name="currency", value_name="rate").drop_nulls()
    sale = col("sale_price") if "sale_price" in frame.columns else pl.lit(None, pl.String)
    asked = pl.coalesce(sale.replace("", None), col("price")).str.split_exact(" ", 1)
    frame = frame.with_columns(amount=asked.struct[0].cast(pl.Float64, strict=False), currency=asked.struct[1]).sort("day")
    frame = frame.join_asof(rates.sort("Date"), left_on="day", right_on="Date", by="currency", check_sortedness=False)
    return frame.with_columns(euro=pl.when(col("amount") > 0).then(col("amount") / col("rate")))


def read_feed(market):
    feed = pl.read_csv(Path(market) / "feed.csv", infer_schema=False)
    feed = feed.with_columns(line=pl.int_range(1, pl.len() + 1))
    good = col("listing_id").is_not_null() & col("title").is_not_null() & col("listing_id").is_first_distinct()
    return feed.filter(good).with_row_index("row"), feed.filter(~good.fill_null(False)).select("line", "listing_id", "title")


def pairs_of(feed, products, brands, mentions):
    """The likeliest products of each listing by trigrams, and how each compares."""
    names = [name for brand in brands for name in brand["names"]]
    without = plain(col("title")).str.replace_many(sorted((name.lower() for name in names), key=len, reverse=True), [""], leftmost=True)
    held = products.select("product", "brand", "mpn", colour=plain(col("color").fill_null("?")), full=plain(col("title")), text=without)
    asked = feed.select("row", full=plain(col("title")), text=without, colour=plain(col("color").fill_null("")))
    texts = asked["full"].unique(maintain_order=True)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True, dtype=np.float32)
    known = vectors.fit_transform(held["full"].to_list())
    found = sp_matmul_topn(vectors.transform(texts.to_list()), known.T.tocsr(), TOP, threshold=0.2, sort=True, n_threads=1).tocoo()
    near = pl.DataFrame({"full": texts.gather(found.row), "product": held["product"].gather(found.col), "cosine": found.data})
    pairs = asked.join(near, on="full").join(held, on="product", suffix="_held")
    names = {"sort": fuzz.token_sort_ratio, "set": fuzz.token_set_ratio, "partial": fuzz.partial_ratio, "ratio": fuzz.ratio}
    left, right = pairs["text"].to_list(), pairs["text_held"].to_list()
    pairs = pairs.with_columns(*(pl.Series(name, process.cpdist(left, right, scorer=by, workers=1)) for name, by in names.items()))
    own, other = col("text").str.extract_all(r"\d{2,}"), col("text_held").str.extract_all(r"\d{2,}")
    pairs = pairs.join(mentions.with_columns(named=pl.lit(1.0)), on=["row", "brand"], how="left")
    pairs = pairs.join(mentions.select("row").unique().with_columns(any=pl.lit(1.0)), on="row", how="left")
    return pairs.with_columns(
        numbers=(own.list.set_intersection(other).list.len() > 0).cast(pl.Float64),
        no_such_model=((own.list.len() > 0) & (other.list.len() > 0) & (own.list.set_intersection(other).list.len() == 0)).cast(pl.Float64),
        coloured=((col("colour") == col("colour_held")) | col("full").str.contains(col("colour_held"), literal=True)).cast(pl.Float64),
        named=col("named").fill_null(0.0), other_named=col("any").fill_null(0.0) - col("named").fill_null(0.0),
    )


PAIR = ["cosine", "sort", "set", "partial", "ratio", "numbers", "no_such_model", "coloured", "named", "other_named"]


def same_number(feed, products):
    """Products by GTIN, then by the maker's number."""
    by_gtin = feed.filter(col("gtin") != "").join(products.unique("gtin", keep="first"), on="gtin").select("row", "product", "brand_right")
    by_mpn = feed.filter(col("mpn") != "").join(products.unique("mpn", keep="first"), on="mpn").select("row", "product", "brand_right")
    return pl.concat([by_gtin, by_mpn]).unique("row", keep="first", maintain_order=True).rename({"brand_right": "brand"})


def match(feed, products, brands, mentions, model):
    sure = same_number(feed, products)
    pairs = pairs_of(feed, products, brands, mentions)
    pairs = pairs.with_columns(match=pl.Series(model.predict_proba(pairs.select(PAIR).to_numpy())[:, 1]))
    pairs = pairs.with_columns(copied=((col("ratio") - 90) / 10).clip(0, 1), no_such_model=col("no_such_model") * (col("set") > 60))
    best = pairs.sort("match", descending=True).unique("row", keep="first", maintain_order=True)
    best = best.select("row", "product", "brand", "match", "copied", "no_such_model").join(sure, on="row", how="anti")
    sure = sure.join(pairs.select("row", "product", "copied"), on=["row", "product"], how="left")
    return pl.concat([best, sure.with_columns(match=pl.lit(1.0), no_such_model=pl.lit(0.0))], how="diagonal")


def look(feed, market, catalogs, authorised):
    """The best reference picture of each listing, unless its brand authorised the seller."""
    ours = pl.read_parquet(Path(market) / "fingerprints.parquet")
    held = pl.read_parquet(Path(catalogs) / "fingerprints.parquet").filter(col("quality") >= LEAST_QUALITY)
    index = faiss.IndexBinaryFlat(256)
    index.add(np.frombuffer(b"".join(held["hashes"].explode().to_list()), np.uint8).reshape(-1, 32))
    links = pl.concat_str("image_link", "additional_image_link", separator=",", ignore_nulls=True).str.split(",")
    shown = feed.select("row", "seller_id", file=links).explode("file").filter(col("file") != "")
    shown = shown.with_columns(col("file").str.strip_chars())
    ours = ours.join(shown.select("file").unique(), on="file", how="semi")
    asked = np.frombuffer(b"".join(ours["hashes"].list.first().to_list()), np.uint8).reshape(-1, 32)
    limits, distances, labels = index.range_search(asked, RADIUS + 1)
    which, turned = np.repeat(np.arange(len(asked)), np.diff(limits.astype(np.int64))), labels % 8 > 0
    blocks, held_blocks = (frame["colour"].explode().to_numpy().reshape(-1, 16, 3) for frame in (ours, held))
    apart = np.where(turned, 0, np.abs(blocks[which] - held_blocks[labels // 8]).mean(axis=2).max(axis=1))
    hits = pl.DataFrame({"file": ours["file"].gather(which), "reference": held["file"].gather(labels // 8), "turned": turned,
                         "distance": distances.astype(np.int64), "apart": apart})
    hits = hits.filter(ours["quality"].gather(which) >= LEAST_QUALITY).sort("turned", "apart", "distance")
    hits = hits.unique("file", keep="first", maintain_order=True)
    hits = hits.with_columns(brand=col("reference").str.split("/").list.first(), like=1 - col("distance") / 62)
    other, changed = col("apart") > OTHER_COLOUR, col("turned") | (col("distance") > EDITED)
    hits = hits.with_columns(photo=col("like") * ~other, edited=col("like") * (changed & ~other), recoloured=col("like") * other)
    told = shown.join(hits, on="file").join(authorised, on=["seller_id", "brand"], how="anti")
    told = told.group_by("row").agg(col("photo", "edited", "recoloured").max(), photo_brand=col("brand").first())
    many = shown.group_by("file").agg(sellers=col("seller_id").n_unique()).join(hits, on="file", how="anti")
    shared = shown.join(many, on="file").group_by("row").agg(shared=(col("sellers").max().log(2)).clip(0, 6))
    seen = shown.join(ours, on="file", how="semi").select("row").unique().with_columns(no_image=pl.lit(0.0))
    told = feed.select("row").join(told, on="row", how="left").join(shared, on="row", how="left").join(seen, on="row", how="left")
    return told.with_columns(col("no_image").fill_null(1.0), col("photo", "edited", "recoloured", "shared").fill_null(0.0))


def price(feed, products, matched, said):
    """Prices of goods that are offered as the product itself and as new, held against its reference price."""
    sure = matched.filter(col("match") > 0.5).join(products.select("product", reference="euro"), on="product")
    frame = feed.select("row", "seller_id", "euro").join(sure.select("row", "product", "reference", "match"), on="row", how="left")
    frame = frame.join(said.select("row", itself=pl.sum_horizontal("accessory", "about", "second_hand") == 0), on="row", how="left")
    ratio = col("euro") / col("reference")
    frame = frame.with_columns(ratio=pl.when(col("itself") & (ratio > PLACEHOLDER)).then(ratio), stands_in=ratio <= PLACEHOLDER)
    each = frame.drop_nulls("ratio").group_by("product", "seller_id").agg(col("ratio").median().log())
    wide = (col("ratio") - col("ratio").median()).abs().median()
    spread = each.group_by("product").agg(offers=pl.len(), middle=col("ratio").median(), wide=wide)
    frame = frame.join(spread, on="product", how="left").sort("row")
    place = (col("ratio").log() - col("middle").clip(np.log(0.5), None)) / (1.48 * col("wide")).clip(0.1, 0.35)
    return frame.select(
        "row", "ratio", depth=((np.log(0.4) - col("ratio").log()) / np.log(4 / 3)).clip(0, 1) * col("match"),
        near_retail=((col("ratio") - 0.6) / 0.4).clip(0, 1), place=pl.when(col("offers") >= 3).then((-place).clip(0, 5)),
        no_price=(col("euro").is_null() | col("stands_in").fill_null(False)).cast(pl.Float64),
    )


def sellers(feed, said, prices, subject):
    number = [col(name).cast(pl.Float64, strict=False) for name in ("seller_rating", "seller_sales", "quantity")]
    frame = feed.select("row", "seller_id", *number, age=(pl.lit(AS_OF) - col("seller_created_at").str.to_date(strict=False)).dt.total_days())
    frame = frame.join(said.select("row", evasive=((col("disguised") > 0) | (col("slang") >= 0.5)).cast(pl.Float64)), on="row")
    frame = frame.join(prices.select("row", low=(col("ratio") < 0.5).cast(pl.Float64)), on="row")
    brands = frame.join(subject.explode("brand"), on="row").group_by("seller_id").agg(n=col("brand").n_unique())
    all_of = frame.group_by("seller_id").agg(listings=pl.len(), evasive_all=col("evasive").sum(), low_all=col("low").sum(), priced=col("low").count())
    frame = frame.join(all_of, on="seller_id", how="left").join(brands, on="seller_id", how="left").sort("row")
    new = 0.5 ** (col("age").cast(pl.Float64) / 90)
    own = col("low").fill_null(0.0)
    return frame.select(
        "row", new_account=new, few_sales=20 / (20 + col("seller_sales")),
        low_rating=((4.5 - pl.when(col("seller_rating") > 0).then("seller_rating")) / 4.5).clip(0, 1),
        unknown=(col("age").is_null() & col("seller_sales").is_null() & col("seller_rating").is_null()).cast(pl.Float64),
        evasive_share=(col("evasive_all") - col("evasive")) / (col("listings") + 3),
        below_half=(col("low_all") - own) / (col("priced") - col("low").is_not_null().cast(pl.Float64) + 4),
        brands=col("n").cast(pl.Float64).log(2).clip(0, 4), stock=(new * (col("quantity") + 1).log(10) / 3).clip(0, 1),
    )


class Stages:
    def __init__(self):
        self.last, self.times = 0.0, {}

    def __call__(self, name):
        now = time.process_time()
        self.times[name] = now - self.last
        self.last = now


def cues(market, catalogs, pair_model=None):
    done = Stages()
    done("start")
    brands, products = read_catalogs(catalogs)
    feed, rejects = read_feed(market)
    feed = to_euro(feed.with_columns(day=col("first_seen").str.to_date(strict=False).fill_null(AS_OF))).sort("row")
    done("read")
    authorised = pl.DataFrame([(seller, brand["brand"]) for brand in brands for seller in brand["authorised"]],
                              {"seller_id": pl.String, "brand": pl.String}, orient="row")
    said, subject, mentions = read_texts(feed, brands)
    done("text")
    if pair_model is None:
        pair_model = train_pairs(feed, products, brands, mentions)
    matched = match(feed, products, brands, mentions, pair_model)
    done("match")
    seen = look(feed, market, catalogs, authorised)
    done("images")
    prices = price(feed, products, matched, said)
    table = feed.select("row", "listing_id", "seller_id", "title")
    for part in (said, matched.select("row", "match", "copied", "no_such_model", matched_brand="brand"), seen, prices,
                 sellers(feed, said, prices, subject), subject.select("row", named=col("brand").list.first())):
        table = table.join(part, on="row", how="left")
    sure = pl.when(col("match") > 0.5).then("matched_brand")
    table = table.with_columns(brand=pl.coalesce("named", "photo_brand", sure)).sort("row")
    allowed = table.join(authorised, on=["seller_id", "brand"], how="semi").select("row")
    done("price, sellers")
    return table.with_columns(allowed=col("row").is_in(allowed["row"].implode())), rejects, pair_model, done


def matrix(table):
    values = table.select(col(CUES).cast(pl.Float64)).to_numpy()
    return np.hstack([np.nan_to_num(values), np.isnan(values)])


def train_pairs(feed, products, brands, mentions):
    """Listings that carry a number teach which pairs of texts are one article (of any colour)."""
    pairs = pairs_of(feed, products, brands, mentions)
    truth = same_number(feed, products).join(products.select("product", article=col("title").str.split(", ").list.first()), on="product")
    pairs = pairs.join(truth.select("row", "article"), on="row")
    own = products.select("product", own=col("title").str.split(", ").list.first())
    pairs = pairs.join(own, on="product")
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(pairs.select(PAIR).to_numpy(), pairs["own"] == pairs["article"])


def train(market, catalogs, out):
    table, _, pair_model, _ = cues(market, catalogs)
    truth = pl.read_csv(Path(market) / "truth.csv", infer_schema=False).filter(col("label").is_in(["fake", "genuine"]))
    table = table.filter(~col("allowed")).join(truth.select("listing_id", "label"), on="listing_id")
    rows, fake = matrix(table), table["label"] == "fake"
    signs = np.array([0 if cue in EITHER else -1 if cue in LOWERS else 1 for cue in CUES] + [0] * len(CUES))
    while True:  # what comes out with a sign that nobody could defend is an accident of the sample
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)).fit(rows, fake)
        wrong = model[1].coef_[0] * signs < 0
        if not wrong.any():
            break
        rows[:, np.flatnonzero(wrong)[np.abs(model[1].coef_[0][wrong]).argmax()]] = 0
    joblib.dump((pair_model, model), out)


def scan(market, catalogs, model, out, capacity=500):
    pair_model, model = joblib.load(model)
    table, rejects, _, done = cues(market, catalogs, pair_model)
    rows = matrix(table)
    said = model.predict_proba(rows)[:, 1] * (~table["allowed"] & table["brand"].is_not_null()).to_numpy()
    table = table.with_columns(probability=said)
    Path(out).mkdir(parents=True, exist_ok=True)
    table.select("listing_id", "probability").write_parquet(Path(out) / "scores.parquet")
    rejects.write_csv(Path(out) / "rejects.csv")
    queue = table.sort(["probability", "listing_id"], descending=[True, False]).head(int(capacity))
    at = queue["row"].to_numpy()
    adds = model[0].transform(rows[at])[:, : len(REASONS)] * model[1].coef_[0][: len(REASONS)] * (rows[at][:, : len(REASONS)] > 0)
    names = list(REASONS)
    reasons = [". ".join(REASONS[names[cue]].format(rows[row][cue]) for cue in np.argsort(-add)[:4] if add[cue] > 0) + "." for row, add in zip(at, adds)]
    queue = queue.select("listing_id", "seller_id", "title", "brand", "probability").with_row_index("rank", 1)
    queue.with_columns(reasons=pl.Series(reasons, dtype=pl.String)).write_csv(Path(out) / "candidates.csv")
    done("score, write")
    print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in done.times.items()))


if __name__ == "__main__":
    {"fingerprint": fingerprint, "train": train, "scan": scan}[sys.argv[1]](*sys.argv[2:])
