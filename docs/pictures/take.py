"""Take the pictures of the guides: make the demonstration anew, serve it, and look at it with Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from werkpad.demo.city import PASSWORD

HERE = Path(__file__).parent
VIEW = {"width": 1200, "height": 800}
# Under which name, as whom, and where to; MATCH is the first vacancy's match.
PICTURES = (
    ("today", "coach", "/today"),
    ("caseload", "coach", "/caseload"),
    ("filters", "coach", "/caseload?field=driving_licence&f=language_level:is_not:a1"),
    ("match", "coach", "MATCH"),
    ("quality", "quality", "/quality"),
    ("team", "manager", "/team"),
    ("city", "process", "/city"),
    ("signals", "improve", "/signals"),
    ("voices", "process", "/signals/voices"),
)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium to take the pictures with.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "werkpad", "demo", "--folder", folder, "--port", str(port)]
        server = subprocess.Popen(command)  # noqa: S603 - ourselves
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(base)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, username, path in PICTURES:
                _take(browser, base, name, username, path)
            browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait_for(base: str) -> None:
    # On a busy machine a whole city takes its time.
    until = time.monotonic() + 400
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{base}/health/ready")  # noqa: S310 - our own server
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    sys.exit("The demonstration does not get ready.")


def _take(browser: Browser, base: str, name: str, username: str, path: str) -> None:
    with browser.new_context(locale="en-GB", viewport=VIEW) as context:  # type: ignore[arg-type]  # checked as the command's fields are
        page = context.new_page()
        page.goto(f"{base}/log-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main button")
        if path == "MATCH":
            page.goto(f"{base}/offers")
            page.get_by_role("link", name="Driver for parcel delivery").click()
            path = str(page.url).removeprefix(base).partition("?")[0] + "/match"
        page.goto(base + path)
        page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main()
