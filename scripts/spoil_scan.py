#!/usr/bin/env python3
"""A full disk, a folder that cannot be read and state with flipped bits: a clear error, then a clean scan with the same bytes.

usage: scripts/spoil_scan.py PROGRAM FOLDER [FLIPS=30] [SEED=1]
  PROGRAM is the built touchstone; FOLDER is made, and must not exist. Scans the shipped sample. As root the full disk is a small
  tmpfs, and the folder that cannot be read is scanned as nobody; else the disk is full by a limit on the size of files.
"""

import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys

from kill_scan import SAMPLE, outputs

NOBODY = 65534
DAY = ["--as-of", "2026-03-31"]


class Trial:
    """A workspace with the sample's catalogs, and the bytes of an undisturbed run."""

    def __init__(self, program, folder):
        self.program, self.folder, self.failed = program, folder, []
        self.feed = next(path for path in SAMPLE.iterdir() if path.stem == "feed")
        self.pristine = folder / "pristine"
        self.make(self.pristine)
        calm = self.copy("calm")
        code, said = self.scan(calm)
        if code not in (0, 3):
            sys.exit(said)
        self.expected = outputs(calm / "runs/night")
        # With what is known of pictures, so that there are bits to flip.
        self.known = folder / "known"
        shutil.copytree(calm, self.known)
        shutil.rmtree(self.known / "runs/night")

    def make(self, workspace):
        run = lambda *args: subprocess.run([self.program, *args], check=True, capture_output=True)
        run("init", str(workspace))
        catalogs = sorted(str(path) for path in (SAMPLE / "catalogs").iterdir())
        run("--workspace", str(workspace), "catalog", "add", *catalogs, *DAY)

    def copy(self, name, of=None):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(of or self.pristine, self.folder / name)
        return self.folder / name

    def scan(self, workspace, images=SAMPLE / "images", before=None):
        command = [self.program, "--workspace", str(workspace), "scan", str(self.feed), "--images", str(images), *DAY]
        done = subprocess.run([*command, "--run", "night"], capture_output=True, preexec_fn=before)
        return done.returncode, done.stderr.decode(errors="replace")

    def clean(self, name, workspace):
        """The scan that follows gives the bytes of an undisturbed one."""
        code, said = self.scan(workspace)
        if code not in (0, 3):
            self.fail(name, f"the next scan ends with {code}: {said}")
        elif outputs(workspace / "runs/night") != self.expected:
            self.fail(name, "the next scan gives other bytes")

    def refused(self, name, workspace, code, said, words):
        """An error in words, one of `words` among them, and nothing half-made."""
        if code != 1 or not any(word in said for word in words):
            self.fail(name, f"exit {code}, said: {said}")
        if (workspace / "runs/night").exists():
            self.fail(name, "a run is there")

    def fail(self, name, why):
        self.failed.append(f"{name}: {why.strip()}")


def full_disk(trial):
    sizes = [0.3, 0.7, 1.5, 3, 6]
    for megabytes in sizes:
        name = f"disk full after {megabytes} MB"
        workspace, before = trial.folder / "disk", None
        mounted = os.geteuid() == 0
        if mounted:
            workspace.mkdir(exist_ok=True)
            used = sum(path.stat().st_size for path in trial.pristine.rglob("*") if path.is_file())
            size = int(used * 1.2 + megabytes * 1_000_000)
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(workspace)]
            mounted = subprocess.run(mount, capture_output=True).returncode == 0
        if mounted:
            shutil.copytree(trial.pristine, workspace, dirs_exist_ok=True)
        else:
            workspace = trial.copy("disk")

            def before(limit=int(megabytes * 100_000)):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        try:
            code, said = trial.scan(workspace, before=before)
            if code in (0, 3):
                print(f"{name}: there was room enough")
                continue
            words = ["No space left", "disk is full", "File too large", "disk I/O error"]
            trial.refused(name, workspace, code, said, words)
            if mounted:
                subprocess.run(["mount", "-o", "remount,size=2g", str(workspace)], check=True)
            trial.clean(name, workspace)
            print(f"{name} ({'tmpfs' if mounted else 'limit on files'}): {said.strip()}")
        finally:
            if mounted:
                subprocess.run(["umount", str(workspace)], check=True)


def unreadable_folder(trial):
    workspace = trial.copy("unreadable")
    images = trial.folder / "images"
    shutil.copytree(SAMPLE / "images", images)
    before = None
    if os.geteuid() == 0:
        for path in [trial.folder, workspace, *workspace.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)

        def before():
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    images.chmod(0)
    code, said = trial.scan(workspace, images, before)
    trial.refused("folder that cannot be read", workspace, code, said, ["ermission denied", str(images)])
    print(f"folder that cannot be read: {said.strip()}")
    images.chmod(0o755)
    code, said = trial.scan(workspace, images, before)
    found = outputs(workspace / "runs/night") if code in (0, 3) else {}
    # The manifest names the folder.
    apart = {"manifest.json"}
    if {k: v for k, v in found.items() if k not in apart} != {k: v for k, v in trial.expected.items() if k not in apart}:
        trial.fail("folder that cannot be read", f"the next scan ends with {code} or gives other bytes: {said}")


def flipped_bits(trial, flips, seed):
    random.seed(seed)
    named = harmless = 0
    for number in range(flips):
        workspace = trial.copy("flipped", trial.known)
        file = random.choice(["touchstone.sqlite", "fingerprints.sqlite"])
        path = workspace / "state" / file
        for log in (workspace / "state").glob("*.sqlite-*"):
            log.unlink()
        content = bytearray(path.read_bytes())
        for _ in range(random.choice([1, 8, 64])):
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        path.write_bytes(content)
        name = f"flip {number} in {file}"
        code, said = trial.scan(workspace)
        if code in (0, 3):
            harmless += 1
            if outputs(workspace / "runs/night") != trial.expected:
                trial.fail(name, "other bytes, and no error")
            continue
        named += 1
        trial.refused(name, workspace, code, said, [file])
        # What the message says to do: a cache is deleted, a database is restored.
        if file == "fingerprints.sqlite":
            path.unlink()
        else:
            shutil.copy(trial.known / "state" / file, path)
        trial.clean(name, workspace)
    print(f"{flips} files with flipped bits: {named} refused by name, {harmless} scanned to the same bytes")


def main():
    program, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    flips, seed = (int(value) for value in (sys.argv[3:] + ["30", "1"][len(sys.argv) - 3 :]))
    if folder.exists():
        sys.exit(f"{folder} exists; name a new folder")
    folder.mkdir(parents=True)
    trial = Trial(program, folder)
    full_disk(trial)
    flipped_bits(trial, flips, seed)
    unreadable_folder(trial)
    print("\n".join(trial.failed) if trial.failed else "all as promised")
    sys.exit(1 if trial.failed else 0)


if __name__ == "__main__":
    main()
