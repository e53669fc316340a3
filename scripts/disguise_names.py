#!/usr/bin/env python3
"""Writes brand names disguised in some thirty ways inside titles, to measure how many a reader recovers.

    python3 scripts/disguise_names.py SEED > disguised.csv

Columns: half (of the brands: choose, report), class, brand, aliases (joined by |), title, description.
None of the ways is taken from the program: letters come from Python's unicodedata and the tables below.
"""
import csv
import random
import sys
import unicodedata

# Name, aliases in other scripts and nicknames.
BRANDS = [line.split("|") for line in """
Nike|耐克|Найк|ナイキ|Swoosh
Adidas|阿迪达斯|Адидас|アディダス
Gucci|古驰|Гуччи|グッチ
Prada|普拉达|Прада|プラダ
Chanel|香奈儿|Шанель|シャネル|CC bag
Hermès|爱马仕|Эрмес|エルメス|Hermes
Dior|迪奥|Диор|ディオール
Fendi|芬迪|Фенди|フェンディ
Versace|范思哲|Версаче|ヴェルサーチ
Balenciaga|巴黎世家|Баленсиага|バレンシアガ|BLCG
Burberry|博柏利|Барберри|バーバリー
Givenchy|纪梵希|Живанши|ジバンシィ
Louis Vuitton|路易威登|Луи Виттон|ルイヴィトン|LV
Rolex|劳力士|Ролекс|ロレックス|Rollie
Omega|欧米茄|Омега|オメガ
Cartier|卡地亚|Картье|カルティエ
Casio|卡西欧|Касио|カシオ|G-Shock
Seiko|精工表|Сейко|セイコー
Puma|彪马|Пума|プーマ
Reebok|锐步|Рибок|リーボック
New Balance|新百伦|Нью Бэланс|ニューバランス|NB
Converse|匡威|Конверс|コンバース
Vans|范斯|Ванс|バンズ
Asics|亚瑟士|Асикс|アシックス
Under Armour|安德玛|Андер Армор|アンダーアーマー|UA
The North Face|北面|Норт Фейс|ノースフェイス|TNF
Timberland|添柏岚|Тимберленд|ティンバーランド|Timbs
Moncler|盟可睐|Монклер|モンクレール
Lacoste|法国鳄鱼|Лакост|ラコステ
Ralph Lauren|拉夫劳伦|Ральф Лорен|ラルフローレン|RL Polo
Tommy Hilfiger|汤米希尔费格|Томми Хилфигер|トミーヒルフィガー
Calvin Klein|卡尔文克莱恩|Кельвин Кляйн|カルバンクライン|CK
Levi's|李维斯|Левайс|リーバイス
Zara|飒拉|Зара|ザラ
Swarovski|施华洛世奇|Сваровски|スワロフスキー
Pandora|潘多拉|Пандора|パンドラ
Tiffany|蒂芙尼|Тиффани|ティファニー
Oakley|欧克利|Окли|オークリー
Ray-Ban|雷朋|Рэй Бан|レイバン
Samsung|三星|Самсунг|サムスン
Sony|索尼|Сони|ソニー
Bose|博士音响|Боуз|ボーズ
Lego|乐高|Лего|レゴ
Dyson|戴森|Дайсон|ダイソン
Philips|飞利浦|Филипс|フィリップス
Nintendo|任天堂|Нинтендо|ニンテンドー
Logitech|罗技|Логитек|ロジクール
Garmin|佳明|Гармин|ガーミン
Makita|牧田|Макита|マキタ
Bosch|博世|Бош|ボッシュ
Valentino|华伦天奴|Валентино|ヴァレンティノ
Michael Kors|迈克高仕|Майкл Корс|マイケルコース|MK bag
Bottega Veneta|葆蝶家|Боттега Венета|ボッテガヴェネタ|BV
Saint Laurent|圣罗兰|Сен Лоран|サンローラン|YSL
Dolce & Gabbana|杜嘉班纳|Дольче Габбана|ドルチェガッバーナ|D&G
Goyard|戈雅|Гойяр|ゴヤール
Celine|思琳|Селин|セリーヌ
Loewe|罗意威|Лоэве|ロエベ
Kenzo|高田贤三|Кензо|ケンゾー
Armani|阿玛尼|Армани|アルマーニ
Longchamp|珑骧|Лоншан|ロンシャン
Furla|芙拉|Фурла|フルラ
Skechers|斯凯奇|Скечерс|スケッチャーズ
Crocs|卡骆驰|Крокс|クロックス
Birkenstock|勃肯|Биркеншток|ビルケンシュトック|Birks
Salomon|萨洛蒙|Саломон|サロモン
Patagonia|巴塔哥尼亚|Патагония|パタゴニア|Patagucci
Arc'teryx|始祖鸟|Арктерикс|アークテリクス
Canada Goose|加拿大鹅|Канада Гус|カナダグース
Stone Island|石头岛|Стоун Айленд|ストーンアイランド|Stoney
Off-White|灰白牌|Офф Вайт|オフホワイト|OW tee
Bape|安逸猿|Бейп|ベイプ|A Bathing Ape
Stussy|斯图西|Стусси|ステューシー
Carhartt|卡哈特|Кархарт|カーハート
Dickies|迪凯思|Дикис|ディッキーズ
Fila|斐乐|Фила|フィラ
Umbro|茵宝|Умбро|アンブロ
Mizuno|美津浓|Мизуно|ミズノ
Yonex|尤尼克斯|Йонекс|ヨネックス
Wilson|威尔胜|Уилсон|ウィルソン
Callaway|卡拉威|Каллавей|キャロウェイ
Titleist|泰特利斯|Титлейст|タイトリスト
Shimano|禧玛诺|Шимано|シマノ
Breitling|百年灵|Брайтлинг|ブライトリング
Hublot|宇舶|Хублот|ウブロ
Tissot|天梭|Тиссо|ティソ
Longines|浪琴|Лонжин|ロンジン
Tudor|帝舵|Тюдор|チューダー
Panerai|沛纳海|Панераи|パネライ
Montblanc|万宝龙|Монблан|モンブラン
Parker|派克笔|Паркер|パーカー
Canon|佳能|Кэнон|キヤノン
Nikon|尼康|Никон|ニコン
Panasonic|松下|Панасоник|パナソニック
Xiaomi|小米|Сяоми|シャオミ
Huawei|华为|Хуавей|ファーウェイ
Lenovo|联想|Леново|レノボ
Braun|博朗|Браун|ブラウン
Duracell|金霸王|Дюрасел|デュラセル
Dewalt|得伟|Деволт|デウォルト
""".strip().splitlines()]

