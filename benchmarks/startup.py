"""Seconds from the command to a JupyterLab that answers, with all packages installed: the first start, which makes the
workbook and draws the letters, the second, and beside them JupyterLab by itself.
"""

import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from benchmarks import figure

TOKEN = "token"
LONGEST = 300  # seconds


def free_port():
    """A port of this machine that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def seconds_until_it_answers(words, folder, variables, then=lambda server: None):
    """Seconds from the start of `python -m ...` until its server answers; it is ended then.

    words : what follows -m, without the port. folder : where it runs and writes its log.
    variables : environment variables to set.  then : is called with its process before it is ended.
    """
    port = free_port()
    command = [sys.executable, "-m", *words, "--no-browser", f"--port={port}"]
    began = time.perf_counter()
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "JUPYTER_TOKEN": TOKEN, **variables}
        )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/lab?token={TOKEN}", timeout=5).close()
                seconds = time.perf_counter() - began
                then(server)
                return seconds
            except OSError:
                if server.poll() is not None or time.perf_counter() - began > LONGEST:
                    raise RuntimeError(
                        f"{words[0]} did not start: {(folder / 'log.txt').read_text()[-2000:]}"
                    ) from None
                time.sleep(0.02)
    finally:
        server.terminate()
        server.wait(30)


def run(full=False, seed=0, trials=None):
    """The median of `trials` starts (1, with `full` 5) each: first, second, and JupyterLab alone in an empty folder."""
    first, second, alone = [], [], []
    own = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    for _ in range(trials or (5 if full else 1)):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "empty").mkdir()
            variables = {
                "PRIVLAB_WORKBOOK": str(folder / "workbook"),
                "PRIVLAB_CACHE": str(folder / "cache"),
                "PRIVLAB_DATA": "drawn",
            }
            for starts in (first, second):
                starts.append(seconds_until_it_answers(["privlab", "lab"], folder, variables))
            bare = {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "data")}
            alone.append(seconds_until_it_answers(["jupyterlab", *own], folder / "empty", bare))
    yield figure("startup_first_seconds", statistics.median(first), "s", 60)
    yield figure("startup_second_seconds", statistics.median(second), "s", statistics.median(alone))
    yield figure("startup_jupyterlab_seconds", statistics.median(alone), "s")
