#!/usr/bin/env python3
"""Writes lawful titles that name a brand, to measure that none is accused.

    python3 scripts/lawful_titles.py DATA SEED > lawful.csv

Columns: kind, brand, title. Accessories are titles of matching/ in which "for", "fits" or "compatible with" stands
before a maker's name; second hand are the posts of secondhand/, and titles of brands/ with the words that sellers of used
goods add; parts, books, boxes and repair are titles of brands/ made to fit; sales are titles of brands/ as they are. The
words below are written down here and not taken from the program's lexicons.
"""
import csv
import random
import re
import sys

MATCHING = [("abt_buy/left", "name"), ("abt_buy/right", "name"), ("amazon_google/left", "title"),
            ("amazon_google/right", "title"), ("walmart_amazon/left", "title"), ("walmart_amazon/right", "title")]
MAKERS = ("Apple|iPhone|iPad|iPod|BlackBerry|Samsung|Galaxy|Nokia|Motorola|HTC|Dell|HP|Canon|Nikon|Sony|Epson|Lexmark|"
          "Brother|Kindle|Nook|Toshiba|Acer|Asus|Panasonic|Olympus|Garmin|Bose|Nintendo|Xbox|PlayStation").split("|")
THINGS = ("case|cover|battery|charger|cable|ink|toner|cartridge|cartridges|adapter|mount|holder|skin|sleeve|protector|"
          "protectors|dock|stylus|headset|strap|armband|stand|lamp|drum|folio|pouch|shell|screen protector")
USED = ["Used {}", "{} - pre-owned", "{}, worn twice", "{} second hand", "Vintage {}", "{} gebraucht", "{} d'occasion",
        "{} de segunda mano", "{} usato", "{} seminovo", "{} б/у", "{} ikinci el", "二手 {}", "中古 {}", "{} (preloved)"]
PARTS = ["{} for parts", "Spare parts, {}", "{} defekt für Bastler", "{} pour pièces", "{} на запчасти", "{} yedek parça"]
BOXES = ["Empty box {}", "{} box only", "{} leere Schachtel", "{} boîte vide", "{} caja vacía", "{} пустая коробка"]
BOOKS = ["Book: the history of {}", "{} poster A2", "{} catalog and user manual", "Buch {}", "Livre {}", "{} книга"]
REPAIR = ["{} repair kit", "Repair service {}", "{} Reparatur", "{} needs repair"]


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main():
    data, rng = sys.argv[1], random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["kind", "brand", "title"])
    makers = "|".join(MAKERS)
    accessory = re.compile(rf"\b(?:{THINGS})s?\b[^.]*?\b(?:for|fits|compatible with)\s+(?:the\s+|your\s+|select\s+)?({makers})\b", re.I)
    titles = [row[column] for name, column in MATCHING for row in rows(f"{data}/matching/{name}.csv")]
    found = [(match.group(1), title) for title in sorted(set(titles)) for match in [accessory.search(title)] if match]
    for brand, title in rng.sample(found, min(700, len(found))):
        out.writerow(["accessory", brand, title])
    for row in rows(f"{data}/secondhand/watches.csv"):
        out.writerow(["used", "", row["title"]])
    goods = [(row["brand"].split()[0], row["title"]) for row in rows(f"{data}/brands/nike_adidas.csv")
             if re.search(r"nike|adidas", row["title"], re.I)]
    for kind, forms, count in [("used", USED, 150), ("parts", PARTS, 60), ("packaging", BOXES, 60), ("book", BOOKS, 60), ("repair", REPAIR, 40)]:
        for brand, title in rng.sample(goods, count):
            out.writerow([kind, brand, rng.choice(forms).format(title)])
    for brand, title in rng.sample(goods, 150):
        out.writerow(["sale", brand, title])


main()
