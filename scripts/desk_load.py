#!/usr/bin/env python3
"""The review desk under load.

    scripts/desk_load.py decide TOUCHSTONE DEMO    50 reviewers decide 10,000 candidates; the server is killed once
    scripts/desk_load.py pages TOUCHSTONE DEMO     pages of 50 with 1,000,000 cases and 100,000 decisions in the store

TOUCHSTONE is the program, DEMO a workspace that `touchstone demo` made: its first candidate is the pattern for all. Works in
a temporary folder; prints times in milliseconds and whether any decision was lost or doubled.
"""

import argparse
import http.client
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ADDRESS = "127.0.0.1"
RUN = "load"


def program(*args, **options):
    return subprocess.run([*map(str, args)], check=True, capture_output=True, text=True, **options).stdout


class Server:
    """The desk, until it is stopped."""

    def __init__(self, touchstone, workspace):
        self.command = [touchstone, "--workspace", workspace, "review", "--bind"]
        self.start("127.0.0.1:0")

    def start(self, bind):
        self.process = subprocess.Popen([*map(str, self.command), bind], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                return
        sys.exit("the desk did not start")

    def restart(self):
        self.process.kill()
        self.process.wait()
        self.start(f"127.0.0.1:{self.port}")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Reviewer:
    """Somebody with a browser."""

    def __init__(self, server, name, password):
        self.server, self.connection, self.cookie = server, None, ""
        status, headers, _ = self.send("POST", "/login", {"name": name, "password": password})
        assert status == 303, (name, status)
        self.cookie = headers["Set-Cookie"].split(";")[0]
        _, _, page = self.send("GET", "/queue")
        self.csrf = re.search(r'name="csrf" value="(\w+)"', page)[1]

    def send(self, method, place, fields=None):
        if fields is None:
            return self.raw(method, place)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.raw(method, place, urllib.parse.urlencode(fields), kind)

    def raw(self, method, place, body=None, headers=None):
        headers = {"Cookie": self.cookie} | (headers or {})
        if self.connection is None:
            self.connection = http.client.HTTPConnection(ADDRESS, self.server.port, timeout=60)
        try:
            self.connection.request(method, place, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection = None
            raise

    def post(self, place, **fields):
        return self.send("POST", place, {"csrf": self.csrf, **fields})


def workspace(touchstone, demo, folder, cases):
    """A workspace with one run of `cases` candidates after the demo's first."""
    program(touchstone, "init", folder)
    shutil.copytree(demo / "state", folder / "state", dirs_exist_ok=True)
    source = next((demo / "runs").iterdir())
    run = folder / "runs" / RUN
    shutil.copytree(source, run)
    pattern = json.loads((run / "candidates.ndjson").read_text().splitlines()[0])
    with open(run / "candidates.ndjson", "w") as out:
        for number in range(1, cases + 1):
            pattern |= {
                "rank": number,
                "listing_id": f"N{number:07}",
                "title": f"{pattern['title'].split(' #')[0]} #{number}",
                "seller_id": f"S{number % 997}",
                "probability": 0.999 - number / cases / 4,
            }
            out.write(json.dumps(pattern) + "\n")
    store = sqlite3.connect(folder / "state" / "touchstone.sqlite")
    store.execute("DELETE FROM runs")
    store.execute("INSERT INTO runs (id, as_of, added_at, manifest) VALUES (?, '2026-03-31', ?, ?)",
                  (RUN, int(time.time()) - 3 * 86400, (run / "manifest.json").read_text()))
    store.commit()
    store.close()
    return pattern


def users(touchstone, folder, count):
    args = [touchstone, "--workspace", folder, "user", "add", "--role", "analyst", "--generate"]
    return {f"r{number}": program(*args, f"r{number}").strip() for number in range(count)}


def show(what, seconds):
    times = sorted(1000 * second for second in seconds)
    at = lambda part: times[min(int(part * len(times)), len(times) - 1)]
    print(f"{what:<34} {len(times):>6} times  median {at(0.5):7.1f} ms  p99 {at(0.99):7.1f} ms  most {times[-1]:7.1f} ms")


def decide(touchstone, demo, folder, reviewers, cases, think):
    workspace(touchstone, demo, folder, cases)
    passwords = users(touchstone, folder, reviewers)
    server = Server(touchstone, folder)
    answered, times, pages, failures = [], [], [], []
    lock = threading.Lock()

    def work(name, password):
        rng = random.Random(name)
        me, place = Reviewer(server, name, password), "/queue"
        status, headers, _ = me.post("/next")
        place, cut_off = headers["Location"], False
        while place.startswith("/case/"):
            try:
                begun = time.perf_counter()
                status, _, page = me.send("GET", place)
                opened = time.perf_counter()
                seen = re.search(r'name="seen" value="(\d*)"', page)
                if cut_off and not (seen and seen[1] == ""):
                    # It was decided, and only the answer was lost: as the page says, and a person would go on.
                    status, headers, _ = me.post("/next")
                    place, cut_off = headers["Location"], False
                    continue
                time.sleep(rng.expovariate(1 / think) if think else 0)
                asked = time.perf_counter()
                listing = re.search(r"<title>(N\d+)", page)[1]
                kind = rng.choice(["confirm", "clear", "clear", "unsure"])
                status, headers, page = me.post(place.split("?")[0] + "/decide", kind=kind, seen=seen[1] if seen else "")
                done = time.perf_counter()
            except (OSError, http.client.HTTPException):
                # The server was killed: what was answered must be in the log, the rest is done again.
                cut_off = True
                time.sleep(0.5)
                continue
            cut_off = False
            with lock:
                pages.append(opened - begun)
                if status == 303:
                    times.append(done - asked)
                    answered.append(listing)
                else:
                    failures.append(status)
            if status != 303:
                status, headers, _ = me.post("/next")
            place = headers["Location"]

    threads = [threading.Thread(target=work, args=pair) for pair in passwords.items()]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    while len(answered) < cases // 2 and any(thread.is_alive() for thread in threads):
        time.sleep(0.05)
    before = set(answered)
    server.restart()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    server.stop()
    print(program(touchstone, "--workspace", folder, "decisions", "verify").strip())
    log = program(touchstone, "--workspace", folder, "decisions", "export", "--format", "ndjson").splitlines()
    logged = [json.loads(line)["listing_id"] for line in log]
    print(f"{reviewers} reviewers, {cases} candidates, {seconds:.0f} s, {len(answered) / seconds:.0f} decisions a second")
    print(f"answered {len(answered)}, in the log {len(logged)}, refused {len(failures)} {sorted(set(failures))}")
    print(f"lost {len(set(answered) - set(logged))} (of {len(before)} answered before the kill)")
    print(f"doubled {len(logged) - len(set(logged))}, left {cases - len(set(logged))}")
    show("decision", times)
    show("case page", pages)
    if set(answered) - set(logged) or len(logged) != len(set(logged)):
        sys.exit("decisions were lost or doubled")


def pages(touchstone, demo, folder, cases, decisions):
    pattern = workspace(touchstone, demo, folder, 1)
    passwords = users(touchstone, folder, 1)
    (name, password), = passwords.items()
    server = Server(touchstone, folder)
    Reviewer(server, name, password)
    server.stop()
    store = sqlite3.connect(folder / "state" / "touchstone.sqlite")
    rng = random.Random(1)
    program(touchstone, "invent", folder / "invented", "--brands", 40, "--products", 1, "--seed", 1, "--picture-side", 64)
    catalogs = sorted(path.parent for path in (folder / "invented").glob("*/brand.toml"))
    program(touchstone, "--workspace", folder, "catalog", "add", *catalogs)
    brands = [catalog.name for catalog in catalogs]
    grounds = ["trademark", "copyright", "design", "nonexistent"]
    # Each shows what the first one does.
    (start, length, queued), = store.execute("SELECT start, length, queued_at FROM queue")
    # One after the other like a run's own rows, without reading a million lines first.
    rows = ((number, number, f"N{number:07}", rng.choice(brands), f"S{rng.randrange(60000)}", f"{pattern['title']} #{number}",
             rng.choices(grounds, [80, 10, 8, 2])[0], rng.random(), 300 * rng.random(), f"P{rng.randrange(50)}",
             queued + rng.randrange(2 * 86400)) for number in range(2, cases + 1))
    store.executemany(
        f"""INSERT INTO queue (id, run, rank, listing_id, brand, seller_id, seller_name, title, ground, action,
            probability, value, price, start, length, status, product, queued_at)
            VALUES (?, '{RUN}', ?, ?, ?, ?, '', ?, ?, 'review', ?, ?, '9.00 EUR', {start}, {length}, 'open', ?, ?)""", rows)
    # The first case's sketch for all of them: nothing is more alike.
    store.execute("INSERT INTO queue_like SELECT band, queue.id FROM queue_like CROSS JOIN queue WHERE case_id = 1 AND queue.id > 1")
    store.execute("INSERT INTO queue_words (rowid, words) SELECT id, title || char(10) || seller_id FROM queue WHERE id > 1")
    store.commit()
    with open(folder / "decisions.ndjson", "w") as out:
        listed = store.execute("SELECT listing_id, brand FROM queue WHERE id > 1 ORDER BY id LIMIT ?", (decisions,))
        for number, (listing, brand) in enumerate(listed):
            out.write(json.dumps({"listing_id": listing, "brand": brand, "decision": ["confirm", "clear"][number % 2],
                                  "ground": "trademark" if number % 2 == 0 else "", "reviewer": "r0",
                                  "decided_at": time.strftime("%Y-%m-%d")}) + "\n")
    store.close()
    begun = time.perf_counter()
    program(touchstone, "--workspace", folder, "decisions", "import", folder / "decisions.ndjson")
    print(f"{decisions} decisions imported in {time.perf_counter() - begun:.0f} s")
    add = [touchstone, "--workspace", folder, "user", "add", "--generate", "--role"]
    owner = program(*add, "brand_owner", "--brand", brands[7], "o1").strip()
    owner_of_two = program(*add, "brand_owner", "--brand", brands[7], "--brand", brands[8], "o2").strip()
    lead = program(*add, "lead", "lea").strip()
    server.start("127.0.0.1:0")
    time_pages("", Reviewer(server, name, password), ["/queue", "/queue?page=100", "/queue?status=confirm", f"/queue?brand={brands[7]}", "/queue?ground=nonexistent",
                  "/queue?status=all&sort=rank", "/queue?q=%23123456", "/queue?q=S4711", f"/queue?brand={brands[7]}&ground=design",
                  f"/queue?status=all&brand={brands[7]}", "/queue?action=test_buy", "/queue?status=all&seller=S4711",
                  "/mine", f"/bulk?brand={brands[7]}&ground=nonexistent", "/bulk?seller=S4711", f"/case/{decisions + 100}"])
    time_pages("an owner's ", Reviewer(server, "o1", owner), ["/queue", "/queue?sort=rank"])
    time_pages("an owner of two's ", Reviewer(server, "o2", owner_of_two), ["/queue", "/queue?page=100", "/queue?status=open", "/queue?sort=rank"])
    time_pages("a lead's ", Reviewer(server, "lea", lead), ["/leads"])
    server.stop()


def time_pages(whose, user, places):
    for place in places:
        times = []
        for _ in range(30):
            begun = time.perf_counter()
            status, _, page = user.send("GET", place)
            times.append(time.perf_counter() - begun)
            assert status == 200, status
        show(whose + place, times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["decide", "pages"])
    parser.add_argument("touchstone", type=pathlib.Path)
    parser.add_argument("demo", type=pathlib.Path)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--think", type=float, default=0.5, help="mean seconds that a reviewer looks at a case")
    parser.add_argument("--cases", type=int)
    parser.add_argument("--decisions", type=int, default=100_000)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="desk-load-"))
    try:
        if args.what == "decide":
            decide(args.touchstone, args.demo, folder, args.reviewers, args.cases or 10_000, args.think)
        else:
            pages(args.touchstone, args.demo, folder, args.cases or 1_000_000, args.decisions)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
