#!/usr/bin/env python3
"""Walks through the review desk in headless Chromium as everybody who uses it, and looks at every page with axe-core.

usage: scripts/desk_walk.py PROGRAM DEMO [PICTURES]
  PROGRAM is touchstone, DEMO a workspace that `touchstone demo` made (it is copied), PICTURES a folder for a picture of
  each page, 1440 and 390 px wide. Needs chromium (scripts/install-browser.sh); axe-core comes from npm. Without either it
  says so. Ends with 1 when a step fails, a page is wider than its window, or axe-core finds a serious fault.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile

from desk_load import Reviewer, Server
from headless import Browser, axe

PASSWORD = "a walk through the desk"
BRAND = "kvustova-works"
WIDTHS = {1440: 1000, 390: 844}


class Walk:
    def __init__(self, program, workspace, profile, pictures):
        self.program, self.workspace, self.pictures = program, workspace, pictures
        self.server = Server(program, workspace)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.browser = Browser(profile)
        self.browser.size(1440, 1000)
        self.axe, self.faults, self.looked = axe(), [], 0

    def look(self, name):
        """Holds the page against axe-core in both widths, and draws it."""
        for width, height in WIDTHS.items():
            self.browser.size(width, height)
            if self.axe:
                self.faults += [f"{name} at {width} px: {one}" for one in self.browser.faults(self.axe)]
            wider = self.browser.overflow()
            if wider > 0:
                self.faults.append(f"{name} at {width} px is {wider} px wider than its window")
            if self.pictures:
                self.browser.picture(self.pictures / f"{name}-{width}.png", whole=True)
            self.looked += 1
        self.browser.size(1440, 1000)

    def goes(self, name):
        self.browser.log_in(self.address, name, PASSWORD)

    def go(self, place):
        self.browser.open(self.address + place)

    def says(self, text):
        self.browser.until(f"document.body.innerText.includes({json.dumps(text)})")

    def download(self, place):
        request = urllib.request.Request(self.address + place, headers={"Cookie": self.browser.cookie()})
        with urllib.request.urlopen(request) as answer:
            assert "attachment" in answer.headers["Content-Disposition"], place
            return answer.read().decode()

    def another(self, name):
        """Somebody else at another desk."""
        return Reviewer(self.server, name, PASSWORD)

    def case_of(self, user, listing):
        """The number of a listing's case."""
        _, _, page = user.send("GET", f"/queue?status=all&q={urllib.parse.quote(listing)}")
        return re.search(r'href="/case/(\d+)', page)[1]

    def log(self):
        command = [self.program, "--workspace", self.workspace, "decisions", "export", "--format", "ndjson"]
        lines = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout.splitlines()
        return [json.loads(line) for line in lines]


def analyst(walk):
    browser = walk.browser
    walk.go("/login")
    walk.look("login")
    walk.goes("ann")
    walk.look("queue")
    browser.press("?")
    browser.until("document.querySelector('#help').open")
    walk.look("keys")
    browser.press("?")
    walk.go(f"/queue?brand={BRAND}")
    # By the keyboard alone: the first case, confirmed, taken back, confirmed again; the next one cleared.
    browser.press("j", "Enter")
    browser.until("location.pathname.startsWith('/case/') && document.images[0].complete")
    walk.look("case")
    first = browser.run("location.pathname")
    browser.press("f", "o")
    enlarged(walk)
    browser.press("c")
    walk.says("Confirmed: ")
    browser.press("z")
    walk.says("Taken back.")
    assert browser.run("location.pathname") == first
    browser.press("c")
    walk.says("Confirmed: ")
    cleared = browser.run("location.pathname")
    browser.press("x")
    walk.says("Cleared: ")
    kinds = [entry["decision"] for entry in walk.log()]
    assert kinds == ["confirm", "undo", "confirm", "clear"], kinds
    own_decisions(walk)
    browser.log_out()
    return first, cleared


