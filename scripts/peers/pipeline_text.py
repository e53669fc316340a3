"""What the words of listings say: the text stage of pipeline.py."""
import re
import tomllib
import unicodedata
from pathlib import Path

import numpy as np
import polars as pl
from polars import col
from rapidfuzz import process
from rapidfuzz.distance import OSA

DATASETS = Path(__file__).parents[2] / "datasets"
LOOKALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһвкмнтгпицуαβεηικνορτυχωɑɡɩɪʏɴʀʟʙʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢøłđħıſ",
    "aeopcyxijsdqwhbkmhtrnnuyabenikvoptuxwagiiynrlbhacdejkmoptuvwzoldhis",
)
LEET = str.maketrans("013457$@!|", "oleastsaii")
MASKS = "*#•_.~"
OFFERS = {"accessory": ["compatible_with", "accessory"], "second_hand": ["used"],
          "about": ["parts", "repair", "book", "packaging", "scale_model"], "not_replica": ["not_replica"]}


def plain(text):
    return text.str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}]", "").str.to_lowercase()


def words(text):
    """Words, each with a space of its own on both sides, so that whole phrases can be found as strings."""
    return pl.lit(" ") + text.str.replace_all(r"[^\p{L}\p{N}]+", "  ").str.strip_chars() + pl.lit(" ")


def as_pattern(text, whole=True):
    found = pl.select(words(plain(pl.lit(text)))).item()
    return found if whole else found.strip()


def lexicon(name, key):
    """Phrases to search for; those that an exception makes harmless are phrases without a meaning, and longer."""
    rows = {}
    for entry in tomllib.loads((DATASETS / "lexicon" / f"{name}.toml").read_text())[key]:
        whole, text = entry.get("whole_word", True), entry["text"]
        known = {name: entry.get(name) for name in ("kind", "scope", "weak", "title_only", "weight", "claim", "alone", "side")}
        pattern = as_pattern(text, whole)
        rows[pattern] = rows.get(pattern) or known
        for after in entry.get("unless_followed_by", []):
            rows.setdefault(as_pattern(f"{text} {after}", whole), None)
        for before in entry.get("unless_preceded_by", []):
            rows.setdefault(as_pattern(f"{before} {text}", whole), None)
    schema = dict(phrase=pl.String, kind=pl.String, scope=pl.String, weak=pl.Boolean, title_only=pl.Boolean, weight=pl.Float64,
                  claim=pl.String, alone=pl.Boolean, side=pl.String)
    return list(rows), pl.DataFrame([{"phrase": phrase} | known for phrase, known in rows.items() if known], schema)


def find(sentences, patterns, table):
    """Where phrases stand, the longest first, with what is known of each."""
    patterns = pl.Series(sorted(patterns, key=len, reverse=True)).implode()
    search = [col("words").str.find_many(patterns, leftmost=True).alias("start"),
              col("words").str.extract_many(patterns, leftmost=True).alias("phrase")]
    found = sentences.select("row", "sentence", "in_title", *search).filter(col("start").list.len() > 0).explode("start", "phrase")
    return found.join(table, on="phrase").with_columns(end=col("start") + col("phrase").str.len_bytes())


def between(sentences, pairs, start, end):
    return pairs.join(sentences.select("sentence", "words"), on="sentence").with_columns(
        gap=col("words").cast(pl.Binary).bin.slice(start, end - start).cast(pl.String, strict=False).fill_null("?"))


