#!/usr/bin/env python3
"""Draws a page of the review desk as an analyst sees it.

usage: scripts/screenshot-desk.py PROGRAM WORKSPACE OUT.png [WIDTH [HEIGHT [PATH]]]
  PATH is a page of the desk, such as /queue; without it the first case is opened. Adds a user `screenshot` to the workspace.
  Needs chromium (scripts/install-browser.sh).
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time


class Browser:
    """Chromium without a window, by the DevTools protocol over two pipes."""

    def __init__(self, profile):
        to_read, self.to = os.pipe()
        self.from_, from_write = os.pipe()
        # The protocol is on the descriptors 3 and 4, whatever these are here.
        command = (
            "exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
            "--disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe "
            f"--user-data-dir={profile} about:blank 3<&{to_read} 4>&{from_write}"
        )
        self.process = subprocess.Popen(
            ["bash", "-c", command], pass_fds=[to_read, from_write], stderr=subprocess.DEVNULL
        )
        os.close(to_read), os.close(from_write)
        self.sent, self.session, self.rest = 0, None, b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **params):
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += os.read(self.from_, 1 << 20)
            answer, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(answer)
            if answer.get("id") == self.sent:
                return answer["result"]

    def run(self, script):
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script):
        for _ in range(600):
            if self.run(f"document.readyState == 'complete' && !!({script})"):
                return
            time.sleep(0.05)
        sys.exit(f"never: {script} at {self.run('location.href')}")


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
            browser.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            browser.call("Page.navigate", url=f"{address}/login")
            browser.until("document.querySelector('[name=password]')")
            browser.run(
                "document.querySelector('[name=name]').value = 'screenshot';"
                f"document.querySelector('[name=password]').value = '{password}';"
                "document.querySelector('[name=password]').form.submit()"
            )
            browser.until("location.pathname == '/queue'")
            if path:
                browser.call("Page.navigate", url=address + path)
            else:
                browser.run("document.querySelector('main a[href^=\"/case/\"]').click()")
                browser.until("location.pathname.startsWith('/case/')")
            browser.until("document.images.length == 0 || [...document.images].every(image => image.complete)")
            time.sleep(0.5)
            picture = browser.call("Page.captureScreenshot", format="png")["data"]
            with open(out, "wb") as file:
                file.write(base64.b64decode(picture))
        finally:
            browser.process.kill()
            desk.terminate()


if __name__ == "__main__":
    main()