# What stands around the name. {} is its place.
TITLES = [
    "{} running shoes men size 42 black", "New {} shoulder bag leather women", "Women {} sunglasses gold frame 2023",
    "{} hoodie oversized cotton unisex", "Luxury {} watch automatic 40mm steel", "Mens {} t-shirt summer M L XL XXL",
    "{} wallet card holder with box", "Hot sale {} belt reversible 110 cm", "Winter jacket {} down warm black L",
    "{} cap adjustable baseball hat", "Free shipping {} bracelet silver 925 women", "{} sneakers low white green EU 38-45",
]

CYRILLIC = dict(zip("aceopxyijsABCEHIKMOPTX", "асеорхуіјѕАВСЕНІКМОРТХ"))
GREEK = dict(zip("aiovpukABEHIKMNOPTXYZ", "αιονρυκΑΒΕΗΙΚΜΝΟΡΤΧΥΖ"))
SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"))
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9", "l": "1", "z": "2"}
BY_EAR = [("qu", "kw"), ("ph", "f"), ("ck", "k"), ("x", "ks"), ("ch", "sh"), ("cc", "ch"), ("ce", "se"), ("ci", "si"),
          ("ca", "ka"), ("co", "ko"), ("cr", "kr"), ("ee", "i"), ("oo", "u"), ("ou", "oo"), ("f", "ph"), ("i", "ee"),
          ("y", "i"), ("k", "ck"), ("z", "s"), ("v", "w"), ("a", "ah"), ("u", "oo"), ("o", "oh")]
