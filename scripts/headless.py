"""Chromium without a window, by the DevTools protocol over two pipes; axe-core in its pages."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

AXE = "4.10.3"


class Gone(Exception):
    """What was asked has no answer any more."""


class Browser:
    """A browser with one page that keeps its things in the folder `profile`."""

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
        self.sent, self.session, self.rest, self.complaints = 0, None, b"", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Log.enable")

    def call(self, method, **params):
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                received = os.read(self.from_, 1 << 20)
                if not received:
                    sys.exit("the browser has gone")
                self.rest += received
            answer, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(answer)
            # Notices, as of a field that was filled in before the page gave it the focus, are no faults.
            if answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["level"] in ("warning", "error"):
                self.complaints.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self.sent:
                if "error" in answer:
                    raise Gone(method, answer["error"])
                return answer["result"]

    def run(self, script):
        """What a script gives, waited for where it promises; nothing when the page went meanwhile."""
        try:
            answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        except Gone:
            return None
        return answer["result"].get("value")

    def until(self, script, seconds=30):
        """Waits until a script gives true on a page that is loaded."""
        for _ in range(seconds * 20):
            if self.run(f"document.readyState == 'complete' && !!({script})"):
                return
            time.sleep(0.05)
        sys.exit(f"never: {script} at {self.run('location.href')}\n{self.run('document.body.innerText')[:2000]}")

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.until("location.href != 'about:blank'")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def press(self, *keys):
        for key in keys:
            text, code = {"Enter": ("\r", 13)}.get(key, (key if len(key) == 1 else "", 0))
            for kind in ["keyDown", "keyUp"]:
                params = {"type": kind, "key": key, "windowsVirtualKeyCode": code}
                if kind == "keyDown":
                    params["text"] = text
                self.call("Input.dispatchKeyEvent", **params)

    def drag(self, selector, right, down):
        """Drags something by its middle, in pixels."""
        where = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.run(f"[{where}.x + {where}.width / 2, {where}.y + {where}.height / 2]")
        for kind, (to_x, to_y), pressed in [("mousePressed", (x, y), 1), ("mouseMoved", (x + right, y + down), 1), ("mouseReleased", (x + right, y + down), 0)]:
            self.call("Input.dispatchMouseEvent", type=kind, x=to_x, y=to_y, button="left", buttons=pressed, clickCount=1)

    def fill(self, selector, text):
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=text)

    def click(self, selector):
        """Presses something that leads to another page, and waits for that."""
        self.run("window.stays = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.until("!window.stays")

    def choose_files(self, selector, files):
        found = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self.call("DOM.setFileInputFiles", files=[*map(str, files)], objectId=found["result"]["objectId"])

    def cookie(self):
        return "; ".join(f"{one['name']}={one['value']}" for one in self.call("Network.getCookies")["cookies"])

    def log_in(self, address, name, password):
        self.open(f"{address}/login")
        self.fill("[name=name]", name)
        self.fill("[name=password]", password)
        self.press("Enter")
        self.until("location.pathname == '/queue'")

    def log_out(self):
        self.click("form[action='/logout'] button")

    def picture(self, out, whole=False):
        self.until("[...document.images].every(image => image.complete || image.loading == 'lazy')")
        time.sleep(0.3)
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        pathlib.Path(out).write_bytes(base64.b64decode(picture))

    def faults(self, axe):
        """What axe-core holds to be serious or critical on this page."""
        self.run(axe)
        found = self.run(
            "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).join(', ')))"
        )
        assert found is not None, "axe-core did not run"
        return found

    def overflow(self):
        """How many pixels the page is wider than its window."""
        return self.run("document.documentElement.scrollWidth - window.innerWidth")

    def stop(self):
        self.process.kill()
        self.process.wait()


def axe():
    """The source of axe-core, from npm, kept in the user's cache; nothing when there is neither."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "touchstone" / "axe"
    packed = cache / f"axe-core-{AXE}.tgz"
    if not packed.exists():
        cache.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "pack", "--silent", f"axe-core@{AXE}"], cwd=cache, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
    with tarfile.open(packed) as archive:
        return archive.extractfile("package/axe.min.js").read().decode()
