#!/usr/bin/env python3
"""Draws a page of the review desk as an analyst sees it.

usage: scripts/screenshot-desk.py PROGRAM WORKSPACE OUT.png [WIDTH [HEIGHT [PATH]]]
  PATH is a page of the desk, such as /queue; without it the first case is opened. Adds a user `screenshot` to the workspace.
  Needs chromium (scripts/install-browser.sh).
"""

import subprocess
import sys
import tempfile

from headless import Browser


def main():
    program, workspace, out, *rest = sys.argv[1:]
    width, height = (int(value) for value in (rest + ["1440", "1400"][len(rest) :])[:2])
    path = rest[2] if len(rest) > 2 else None
    here = [program, "--workspace", workspace]
    password = "for a screenshot"
    add = subprocess.run([*here, "user", "add", "screenshot", "--role", "lead"], input=password + "\n", text=True, capture_output=True)
    if add.returncode and "already" not in add.stderr:
        sys.exit(add.stderr)
    desk = subprocess.Popen([*here, "review", "--bind", "127.0.0.1:0"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        try:
            address = next(word for line in iter(desk.stderr.readline, "") for word in line.split() if word.startswith("http://"))
            address = address.rstrip(".,/")
            browser.size(width, height)
            browser.log_in(address, "screenshot", password)
            if path:
                browser.open(address + path)
            else:
                browser.click("main a[href^='/case/']")
            browser.picture(out)
        finally:
            browser.stop()
            desk.terminate()


if __name__ == "__main__":
    main()
