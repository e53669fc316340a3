#!/usr/bin/env python3
"""Lays out a catalog folder for each brand in the real test data.

    python3 scripts/catalogs_from_data.py ../shared/data OUT_DIR

Reads DATA_DIR/luma and DATA_DIR/branded (products.csv and images/ each) and writes
OUT_DIR/<brand>/{brand.toml, products.csv, images/}. Images are copied, because the program does not
follow links that leave the image folder.
Products without a brand go under the invented house brand "Smartstore Selection".

The rights, contacts and authorised sellers written here are INVENTED for tests: they say nothing
about who holds what.
"""

import csv
import hashlib
import re
import shutil
import sys
from pathlib import Path

HOUSE_BRAND = "Smartstore Selection"
SOURCES = ("luma", "branded")
COLUMNS = [
    "id", "title", "description", "brand", "gtin", "mpn", "price", "image_link",
    "additional_image_link", "product_type", "color",
]


def slug(name):
    """The brand's id as the program makes it: letters and digits, everything else one dash."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")


def images_of(row):
    links = [row.get("image_link") or ""] + (row.get("additional_image_link") or "").split(",")
    return list(dict.fromkeys(link.strip() for link in links if link.strip()))


def read(data_dir):
    """Brand name -> list of (row, source folder)."""
    brands = {}
    for source in SOURCES:
        table = data_dir / source / "products.csv"
        if not table.is_file():
            sys.exit(f"{table}: not found; expected DATA_DIR to hold luma/ and branded/")
        with open(table, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                name = (row.get("brand") or "").strip() or HOUSE_BRAND
                brands.setdefault(name, []).append((row, data_dir / source))
    return brands


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def brand_toml(name):
    """A made-up registration; the same for the same name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    number = int(digest[:8], 16) % 10**8
    sellers = ", ".join(quoted(f"S-{digest[at:at + 12]}") for at in (8, 20, 32))
    spaced = name.replace("-", " ")
    aliases = quoted(spaced) if spaced != name else ""
    return f"""# INVENTED for tests: these are not the owner's real registrations, sellers or contact.
name = {quoted(name)}
aliases = [{aliases}]
authorised_sellers = [{sellers}]
contact = "ip@{slug(name)}.example"
image_rights = true
complete = true

[[rights]]
type = "trademark"
number = "TEST-EUIPO-{number:08d}"
office = "EUIPO"
territories = ["EU"]
nice_classes = [9, 18, 25, 28]
expiry = 2033-06-30
"""


def lay_out(name, rows, out_dir):
    folder = out_dir / slug(name)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "brand.toml").write_text(brand_toml(name), encoding="utf-8")
    missing = 0
    with open(folder / "products.csv", "w", newline="", encoding="utf-8") as lines:
        table = csv.DictWriter(lines, COLUMNS, extrasaction="ignore", restval="")
        table.writeheader()
        for row, source in rows:
            kept = []
            for image in images_of(row):
                path = source / "images" / image
                if path.is_file():
                    if not (folder / "images" / image).exists():
                        shutil.copyfile(path, folder / "images" / image)
                    kept.append(image)
                else:
                    missing += 1
            row = dict(row, brand=name, image_link=kept[0] if kept else "", additional_image_link=",".join(kept[1:]))
            table.writerow(row)
    return missing


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    data_dir, out_dir = map(Path, arguments)
    for name, rows in sorted(read(data_dir).items()):
        missing = lay_out(name, rows, out_dir)
        note = f", {missing} image links without a file left out" if missing else ""
        print(f"{out_dir / slug(name)}: {len(rows)} products{note}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
