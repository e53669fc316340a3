#!/usr/bin/env python3
"""Kills scans at random moments and checks that the next one ends with the bytes of an undisturbed run.

usage: scripts/kill_scan.py PROGRAM FOLDER [KILLS=20] [SEED=1]
  PROGRAM is the built touchstone; FOLDER is made, and must not exist. Scans the shipped sample.
"""

import hashlib
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / "datasets/sample"
# Times and machine facts differ from run to run.
APART = {"timings.json", "metrics.prom"}


def outputs(run):
    """Hashes of a run's files, by their path in it."""
    files = (path for path in sorted(run.rglob("*")) if path.is_file() and path.name not in APART)
    return {str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main():
    program, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    kills, seed = (int(value) for value in (sys.argv[3:] + ["20", "1"][len(sys.argv) - 3 :]))
    if folder.exists():
        sys.exit(f"{folder} exists; name a new folder")
    folder.mkdir(parents=True)
    workspace = folder / "workspace"
    subprocess.run([program, "init", str(workspace)], check=True, stdout=subprocess.DEVNULL)
    here = [program, "--workspace", str(workspace)]
    catalogs = sorted(str(path) for path in (SAMPLE / "catalogs").iterdir())
    subprocess.run([*here, "catalog", "add", *catalogs, "--as-of", "2026-03-31"], check=True, stdout=subprocess.DEVNULL)
    feed = next(path for path in SAMPLE.iterdir() if path.stem == "feed")
    scan = [*here, "scan", str(feed), "--images", str(SAMPLE / "images"), "--as-of", "2026-03-31", "--run"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}

    # What is known of pictures and listings would make later scans shorter than the first.
    def forget():
        for path in (workspace / "state").glob("fingerprints.sqlite*"):
            path.unlink()
        for path in (workspace / "runs").iterdir():
            shutil.rmtree(path)

    started = time.monotonic()
    calm = subprocess.run([*scan, "calm"], **quiet)
    length = time.monotonic() - started
    if calm.returncode not in (0, 3):
        sys.exit(calm.stderr.decode())
    expected = outputs(workspace / "runs/calm")

    random.seed(seed)
    killed, failed = 0, []
    for number in range(kills):
        forget()
        moment = random.uniform(0.0, length)
        victim = subprocess.Popen([*scan, "night"], **quiet)
        try:
            victim.wait(moment)
        except subprocess.TimeoutExpired:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            killed += 1
        whole = (workspace / "runs/night").exists()
        if not whole:
            again = subprocess.run([*scan, "night"], **quiet)
            if again.returncode not in (0, 3):
                failed.append(f"kill {number} after {moment:.3f} s: {again.stderr.decode()}")
                continue
        left = sorted(path.name for path in (workspace / "runs").glob("*.partial"))
        if left:
            failed.append(f"kill {number} after {moment:.3f} s: {', '.join(left)} left behind")
        found = outputs(workspace / "runs/night")
        differ = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        if differ:
            failed.append(f"kill {number} after {moment:.3f} s: {', '.join(differ[:5])} differ")
    print(f"{killed} of {kills} scans killed within {length:.1f} s; {kills - len(failed)} ended byte-identical")
    print("\n".join(failed), end="\n" if failed else "")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
