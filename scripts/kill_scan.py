#!/usr/bin/env python3
"""Kills scans at random moments, again and again, and checks that the one let through ends with the bytes of an undisturbed one.

A scan is killed (SIGKILL) at a random moment of the time that it takes; the next one goes on from what is left, and may be
killed in its turn, at a random moment of the time that the last such one took. After `--in-a-row` kills, or when a scan ended before its moment came, its outputs are held against the undisturbed run's, and
another scan starts from nothing.
"""

import argparse
import hashlib
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / "datasets/sample"
DAY = ["--as-of", "2026-03-31"]
# Times and machine facts differ from run to run.
APART = {"timings.json", "metrics.prom"}


def outputs(run):
    """Hashes of a run's files, by their path in it."""
    files = (path for path in sorted(run.rglob("*")) if path.is_file() and path.name not in APART)
    return {str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def sample():
    """The shipped feed, its folder of pictures and its catalogs."""
    feed = next(path for path in SAMPLE.iterdir() if path.stem == "feed")
    return feed, SAMPLE / "images", sorted((SAMPLE / "catalogs").iterdir())


def simulated(program, folder, arguments):
    """The same, simulated: small pictures, many of them, so that reading them is a part of every scan."""
    catalogs, market, seed = folder / "catalogs", folder / "market", str(arguments.seed)
    invent = [program, "invent", "--brands", "3", "--seed", seed, str(catalogs)]
    subprocess.run(invent, check=True, stdout=subprocess.DEVNULL)
    brands = sorted(catalogs.iterdir())
    pictures = ["--image-side", str(arguments.image_side), "--max-images-per-photo", str(arguments.pictures)]
    simulate = [program, "simulate", *map(str, brands), "--out", str(market), *DAY, "--seed", seed]
    subprocess.run([*simulate, "--listings", str(arguments.listings), *pictures], check=True)
    return market / "feed.csv", market / "images", brands


class Trial:
    """A workspace that knows nothing but catalogs, to start from again and again, and an undisturbed run's outputs."""

    def __init__(self, program, folder, arguments):
        self.program = program
        feed, images, catalogs = simulated(program, folder, arguments) if arguments.listings else sample()
        self.pristine, self.workspace = folder / "pristine", folder / "workspace"
        subprocess.run([program, "init", str(self.pristine)], check=True, stdout=subprocess.DEVNULL)
        add = [program, "--workspace", str(self.pristine), "catalog", "add", *map(str, catalogs), *DAY]
        subprocess.run(add, check=True, stdout=subprocess.DEVNULL)
        self.here = [program, "--workspace", str(self.workspace)]
        self.scan = [*self.here, "scan", str(feed), "--images", str(images), *DAY]
        self.scan += ["--local-features", arguments.local_features]
        self.forget()
        started = time.monotonic()
        self.through("night")
        # What a scan takes, and what one takes that goes on from a killed one.
        self.length = self.rest = time.monotonic() - started
        self.expected = outputs(self.run("night"))

    def run(self, name):
        return self.workspace / "runs" / name

    def forget(self):
        """What is known of pictures and listings would make later scans shorter than the first."""
        shutil.rmtree(self.workspace, ignore_errors=True)
        shutil.copytree(self.pristine, self.workspace)

    def through(self, name, moment=None):
        """Scans to the end, or for `moment` seconds; gives whether it was killed then."""
        scan = [*self.scan, "--run", name]
        with subprocess.Popen(scan, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as victim:
            try:
                said = victim.communicate(timeout=moment)[1]
            except subprocess.TimeoutExpired:
                victim.kill()
                said = victim.communicate()[1]
        if victim.returncode not in (0, 3, -signal.SIGKILL):
            raise RuntimeError(f"the scan ended with {victim.returncode}: {said.decode()}")
        return victim.returncode == -signal.SIGKILL

    def faults(self, names):
        """What is not as after undisturbed scans of these names."""
        faults = [f"{path.name} left behind" for path in sorted((self.workspace / "runs").glob("*.partial"))]
        for name in names:
            found = outputs(self.run(name))
            files = sorted(self.expected.keys() | found.keys())
            differ = [file for file in files if self.expected.get(file) != found.get(file)]
            faults += [f"{name}/{file} differs" for file in differ[:5]]
        listed = subprocess.run([*self.here, "runs", "list"], check=True, capture_output=True, text=True).stdout
        known = sorted(line.split(",")[0] for line in listed.splitlines()[1:])
        return faults + ([] if known == sorted(names) else [f"the database knows the runs {known}"])


def chain(trial, most, part):
    """One scan, killed up to `most` times: how often it was killed, and what is wrong in the end."""
    trial.forget()
    night, moments, killed = trial.run("night"), [], True
    try:
        while len(moments) < most and killed and not night.exists():
            moment = part() * (trial.rest if moments else trial.length)
            killed = trial.through("night", moment)
            moments += [moment] * killed
        # Killed when its run was there already: its entry, or clearing away, is left to the next scan, which finds the same.
        names = ["night", "again"] if killed and night.exists() else ["night"]
        if killed:
            started = time.monotonic()
            trial.through(names[-1])
            trial.rest = min(trial.length, time.monotonic() - started)
        faults = trial.faults(names)
    except RuntimeError as error:
        faults = [str(error)]
    after = ", ".join(f"{moment:.3f} s" for moment in moments)
    return len(moments), [f"killed after {after}: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built touchstone")
    parser.add_argument("folder", help="the folder to work in; it is made, and must not exist")
    parser.add_argument("--kills", type=int, default=20, help="scans to kill [default: 20]")
    parser.add_argument("--in-a-row", type=int, default=1, help="kills before a scan is let through [default: 1]")
    parser.add_argument("--listings", type=int, default=0, help="listings of a simulated feed; the shipped sample when 0")
    parser.add_argument("--image-side", type=int, default=128, help="the longer side of simulated pictures [default: 128]")
    parser.add_argument("--pictures", type=int, default=30, help="simulated pictures of each catalog photo [default: 30]")
    parser.add_argument("--local-features", default="all", choices=["all", "suspects", "off"], help="as of `touchstone scan`")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same feed and the same parts of those times")
    arguments = parser.parse_args()
    program, folder = str(pathlib.Path(arguments.program).resolve()), pathlib.Path(arguments.folder).resolve()
    if folder.exists():
        sys.exit(f"{folder} exists; name a new folder")
    folder.mkdir(parents=True)
    trial = Trial(program, folder, arguments)
    print(f"undisturbed: {trial.length:.1f} s, {len(trial.expected)} files", flush=True)
    part = random.Random(arguments.seed).random
    kills, scans, wrong = 0, 0, 0
    while kills < arguments.kills:
        most = min(arguments.in_a_row, arguments.kills - kills)
        killed, faults = chain(trial, most, part)
        kills, scans, wrong = kills + killed, scans + 1, wrong + bool(faults)
        print(f"{kills} kills, {scans} scans, {scans - wrong} byte-identical", flush=True)
        for fault in faults:
            print(f"    {fault}", flush=True)
    print(f"{kills} kills within {trial.length:.1f} s: {scans - wrong} of {scans} scans ended byte-identical")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