def enlarged(walk):
    """Both pictures enlarged at the same place, moved by the keyboard and by the mouse, and back."""
    browser = walk.browser
    sheets = "[...document.querySelectorAll('.sheet')].map(sheet => getComputedStyle(sheet).transform)"
    browser.press("v")
    browser.until("document.querySelector('#pair').classList.contains('zoomed')")
    walk.look("enlarged")
    before = browser.run(sheets)
    assert len(before) == 2 and "none" not in before, before
    browser.press("ArrowRight", "ArrowDown")
    moved = browser.run(sheets)
    assert all(one != other for one, other in zip(before, moved)), (before, moved)
    browser.press("+")
    browser.until("document.querySelector('#scale').textContent == '3.5×'")
    browser.drag(".stage", -40, -25)
    assert browser.run(sheets) != moved
    browser.press("v")
    browser.until("!document.querySelector('#pair').classList.contains('zoomed')")
    assert set(browser.run(sheets)) == {"none"}


def own_decisions(walk):
    """What ann decided can be taken back later: at the case, in the list, and many as one of which a part was decided since."""
    browser = walk.browser
    browser.click("nav a[href='/mine']")
    walk.look("my-decisions")
    # By the keyboard: the newest is the one that was cleared; taken back, and decided as before.
    browser.press("j", "z")
    walk.says("Taken back.")
    browser.click("td.title a")
    browser.press("x")
    walk.says("Cleared: ")
    walk.go("/mine")
    browser.click("td.title a")
    assert browser.run("!!document.querySelector('.history .undo button')")
    # All open cases of one seller, shown and decided as one.
    walk.go(f"/queue?brand={BRAND}")
    browser.click("#of-seller, a.of-seller")
    walk.says("all sellers")
    walk.look("one-seller")
    walk.go(f"/queue?brand={BRAND}&ground=trademark")
    browser.click("#bulk")
    walk.look("decide-together")
    browser.run("[...document.querySelectorAll('.pick input')].slice(3).forEach(box => box.click())")
    browser.click("button[value=unsure]")
    walk.says("Unsure: 3 listings.")
    lead = walk.another("lea")
    number = walk.case_of(lead, walk.log()[-1]["listing_id"])
    _, _, page = lead.send("GET", f"/case/{number}")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    status, _, _ = lead.post(f"/case/{number}/decide", kind="clear", seen=seen[1])
    assert status == 303, status
    browser.click("#undo button")
    walk.says("Taken back: 2 of 3.")
    walk.says("lea decided on it since")
    walk.look("taken-back-in-part")


def second_reviewer(walk, first):
    browser = walk.browser
    walk.goes("bob")
    walk.go("/queue?status=second")
    walk.look("second-review")
    browser.click("#next")
    assert browser.run("location.pathname") == first
    browser.press("c")
    walk.says("Confirmed: ")
    assert [entry["reviewer"] for entry in walk.log()][-1] == "bob"
    walk.go(first)
    walk.look("confirmed")
    drafts = browser.run("[...document.querySelectorAll('.drafts a')].map(link => link.getAttribute('href'))")
    words = {place.rsplit("/", 1)[1]: walk.download(place) for place in drafts}
    assert json.loads(words["dsa"])["category"] == "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    assert "Article 16" in words["art16"] and "listing_id," in words["csv"] and "data:image/jpeg" in words["pack"]
    # A view is kept.
    walk.go(f"/queue?status=all&brand={BRAND}")
    browser.run("document.querySelector('.views details').open = true")
    browser.fill(".views [name=name]", "All of one brand")
    browser.click(".views form.line button")
    walk.says("All of one brand")
    browser.log_out()
    return sorted(words)


