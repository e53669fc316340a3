#!/usr/bin/env python3
"""Attacks the review desk and says what held.

usage: scripts/desk_security.py PROGRAM DEMO
  PROGRAM is touchstone, DEMO a workspace that `touchstone demo` made (it is copied). Titles, seller names, descriptions and a
  catalog full of markup; every route of src/review/mod.rs as the owner of another brand,
  with things that are there and that are granted to who may; forged forms; guessed passwords; zip
  bombs, `../`, links, absurd images; headers. Scripts of sellers are looked for in headless Chromium where there is one.
  Ends with 1 when something did not hold.
"""

import csv
import http.client
import io
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zipfile
import zlib

from desk_load import Reviewer, Server, program
from headless import Browser

OWN, OTHER = "kvustova-works", "oskolmesk"
ATTACKS = [
    "<script>document.documentElement.id='owned'</script>",
    "<img src=x onerror=\"document.documentElement.id='owned'\">",
    "\"><svg onload=document.documentElement.id='owned'>",
    "'-document.documentElement.id='owned'-'",
    "</title><script>document.documentElement.id='owned'</script>",
    "{{7*7}}<iframe srcdoc='<script>parent.document.documentElement.id=1</script>'>",
]
RUN = "hostile"
held, broken = 0, []


def check(what, true):
    global held
    if true:
        held += 1
    else:
        broken.append(what)
        print(f"BROKEN: {what}")


def hostile_workspace(touchstone, demo, folder):
    """The demo with a run of which every text of a seller is an attack."""
    shutil.copytree(demo, folder)
    run = next((demo / "runs").iterdir())
    with open(run / "candidates.csv", newline="") as file:
        wanted = {row["listing_id"] for row in csv.DictReader(file)}
    with open(demo / "sample" / "feed.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row.get("id") or row.get("listing_id")) in wanted]
    for number, row in enumerate(rows):
        attack = ATTACKS[number % len(ATTACKS)]
        for column in ["title", "description", "seller_name", "color", "product_type", "seller_country"]:
            if column in row:
                row[column] = f"{attack} {row[column]}"
        row["link"] = "javascript:document.documentElement.id='owned'"
    with open(folder / "hostile.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    subprocess.run([touchstone, "--workspace", folder, "scan", folder / "hostile.csv", "--images", demo / "sample" / "images",
                    "--as-of", "2026-04-01", "--threshold", "0", "--run", RUN], check=True, capture_output=True)


def user(touchstone, folder, name, role, *brands):
    args = [touchstone, "--workspace", folder, "user", "add", name, "--role", role, "--generate"]
    return program(*args, *(word for brand in brands for word in ("--brand", brand))).strip()


def cases(visitor, brand):
    """The numbers of a brand's cases in the hostile run."""
    _, _, page = visitor.send("GET", f"/queue?status=all&run={RUN}&brand={brand}")
    return re.findall(r'href="/case/(\d+)', page)


def markup(server, passwords, visitor, folder, own, other):
    """Nothing of a seller's or an owner's runs, and all of it shows as text."""
    zipped = zip_of(hostile_catalog())
    owner = Reviewer(server, "own", passwords["own"])
    _, headers, _ = upload(owner, OWN, [("luma.zip", zipped)])
    catalog = headers["Location"]
    wait_for_check(owner, catalog)
    pages = ["/queue?status=all", f"/queue?status=all&run={RUN}&q=%3Cscript%3E", "/leads", f"/brand/{OWN}", catalog]
    visitor.post(f"/case/{own[-1]}/decide", kind="unsure", run=RUN)
    pages += ["/mine", f"/bulk?run={RUN}&brand={OWN}&ground=trademark"]
    pages += [f"/case/{number}" for number in [*own[:6], *other[:4]]]
    for place in pages:
        status, _, page = visitor.send("GET", place)
        check(f"{place} is shown", status == 200)
        check(f"{place} has only the desk's own script", page.count("<script") == 1)
        # Attributes by name, without what stands in their quotes.
        tags = [re.sub(r'"[^"]*"', '""', tag) for tag in re.findall(r'<[a-z](?:[^>"]|"[^"]*")*>', page)]
        check(f"{place} runs nothing of others", not any(re.search(r"\s(on\w+|srcdoc|style)\s*=", tag) for tag in tags))
        check(f"{place} leads to no script", 'href="javascript:' not in page)
    if not shutil.which("chromium"):
        print("SKIPPED: no chromium; scripts/install-browser.sh installs it")
        return
    browser = Browser(folder / "profile")
    try:
        address = f"http://127.0.0.1:{server.port}"
        browser.log_in(address, "lea", passwords["lea"])
        seen = 0
        for place in pages:
            browser.open(address + place)
            browser.until("true")
            check(f"{place} is not owned in a browser", browser.run("document.documentElement.id") == "")
            seen += "onerror" in browser.run("document.body.innerText") or "<script" in browser.run("document.body.innerText")
        check("attacks show as text", seen >= 4)
        status, _, pack = confirmed_pack(visitor, own[0])
        check("a hostile case's evidence leaves", status == 200)
        (folder / "pack.html").write_text(pack)
        browser.open(f"file://{folder}/pack.html")
        browser.until("true")
        check("the pack is not owned in a browser", browser.run("document.documentElement.id") == "")
    finally:
        browser.stop()