def disguises(tokens, brands, dictionary):
    """What single tokens say of brands, in other than plain spelling: each different token is looked at once."""
    names, short = {}, {}
    for brand in brands:
        for name in brand["names"]:
            parts = as_pattern(name).split()
            for key in ["".join(parts), *(part for part in parts if part not in dictionary and len(part) > 4)]:
                names.setdefault(key, brand["brand"])
            short.setdefault("".join(part[0] for part in parts) if len(parts) > 1 else parts[0][:3], brand["brand"])
    by_length = {}
    for name in names:
        by_length.setdefault(len(name), []).append(name)
    rows, open_tokens, open_words = [], [], []
    for token in tokens:
        read = unicodedata.normalize("NFKC", token).casefold()
        word = "".join(letter for letter in read if letter.isalnum())
        if word in names and word == read or word in dictionary or not word:
            continue
        shape = "".join(letter for letter in unicodedata.normalize("NFKD", read) if not unicodedata.combining(letter))
        shape = shape.translate(LOOKALIKE)
        kept = "".join(letter for letter in shape if letter.isalnum() or letter in "$@!|")
        forms = {kept, kept.replace("rn", "m").replace("vv", "w"), kept[::-1]}
        if not kept.isalpha():
            forms |= {kept.translate(LEET), kept.replace("1", "i").translate(LEET)}
        said = next((names[form] for form in forms if form in names), None)
        if said:
            plainly = kept == word and shape.isascii() and token.isascii() and not set(token) & set(MASKS)
            rows.append((token, said, "mention" if plainly and kept in names else "disguised", 1.0))
        elif len(shape) > 3 and set(shape) & set(MASKS):
            mask = re.compile("".join("." if letter in MASKS else re.escape(letter) for letter in shape))
            masked = [name for name in by_length.get(len(shape), []) if mask.fullmatch(name)]
            if masked and sum(letter.isalpha() for letter in shape) * 2 >= len(shape):
                rows.append((token, names[masked[0]], "disguised", 0.9))
        elif token.isupper() and read in short:
            rows.append((token, short[read], "short", 0.5))
        elif len(word) > 4 and not word.isdigit():
            open_tokens.append(token)
            open_words.append(kept)
    known = list(names)
    if open_words:
        near = process.cdist(open_words, known, scorer=OSA.normalized_similarity, score_cutoff=0.8, dtype=np.float32, workers=1)
        for at in np.flatnonzero(near.max(axis=1)):
            rows.append((open_tokens[at], names[known[near[at].argmax()]], "misspelt", float(near[at].max())))
    schema = {"token": pl.String, "brand": pl.String, "cue": pl.String, "sure": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")


def read_texts(feed, brands):
    """Mentions of brands that nothing makes lawful, and what else the words of each listing say."""
    raw = pl.concat([
        feed.select("row", text=col("title"), in_title=pl.lit(True)),
        feed.select("row", text=col("description").fill_null("").str.replace_all("<[^>]*>", " "), in_title=pl.lit(False)),
    ])
    raw = raw.with_columns(col("text").str.replace_all(r"[.!?;|]+(\s|$)", "\n").str.split("\n")).explode("text")
    raw = raw.filter(col("text").str.len_bytes() > 0).with_row_index("sentence").with_columns(words=words(plain(col("text"))))

    names = pl.DataFrame([(as_pattern(name), brand["brand"]) for brand in brands for name in brand["names"]],
                         {"phrase": pl.String, "brand": pl.String}, orient="row").unique("phrase", keep="first")
    exact = find(raw, names["phrase"].to_list(), names).with_columns(cue=pl.lit("mention"), sure=pl.lit(1.0))
    lists = ("dictionary.txt", "proper_names.txt")
    dictionary = {word for name in lists for word in (DATASETS / "lexicon" / name).read_text().split()}
    dictionary.update(*tomllib.loads((DATASETS / "lexicon" / "common_words.toml").read_text()).values())
    tokens = raw.select("row", "sentence", token=col("text").str.extract_all(r"[^\s,;:()\"/]{2,}")).explode("token").drop_nulls()
    spaced = raw.select("row", "sentence", token=col("text").str.extract_all(r"\b(?:\p{L}[ ._-]){3,}\p{L}\b")).explode("token")
    tokens = pl.concat([tokens, spaced.drop_nulls().with_columns(col("token").str.replace_all(" ", "."))])
    told = disguises(tokens["token"].unique(maintain_order=True).to_list(), brands, dictionary)
    hidden = tokens.join(told, on="token").with_columns(start=pl.lit(None, pl.UInt32), end=pl.lit(None, pl.UInt32))
    stated = feed.select("row", phrase=words(plain(col("brand").fill_null("")))).join(names, on="phrase")
    stated = stated.with_columns(sentence=pl.lit(None, pl.UInt32), cue=pl.lit("mention"), sure=pl.lit(0.9))
    columns = ["row", "sentence", "brand", "cue", "sure", "start", "end"]
    mentions = pl.concat([exact.select(columns), hidden.select(columns), stated], how="diagonal").select(columns)

    # Contexts that govern a mention, and those of a whole listing.
    frame = tomllib.loads((DATASETS / "lexicon" / "contexts.toml").read_text())
    contexts = find(raw, *lexicon("contexts", "contexts")).filter(~col("title_only").fill_null(False) | col("in_title"))
    goods = find(raw, *lexicon("contexts", "nouns")).filter(col("kind") == "goods").select("sentence", goods_end="end")
    beside = contexts.join(goods, on="sentence").filter(col("weak") & (col("goods_end") <= col("start")) & (col("goods_end") + 3 > col("start")))
    contexts = contexts.join(beside, on=["sentence", "start"], how="anti")
    near = mentions.join(contexts.select("sentence", "kind", "scope", "weak", first="start", last="end"), on="sentence")
    before = between(raw, near.filter((col("scope") == "before") & (col("last") <= col("start"))), col("last"), col("start"))
    after = between(raw, near.filter((col("scope") == "after") & (col("end") <= col("first"))), col("end"), col("first"))
    bridge = rf"^(?:\s|\d+|\b(?:{'|'.join(sorted(frame['bridges']))})\b)*$"
    reaches = pl.when(col("weak")).then(col("gap").str.contains(bridge)).otherwise(col("gap").str.count_matches(r"\S+") <= 3)
    loose = near.filter(col("start").is_null() & ~col("weak").fill_null(False) & (col("scope") != "listing"))
    governed = pl.concat([before.filter(reaches), after.filter(reaches), loose], how="diagonal").select("row", "brand", "kind")
    whole = contexts.filter(col("scope") == "listing").select("row", "kind")
    lawful = governed.filter(col("kind") != "not_replica").select("row", "brand").unique()
    subject = mentions.join(lawful, on=["row", "brand"], how="anti")
    kinds = pl.concat([governed.select("row", "kind"), whole])

    slang = find(raw, *lexicon("slang", "slang"))
    negations = find(raw, *lexicon("slang", "negations")).select("sentence", first="start", last="end", side="side")
    negated = slang.join(negations, on="sentence").filter(
        pl.when(col("side") == "after").then((col("first") >= col("end")) & (col("first") < col("end") + 4))
        .otherwise((col("last") <= col("start")) & (col("last") + 24 > col("start"))))
    kinds = pl.concat([kinds, negated.select("row", kind=pl.lit("not_replica"))])
    slang = slang.join(negated, on=["sentence", "start"], how="anti")
    channels = find(raw, *lexicon("contacts", "channels")).join(raw.select("sentence", "words"), on="sentence")
    follows = col("words").cast(pl.Binary).bin.slice(col("end"), 24).cast(pl.String, strict=False).fill_null("").str.contains(r"^\s*\d")
    invited = find(raw, *lexicon("contacts", "invitations")).select("sentence", last="end")
    invited = channels.join(invited, on="sentence").filter((col("last") <= col("start")) & (col("last") + 24 > col("start")))
    contact = pl.concat([channels.filter(col("alone").fill_null(False) | follows).select("row"), invited.select("row")]).unique()
    claims = find(raw, *lexicon("claims", "claims")).select("row").unique()

    said = feed.select("row", condition=col("condition").fill_null("").is_in(["used", "refurbished"]))
    for cue in ("mention", "disguised", "misspelt", "short"):
        said = said.join(subject.filter(col("cue") == cue).group_by("row").agg(col("sure").max().alias(cue)), on="row", how="left")
    said = said.join(slang.group_by("row").agg(slang=col("weight").sum().clip(0, 3)), on="row", how="left")
    for cue, among in [("contact", contact), ("claims", claims)] + [(cue, kinds.filter(col("kind").is_in(of))) for cue, of in OFFERS.items()]:
        said = said.join(among.select("row").unique().with_columns(pl.lit(1.0).alias(cue)), on="row", how="left")
    said = said.with_columns(second_hand=pl.max_horizontal("second_hand", col("condition").cast(pl.Float64))).drop("condition")
    return said.with_columns(pl.exclude("row").fill_null(0.0)).sort("row"), subject.group_by("row").agg(col("brand").unique()), mentions.select("row", "brand").unique()
