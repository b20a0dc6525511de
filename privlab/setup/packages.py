"""Installs the locked packages into .venv. `course.py` runs this before there is any package: standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_INDEX = "https://download.pytorch.org/whl/cu130"
PATIENCE = ("--timeout", "10", "--retries", "2")  # an attempt gives up connecting after 10 s
MAY_LACK = ("openmined-psi", "tenseal")  # what some machines have no build of, whatever the markers say
NO_SPACE = ("no space left", "errno 28", "not enough space")
NO_NETWORK = ("retrying", "timed out", "connection", "no matching distribution")


def has_nvidia() -> bool:
    """Whether an NVIDIA GPU answers, a bool."""
    tool = shutil.which("nvidia-smi")
    if not tool:
        return False
    return b"GPU" in subprocess.run([tool, "-L"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def said_by(python: Path, *command: str) -> str | None:
    """None when `python -m command` succeeded, else what it wrote to standard error.

    python : path of the Python that runs it.  command : words.
    Its standard output goes to standard error, because `benchmarks --json` prints one list and nothing else.
    """
    environment = dict(os.environ, UV_HTTP_TIMEOUT="10", UV_HTTP_RETRIES="1", UV_NATIVE_TLS="1")
    done = subprocess.run(
        [str(python), "-m", *command],
        stdout=sys.stderr,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        close_fds=False,
        env=environment,
    )
    return None if done.returncode == 0 else f"{done.stderr}\n(exit {done.returncode})"


def pip(python: Path, *words: str) -> str | None:
    """As `said_by`, of pip install."""
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    return said_by(python, "pip", "install", *PATIENCE, "--disable-pip-version-check", *quiet, *words)


def pinned(name: str, locks: list[Path]) -> str:
    """The line `name==version` of the lock files, "" when they have none."""
    lines = [line for lock in locks for line in lock.read_text(encoding="utf-8").splitlines()]
    return next((line for line in lines if line.startswith(f"{name}==")), "")


def install_torch(python: Path, torch: str, lock: Path, nvidia: bool) -> str | None:
    """As `said_by`: torch alone, in the build for this machine, else in whatever build pip finds.

    torch : "torch==version".  lock : file with the versions of what torch needs.  nvidia : whether there is such a GPU.
    """
    own_build = not nvidia or os.name == "nt"  # PyPI's build for Linux is the one for CUDA, with all that it needs
    if own_build:
        index = CUDA_INDEX if nvidia else CPU_INDEX
        if pip(python, "--no-deps", "--retries", "0", "--index-url", index, torch) is None:
            return None
    return pip(python, "--constraint", str(lock), torch)


def uv_may(python: Path) -> bool:
    """Whether uv may be used, a bool: not where pip's settings, which it does not read, name an index or a proxy."""
    settings = subprocess.run([str(python), "-m", "pip", "config", "list"], stdout=subprocess.PIPE).stdout
    return not any(word in settings for word in (b".index-url", b"no-index", b"proxy"))


def install(python: Path, locks: list[Path], every_lock: list[Path], wheels: str | None, nvidia: bool) -> str | None:
    """None when the packages of `locks` are installed, else what pip said.

    python : path of .venv's Python.  locks, every_lock : lock files to install, lock files to look for torch and uv in.
    wheels : folder to take the packages from, or None.  nvidia : whether there is an NVIDIA GPU.
    uv does it where it can be had (27 s instead of 76 on two cores); pip always can.
    """
    if wheels:
        return install_but_for(python, locks, "--no-index", "--find-links", wheels)
    torch, uv = pinned("torch", every_lock), pinned("uv", every_lock)
    failed = install_torch(python, torch, every_lock[0], nvidia) if torch else None
    if failed:
        return failed
    if uv and uv_may(python) and pip(python, uv) is None:
        print("Installing the packages ...", file=sys.stderr)
        quick = ("uv", "pip", "install", "--python", str(python), "--no-deps", "--compile-bytecode")
        if said_by(python, *quick, *listed(locks)) is None:
            return None
    return install_but_for(python, locks)


def listed(files: list[Path]) -> list[str]:
    """The words that have pip or uv install what requirement files list."""
    return [word for file in files for word in ("--requirement", str(file))]


def install_but_for(python: Path, locks: list[Path], *words: str) -> str | None:
    """As `said_by`: pip installs `locks`, but for packages of `MAY_LACK` that have no build for this machine."""
    failed = pip(python, "--no-deps", *words, *listed(locks))
    lacking = [name for name in MAY_LACK if failed and f"no matching distribution found for {name}=" in failed.lower()]
    if not lacking:
        return failed
    print(f"{lacking[0]} has no build for this machine: its lessons will say so, all others work.", file=sys.stderr)
    lines = "".join(lock.read_text(encoding="utf-8") for lock in locks).splitlines()
    with tempfile.TemporaryDirectory() as folder:
        rest = Path(folder, "requirements.lock")
        rest.write_text("\n".join(line for line in lines if not line.startswith(f"{lacking[0]}==")), encoding="utf-8")
        return install_but_for(python, [rest], *words)


def reason(said: str, wheels: str | None, gigabytes: float, again: str) -> str:
    """One sentence that says why the packages could not be installed and what to do.

    said : what pip said.  wheels : the folder they should come from, or None.
    gigabytes : what the course needs on the disk.  again : how to go on, the end of the sentence.
    """
    low = said.lower()
    if any(words in low for words in NO_SPACE):
        return f"The disk is full: free about {gigabytes} GB, {again}"
    if wheels and "no matching distribution" in low:
        lacking = said[low.rindex("no matching distribution") :].splitlines()[0]
        return f"The folder {wheels} lacks a package ({lacking}): add it, {again}"
    if any(words in low for words in NO_NETWORK):
        return f"The packages could not be downloaded: check the network, or use --wheels FOLDER, {again}"
    return f"The packages could not be installed; mend what pip says here, {again}\n{said.strip()}"