TURNED = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz"))


def letters(name, change):
    return "".join(change(c) if c.isalpha() else c for c in name)


def from_table(table, share):
    def disguise(name, rng):
        places = [at for at, c in enumerate(name) if c in table]
        if not places:
            return None
        count = max(1, round(share * len(places)))
        chosen = set(rng.sample(places, count))
        return "".join(table[c] if at in chosen else c for at, c in enumerate(name))
    return disguise


def drawn(description):
    """Letters by their names in Unicode."""
    def disguise(name, rng):
        def change(c):
            base = unicodedata.normalize("NFD", c)[0]
            case = "CAPITAL" if base.isupper() else "SMALL"
            for kind in (case, "CAPITAL"):
                try:
                    return unicodedata.lookup(description.format(case=kind, letter=base.upper()))
                except KeyError:
                    continue
            return c
        return letters(name, change)
    return disguise


def between(signs, most=3):
    def disguise(name, rng):
        places = [at for at in range(1, len(name)) if name[at - 1].isalpha() and name[at].isalpha()]
        for at in sorted(rng.sample(places, min(len(places), rng.randint(1, most))), reverse=True):
            name = name[:at] + rng.choice(signs) + name[at:]
        return name
    return disguise


def after_each(signs, share=1.0):
    def disguise(name, rng):
        return letters(name, lambda c: c + rng.choice(signs) if rng.random() <= share else c)
    return disguise


def joined_by(sign):
    def disguise(name, rng):
        return ("  " if sign == " " else " ").join(sign.join(word) for word in name.split(" "))
    return disguise


def double_struck(name, rng):
    def change(c):
        base = unicodedata.normalize("NFD", c)[0]
        for form in ("MATHEMATICAL DOUBLE-STRUCK {} {}", "DOUBLE-STRUCK {} {}"):
            try:
                return unicodedata.lookup(form.format("CAPITAL" if base.isupper() else "SMALL", base.upper()))
            except KeyError:
                continue
        return c
    return letters(name, change)