def confirmed_pack(visitor, number):
    visitor.send("GET", f"/case/{number}")
    visitor.post(f"/case/{number}/decide", kind="confirm", seen="")
    return visitor.send("GET", f"/case/{number}/draft/pack")


def routes():
    """Every route of the desk with its methods, from its own source."""
    source = pathlib.Path(__file__).resolve().parent.parent / "src" / "review" / "mod.rs"
    text = source.read_text().split("pub fn router", 1)[1].split("\n}\n", 1)[0]
    found = re.findall(r'\.route\(\s*"([^"]+)",\s*((?:get|post)\([^)]*\)(?:\.(?:get|post)\([^)]*\))*)', text)
    return [(place, method.upper()) for place, methods in found for method in re.findall(r"(get|post)\(", methods)]


# Routes that name nothing of any brand's; where they take a filter, it is tried.
OF_NO_BRAND = {"/", "/login", "/logout", "/view", "/views", "/mine", "/leads", "/brands", "/desk.css", "/desk.js", "/icon.svg"}


class Trespass:
    """Tries a request as the owner of another brand, who is refused, and then as somebody who may, who is not: without the
    second the first would say nothing."""

    def __init__(self, server, passwords, marks):
        self.me, self.marks, self.tried = Reviewer(server, "own", passwords["own"]), marks, set()

    def send(self, user, method, place, fields):
        def once():
            return user.send(method, place, None if method == "GET" else {"csrf": user.csrf, **fields})

        try:
            return once()
        except OSError:
            # The desk hangs up on who is refused before all was said.
            return once()

    def silent(self, method, place, page):
        check(f"{method} {place} names nothing of another brand", not any(mark in page for mark in self.marks))

    def attack(self, method, route, rightful, address=None, **fields):
        address = address or route
        status, _, page = self.send(self.me, method, address, fields)
        check(f"{method} {address} of another brand is refused ({status})", status in (403, 404))
        self.silent(method, address, page)
        status, headers, page = self.send(rightful, method, address, fields)
        check(f"FAULT OF THIS SCRIPT: {method} {address} answers {status} to who may", status in (200, 303))
        self.tried.add((route, method))
        return headers, page


