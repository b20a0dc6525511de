"""The browser that the tests drive: one that is there, else Playwright's own, else Debian's."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
DRIVER_NEEDS = "libatomic1"
MISSING = {  # what to do, where Playwright's own program starts and where it does not
    True: "install Chromium, Chrome or Edge, or run `playwright install chromium`",
    False: f"Playwright does not start; install what it lacks (on Debian and Ubuntu: `apt install {DRIVER_NEEDS}`)",
}
WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)


def candidates() -> Iterator[str]:
    """Paths where a Chromium, Chrome or Edge may lie, in the order in which they are tried: Playwright's comes last."""
    yield from filter(None, map(shutil.which, NAMES))
    if sys.platform == "darwin":
        yield from (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC)
    if os.name == "nt":
        folders = filter(None, map(os.environ.get, ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")))
        yield from (str(Path(folder, name)) for folder in folders for name in WINDOWS)
    with contextlib.suppress(Exception):  # not installed, or its own program does not start: see `drives`
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            yield playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether the browser at `path` is there and starts: a download may lack libraries of the system."""
    if not os.path.isfile(path):
        return False
    if os.name == "nt":
        return True  # there, --version opens a window
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def drives() -> bool:
    """Whether Playwright's own program starts, a bool: on a bare Debian 13 it lacks a library of the system."""
    command = [sys.executable, "-m", "playwright", "--version"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    return False


def find() -> str | None:
    """Path of a browser that starts and that Playwright can drive, or None."""
    return next(filter(starts, candidates()), None) if drives() else None


def tries() -> Iterator[list[str]]:
    """The commands that may bring here what is missing, as lists of words."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    patience = ["-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10", "-o", "Acquire::Retries=0"]
    install = ["apt-get", *patience, "install", "-y", "--no-install-recommends"]
    if root and not drives():
        yield ["apt-get", *patience, "update"]
        yield [*install, DRIVER_NEEDS]
    if drives():
        yield [sys.executable, "-m", "playwright", "install", "chromium"]
        if root:
            yield ["apt-get", *patience, "update"]
            yield [*install, "chromium"]


def ensure() -> str | None:
    """Path of a browser, installed now when there is none; None, and one line that says so, when it cannot be."""
    path = find()
    environment = dict(os.environ, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="10000", DEBIAN_FRONTEND="noninteractive")
    for command in () if path else tries():
        print(f"No browser yet: {' '.join(command[-3:])} ...", file=sys.stderr)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
            path = find()
        if path:
            return path
    if not path:
        print(f"The browser tests are left out: {MISSING[drives()]}.", file=sys.stderr)
    return path