def fullwidth(name, rng):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def accents(name, rng):
    marks = "\u0300\u0301\u0302\u0303\u0308\u030c\u0327\u0331"
    places = [at for at, c in enumerate(name) if c.lower() in "aeiouncsz"]
    chosen = set(rng.sample(places, max(1, len(places) // 2)))
    return unicodedata.normalize("NFC", "".join(c + rng.choice(marks) if at in chosen else c for at, c in enumerate(name)))


def leet(name, rng):
    places = [at for at, c in enumerate(name) if c.lower() in LEET]
    if not places:
        return None
    chosen = set(rng.sample(places, rng.randint(1, max(1, min(len(places), len(name) // 2)))))
    return "".join(rng.choice(LEET[c.lower()]) if at in chosen else c for at, c in enumerate(name))


def inner(name):
    return [at for at in range(1, len(name)) if name[at].isalpha() and name[at - 1].isalpha()]


def mask_inside(name, rng):
    at = rng.choice([at for at in inner(name) if at + 1 < len(name)])
    return name[:at] + "*" + name[at + 1:]


def mask_last(name, rng):
    return name[:-1] + "*"


def mask_end(name, rng):
    return name.upper()[:-2] + "**" if len(name) > 4 else None


def repeat(name, rng):
    at = rng.choice(inner(name))
    return name[:at] + name[at] * rng.randint(1, 3) + name[at:]


def drop(name, rng):
    at = rng.choice(inner(name))
    return name[:at] + name[at + 1:]


def swap(name, rng):
    places = [at for at in inner(name) if at + 1 < len(name) and name[at + 1].isalpha() and name[at] != name[at + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2:]


def by_ear(name, rng):
    rules = [rule for rule in BY_EAR if rule[0] in name.lower()]
    if not rules:
        return None
    heard, written = rng.choice(rules)
    return name.lower().replace(heard, written, 1).title()


def joined_words(name, rng):
    words = rng.sample(["air", "max", "sport", "shoes", "bag", "watch", "style", "original", "new", "mens", "store", "shop", "leather"], 2)
    name = name.lower().replace(" ", "").replace("&", "").replace("'", "").replace("-", "")
    return rng.choice([name + words[0], name + words[0] + words[1], words[0] + name, words[0] + name + words[1]])


def reverse(name, rng):
    return name[::-1]


def bidi(name, rng):
    return "\u202e" + name[::-1] + "\u202c"


CLASSES = {
    "plain": lambda name, rng: name,
    "lower case": lambda name, rng: name.lower(),
    "cyrillic": from_table(CYRILLIC, 0.6),
    "greek": from_table(GREEK, 0.6),
    "fullwidth": fullwidth,
    "zero width": between("\u200b\u200c\u200d\u2060\ufeff"),
    "bidi marks": between("\u200e\u200f\u202a\u202c\u2066\u2069"),
    "bidi override": bidi,
    "overlays": after_each("\u0335\u0336\u0337\u0338"),
    "accents": accents,
    "enclosing marks": after_each("\u20dd\u20de\u20e3"),
    "small capitals": lambda name, rng: from_table(SMALL_CAPITALS, 1.0)(name.lower(), rng),
    "squared": lambda name, rng: drawn("SQUARED LATIN {case} LETTER {letter}")(name.upper(), rng),
    "negative squared": lambda name, rng: drawn("NEGATIVE SQUARED LATIN {case} LETTER {letter}")(name.upper(), rng),
    "circled": drawn("CIRCLED LATIN {case} LETTER {letter}"),
    "negative circled": lambda name, rng: drawn("NEGATIVE CIRCLED LATIN {case} LETTER {letter}")(name.upper(), rng),
    "parenthesized": lambda name, rng: drawn("PARENTHESIZED LATIN {case} LETTER {letter}")(name.lower(), rng),
    "regional indicators": lambda name, rng: drawn("REGIONAL INDICATOR SYMBOL LETTER {letter}")(name, rng),
    "maths bold": drawn("MATHEMATICAL BOLD {case} {letter}"),
    "maths script": drawn("MATHEMATICAL BOLD SCRIPT {case} {letter}"),
    "maths double-struck": double_struck,
    "maths sans": drawn("MATHEMATICAL SANS-SERIF BOLD {case} {letter}"),
    "fraktur": drawn("MATHEMATICAL BOLD FRAKTUR {case} {letter}"),
    "monospace": drawn("MATHEMATICAL MONOSPACE {case} {letter}"),
    "leetspeak": leet,
    "spaced": joined_by(" "),
    "dotted": joined_by("."),
    "hyphenated": joined_by("-"),
    "mask inside": mask_inside,
    "mask last": mask_last,
    "mask end": mask_end,
    "repeated": repeat,
    "dropped": drop,
    "swapped": swap,
    "by ear": by_ear,
    "reversed": reverse,
    "turned": lambda name, rng: "".join(TURNED.get(c, c) for c in name.lower())[::-1],
    "joined": joined_words,
}


def main():
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["half", "class", "brand", "aliases", "title", "description"])
    for number, (brand, *aliases) in enumerate(BRANDS):
        half = "choose" if number % 2 == 0 else "report"
        row = lambda kind, title, text="": out.writerow([half, kind, brand, "|".join(aliases), title, text])
        for kind, disguise in CLASSES.items():
            written = disguise(brand, rng)
            if written is not None:
                row(kind, rng.choice(TITLES).format(written))
        row("chinese alias", rng.choice(TITLES).format(aliases[0]))
        row("russian alias", rng.choice(TITLES).format(aliases[1]))
        row("japanese alias", rng.choice(TITLES).format(aliases[2]))
        if len(aliases) > 3:
            row("nickname", rng.choice(TITLES).format(aliases[3]))
        bare = brand.replace(" ", "")
        at = rng.randint(2, len(bare) - 2)
        row("split", rng.choice(TITLES).format("").strip() + " " + bare[:at], bare[at:] + " as in the picture, sent within a day")


main()