def other_brands(server, passwords, demo, lead, other):
    """As the owner of one brand, every route with the numbers and names of another's."""
    listed = f"/queue?status=all&run={RUN}&brand={OTHER}"
    _, _, page = lead.send("GET", listed)
    marks = set(re.findall(r"</a> <small><bdi>([^<]+)</bdi>", page))
    check("FAULT OF THIS SCRIPT: listings of the other brand are found", len(marks) >= 5)
    owner = Reviewer(server, "other", passwords["other"])
    trespass = Trespass(server, passwords, marks)
    attack, filters = trespass.attack, dict(brand=OTHER, run=RUN, ground="trademark")
    confirmed, cleared, one, two, three = other[:5]
    # The cases, open at first, then decided by who may.
    attack("GET", "/case/{id}", owner, f"/case/{one}")
    with_reference = next((number for number in other if owner.send("GET", f"/case/{number}/reference")[0] == 200), one)
    attack("GET", "/case/{id}/reference", owner, f"/case/{with_reference}/reference")
    attack("GET", "/case/{id}/image/{number}", owner, f"/case/{with_reference}/image/0")
    attack("POST", "/case/{id}/decide", lead, f"/case/{confirmed}/decide", kind="confirm", run=RUN)
    attack("POST", "/case/{id}/decide", lead, f"/case/{cleared}/decide", kind="clear", run=RUN)
    attack("GET", "/case/{id}/draft/{form}", owner, f"/case/{confirmed}/draft/art16")
    attack("POST", "/case/{id}/contest", owner, f"/case/{cleared}/contest", note="It is ours.")
    attack("POST", "/case/{id}/golden", lead, f"/case/{confirmed}/golden", act="add")
    attack("GET", "/bulk", lead, f"/bulk?brand={OTHER}&run={RUN}&ground=trademark")
    attack("POST", "/bulk", lead, **{f"pick{one}": "1", f"pick{two}": "1"}, kind="unsure", **filters)
    _, _, page = lead.send("GET", f"/case/{one}")
    place = re.search(r'name="place" value="(\d+)"', page)
    attack("POST", "/undo", lead, place=place[1] if place else "0")
    headers, _ = attack("POST", "/next", lead, **filters)
    check("FAULT OF THIS SCRIPT: a case of the other brand is next", headers.get("Location", "").startswith("/case/"))
    # The brand's page and catalogs: one is submitted, another dropped.
    source = demo / "sample" / "catalogs" / OTHER
    files = [(str(file.relative_to(source)), file.read_bytes()) for file in sorted(source.rglob("*")) if file.is_file()]
    zipped = [("catalog.zip", zip_of(files))]
    attack("GET", "/brand/{brand}", owner, f"/brand/{OTHER}")
    attack("POST", "/brand/{brand}/sellers", owner, f"/brand/{OTHER}/sellers", act="give", seller="S-evil")
    for act in ["submit", "drop"]:
        status, _, page = upload(trespass.me, OTHER, zipped)
        check(f"POST /brand/{OTHER}/catalog of another brand is refused ({status})", status in (403, 404))
        status, headers, _ = upload(owner, OTHER, zipped)
        check(f"FAULT OF THIS SCRIPT: a catalog answers {status} to its owner", status == 303)
        trespass.tried.add(("/brand/{brand}/catalog", "POST"))
        catalog = headers["Location"]
        page = wait_for_check(owner, catalog)
        picture = re.search(r'"(/catalog/\d+/image\?file=[^"]+)"', page)
        attack("GET", "/catalog/{id}", owner, catalog)
        attack("GET", "/catalog/{id}/image", owner, picture[1] if picture else f"{catalog}/image")
        attack("POST", f"/catalog/{{id}}/{act}", owner, f"{catalog}/{act}")
    # The rest has no such names; what they filter by is tried, and says something where it is allowed.
    for route in sorted(OF_NO_BRAND | {"/queue"}):
        place = f"{route}?brand={OTHER}&run={RUN}&status=all"
        status, _, page = trespass.me.send("GET", place)
        trespass.silent("GET", place, page)
        check(f"{place} is no fault of the desk ({status})", status < 500)
    trespass.tried.add(("/queue", "GET"))
    left = [(place, method) for place, method in routes() if place not in OF_NO_BRAND and (place, method) not in trespass.tried]
    check(f"FAULT OF THIS SCRIPT: untried are {left}", not left and len(routes()) > 25)
    print(f"{len(trespass.tried)} routes refused to the owner of another brand and granted to who may")


def sellers(server, passwords, own):
    """An owner learns of no seller who it is."""
    me = Reviewer(server, "own", passwords["own"])
    lead = Reviewer(server, "lea", passwords["lea"])
    for number in own[:4]:
        _, _, page = lead.send("GET", f"/case/{number}")
        account = re.search(r"<dt>Seller</dt><dd><bdi>[^<]*\[([^\]]+)\]", page)
        _, _, mine = me.send("GET", f"/case/{number}")
        check(f"case {number} does not name its seller to the owner", account and account[1] not in mine)