def catalogs(demo, folder):
    """The brand's own catalog as a zip, and one with errors as files."""
    source = demo / "sample" / "catalogs" / BRAND
    good = folder / "good.zip"
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(source.rglob("*")):
            out.write(file, pathlib.Path(BRAND) / file.relative_to(source))
    bad = folder / "bad"
    bad.mkdir()
    shutil.copy(source / "brand.toml", bad)
    lines = (source / "products.csv").read_text().splitlines()
    lines[1] = lines[1].replace(".jpg", "-gone.jpg")
    lines[2] = "," + lines[2].split(",", 1)[1]
    (bad / "products.csv").write_text("\n".join(lines) + "\n")
    for picture in sorted((source / "images").iterdir())[:5]:
        shutil.copy(picture, bad)
    return good, sorted(bad.iterdir())


def brand_owner(walk, demo, folder, cleared):
    browser = walk.browser
    good, bad = catalogs(demo, folder)
    walk.goes("kai")
    walk.go("/brands")
    browser.until(f"location.pathname == '/brand/{BRAND}'")
    walk.look("brand")
    browser.choose_files("#files", bad)
    browser.click("section form.stack button")
    walk.says("Row by row")
    walk.says("-gone.jpg")
    walk.look("catalog-with-errors")
    browser.click("#drop")
    browser.until(f"location.pathname == '/brand/{BRAND}'")
    browser.choose_files("#files", [good])
    browser.click("section form.stack button")
    walk.says("Submit this catalog")
    walk.look("good-catalog")
    browser.click("#submit")
    walk.says("8 products")
    browser.fill("[name=seller]", "S-walk")
    browser.click("form.line button")
    walk.says("S-walk")
    # What was cleared is disputed, where it is this brand's.
    walk.go(cleared)
    walk.look("owners-case")
    browser.run("document.querySelector('.contest').open = true")
    browser.fill(".contest textarea", "The mark on the strap is not ours.")
    browser.click(".contest button")
    walk.says("Escalated")
    walk.go("/queue")
    walk.look("owners-queue")
    browser.log_out()


def lead(walk, first, cleared):
    browser = walk.browser
    walk.goes("lea")
    walk.go(cleared)
    walk.says("The mark on the strap is not ours.")
    browser.press("x")
    walk.says("Cleared: ")
    walk.go(first)
    browser.click(".golden button")
    walk.says("Golden case")
    walk.go("/leads")
    walk.look("leads")
    walk.go("/brands")
    walk.look("brands")
    browser.log_out()


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    program, demo = (pathlib.Path(value).resolve() for value in sys.argv[1:3])
    pictures = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if not shutil.which("chromium"):
        print("SKIPPED: no chromium; scripts/install-browser.sh installs it")
        return
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="desk-walk-", ignore_cleanup_errors=True) as folder:
        folder = pathlib.Path(folder)
        workspace = folder / "w"
        shutil.copytree(demo, workspace)
        with open(workspace / "touchstone.toml", "a") as settings:
            settings.write(f'\n[review]\nsecond_review_brands = ["{BRAND}"]\ngolden_every = 0\n')
        for name, role in [("ann", "analyst"), ("bob", "analyst"), ("lea", "lead"), ("kai", "brand_owner")]:
            command = [program, "--workspace", workspace, "user", "add", name, "--role", role]
            command += ["--brand", BRAND] * (role == "brand_owner")
            subprocess.run([*map(str, command)], input=PASSWORD + "\n", text=True, check=True, capture_output=True)
        walk = Walk(program, workspace, folder / "profile", pictures)
        try:
            first, cleared = analyst(walk)
            words = second_reviewer(walk, first)
            brand_owner(walk, demo, folder, cleared)
            lead(walk, first, cleared)
            complaints = walk.browser.complaints
        finally:
            walk.browser.stop()
            walk.server.stop()
    if walk.axe is None:
        print("SKIPPED: axe-core, which npm could not fetch")
    print(f"decided by keyboard, enlarged, taken back at once and later, many as one, confirmed by two, drafts {', '.join(words)}, catalogs, dispute: as expected")
    print(f"{walk.looked} looks at pages, {len(walk.faults)} faults, {len(complaints)} complaints of the browser")
    for fault in [*walk.faults, *complaints]:
        print(fault)
    sys.exit(bool(walk.faults or complaints))


if __name__ == "__main__":
    main()