def forged(server, passwords, own):
    """Forms of other sites and of other sessions do nothing."""
    me, them = Reviewer(server, "lea", passwords["lea"]), Reviewer(server, "ann", passwords["ann"])
    for place, method in routes():
        if method != "POST" or place == "/login":
            continue
        place = place.replace("/case/{id}", f"/case/{own[1]}").replace("{id}", "1").replace("{brand}", OWN)
        status, _, _ = me.send("POST", place, {"kind": "confirm", "csrf": them.csrf})
        check(f"{place} with another session's token is refused ({status})", status in (400, 403))
        for head, value in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")]:
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            body = urllib.parse.urlencode({"csrf": me.csrf, "kind": "confirm"})
            kind = "application/x-www-form-urlencoded"
            connection.request("POST", place, body, {"Cookie": me.cookie, "Content-Type": kind, head: value})
            check(f"{place} from another site ({head}) is refused", connection.getresponse().status in (400, 403))


def headers(visitor, server, own):
    wanted = {
        "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    }
    places = ["/login", "/queue", f"/case/{own[0]}", f"/case/{own[0]}/image/0", f"/brand/{OWN}", "/leads", "/desk.css", "/desk.js", "/nothing"]
    for place in places:
        _, found, _ = visitor.raw("GET", place)
        policy = found["content-security-policy"] or ""
        safe = policy.startswith("default-src 'none'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        check(f"{place} has a strict policy", safe)
        for name, value in wanted.items():
            check(f"{place} has {name}", found[name] == value)
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/queue")
    answer = connection.getresponse()
    check("nobody sees the queue without logging in", answer.status == 303 and answer.headers["Location"] == "/login")


def guessing(server, touchstone, folder):
    """Wrong passwords take longer and longer."""
    tries, refused, began = 0, 0, time.perf_counter()
    while time.perf_counter() - began < 20:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        body = urllib.parse.urlencode({"name": "ann", "password": f"guess {tries}"})
        connection.request("POST", "/login", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        tries += 1
        if answer.status == 429:
            refused += 1
            check("a refusal says when to try again", int(answer.headers["Retry-After"]) > 0)
            time.sleep(0.2)
    answered = tries - refused
    print(f"guessing: {answered} of {tries} passwords were looked at in 20 s")
    check("guessing is slowed to a few in 20 s", answered <= 10)
    exposed = subprocess.run([touchstone, "--workspace", folder, "review", "--bind", "0.0.0.0:0"], capture_output=True, text=True)
    check("nobody else is served without a proxy", exposed.returncode == 1 and "--behind-proxy" in exposed.stderr)


def zip_of(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def hostile_catalog():
    attack = ATTACKS[1].replace('"', '""')
    products = "id,title,price,image_link\n" + "".join(f'P{n},"{attack} {n}",{n}{attack[:5]},{n}.png\n' for n in range(3))
    return [("brand.toml", f"name = \"Kvustova Works\"\ncontact = '{ATTACKS[0].replace(chr(39), '')}'\n"), ("products.csv", products),
            (f"images/{ATTACKS[2].replace('/', '')}.png", absurd_picture())]


def absurd_picture(side=60_000):
    """A PNG that says it is `side` pixels square, in a few bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def upload(owner, brand, files):
    edge = "edge-of-a-part"
    body = io.BytesIO()
    body.write(f'--{edge}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{owner.csrf}\r\n'.encode())
    for name, content in files:
        body.write(f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    body.write(f"--{edge}--\r\n".encode())
    return owner.raw("POST", f"/brand/{brand}/catalog", body.getvalue(), {"Content-Type": f"multipart/form-data; boundary={edge}"})


def wait_for_check(owner, place):
    for _ in range(300):
        _, _, page = owner.send("GET", place)
        if "It is being checked" not in page:
            return page
        time.sleep(0.1)
    sys.exit("the check of a catalog did not end")


def bombs(server, passwords, folder):
    """Catalogs that are none."""
    owner = Reviewer(server, "own", passwords["own"])
    zeros = bytes(1 << 20)
    bomb = folder / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(8):
            with archive.open(f"images/{number}.png", "w") as entry:
                for _ in range(180):
                    entry.write(zeros)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"images/{number}.png", b"")
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("images/one.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    absolute = [("a.zip", zip_of([("/etc/cron.d/evil", b"x")]))]
    attempts = [
        ("a zip bomb", [("bomb.zip", bomb.read_bytes())], "more than 1000 MB"),
        ("a file that is too long", [("one.zip", zip_of([("images/one.png", zeros * 201)]))], "more than 200 MB"),
        ("60,000 files", [("many.zip", many.getvalue())], "More than 20000 files"),
        ("../", [("a.zip", zip_of([("images/../../../evil.png", b"x")]))], "leads out of the catalog"),
        ("an absolute name", absolute, "leads out of the catalog"),
        ("a name with \\", [("a.zip", zip_of([("images\\..\\a.png", b"x")]))], "leads out of the catalog"),
        ("../ in a file's own name", [("../../evil.toml", b"x")], "leads out of the catalog"),
        ("a link", [("a.zip", link.getvalue())], "is a link"),
        ("no zip", [("a.zip", b"PK\x05\x06 but no")], "no zip that can be opened"),
        ("nothing", [], "Nothing was sent"),
    ]
    for what, files, why in attempts:
        size = sum(len(content) for _, content in files)
        began = time.perf_counter()
        status, _, page = upload(owner, OWN, files)
        seconds = time.perf_counter() - began
        said = why in page.replace("&#39;", "'")
        check(f"{what} is refused in clear words ({status})", status == 422 and said)
        print(f"{what}: {size / 1e6:.1f} MB sent, refused in {seconds:.1f} s")
    flood = [("big.bin", bytes(1)), ("b", bytes(320_000_000))]
    status, _, page = upload(owner, OWN, flood)
    check("more than 300 MB are refused in clear words", status == 422 and "More than 300 MB" in page)
    files = [("brand.toml", b'name = "Kvustova Works"\n'), ("products.csv", b"id,title,image_link\nP,Bag,one.png\n"), ("one.png", absurd_picture())]
    _, found, _ = upload(owner, OWN, files)
    page = wait_for_check(owner, found["Location"])
    check("an absurd picture is named with why", "image_link" in page and "pixels" in page)
    owner.post(found["Location"] + "/drop")
    left = [path.name for path in (folder / "w" / "state" / "submissions").iterdir() if path.name.endswith(".partial")]
    check("nothing of what was refused is left", not left)
    outside = [path for path in folder.rglob("evil*")]
    check("nothing was written elsewhere", not outside)
    status_file = pathlib.Path(f"/proc/{server.process.pid}/status")
    if status_file.exists():
        peak = int(re.search(r"VmHWM:\s+(\d+)", status_file.read_text())[1]) / 1024
        print(f"the desk's memory at its most: {peak:.0f} MB")
        check("the desk stayed under 1 GB", peak < 1024)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    touchstone, demo = (pathlib.Path(value).resolve() for value in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="desk-security-", ignore_cleanup_errors=True) as folder:
        folder = pathlib.Path(folder)
        hostile_workspace(touchstone, demo, folder / "w")
        passwords = {
            "ann": user(touchstone, folder / "w", "ann", "analyst"),
            "lea": user(touchstone, folder / "w", "lea", "lead"),
            "own": user(touchstone, folder / "w", "own", "brand_owner", OWN),
            "other": user(touchstone, folder / "w", "other", "brand_owner", OTHER),
        }
        server = Server(touchstone, folder / "w")
        try:
            lead = Reviewer(server, "lea", passwords["lea"])
            own, other = cases(lead, OWN), cases(lead, OTHER)
            check("both brands have cases", own and other)
            markup(server, passwords, lead, folder, own, other)
            other_brands(server, passwords, demo, lead, other)
            sellers(server, passwords, own)
            forged(server, passwords, own)
            headers(lead, server, own)
            bombs(server, passwords, folder)
            guessing(server, touchstone, folder / "w")
        finally:
            server.stop()
    print(f"{held} checks held, {len(broken)} did not")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
