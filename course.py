#!/usr/bin/env python3
"""The course in one command, on Python 3.11, 3.12, 3.13 or 3.14:

python3 course.py                   opens the course in JupyterLab (--no-browser and --port N as in Jupyter)
python3 course.py test              runs the whole suite; further words go to pytest
python3 course.py doctor            says what this machine has and which lessons can run here
python3 course.py data [PATH]       fetches the letters, or takes them from a file or folder, and reports
python3 course.py benchmarks NAME   measures figures of the course
python3 course.py reset LESSON      restores one lesson and keeps the old copy
python3 course.py grade FOLDER      marks handed-in notebooks, a class in one table
python3 course.py site              builds the website into build/site; --pdf and --epub make a book beside it
python3 course.py slides LESSON     writes slides of a lesson into build/slides (--pdf: a handout too)

Each first makes or repairs .venv in this folder, which is the course's own. `--wheels FOLDER` takes the packages from a
folder instead of the network. Standard library only, and no syntax that an older Python could not read.
"""

import contextlib
import hashlib
import importlib.util
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import time

ROOT = pathlib.Path(__file__).resolve().parent
ENV = ROOT / ".venv"
STAMP = ENV / "course.stamp"  # written last: without it .venv is half made
WINDOWS = os.name == "nt"
PYTHON = ENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
COMMANDS = ("lab", "test", "doctor", "data", "benchmarks", "reset", "grade", "site", "slides")
LOCKS = [ROOT / "requirements{}.lock".format(which) for which in ("", "-test", "-site")]
LONGEST_ROOT = 60  # characters: the longest path in .venv has 195, Windows allows 259
GIGABYTES = {"cpu": (0.5, 2), "cuda": (3.5, 8)}  # to download, and on the disk
AGAIN = "then type the same command again."
# Settings of the user that lead Python to packages of others, or pip to another folder; what is asked here is for .venv
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
OURS = {"PIP_USER": "0", "PIP_REQUIRE_HASHES": "0", "PIP_DRY_RUN": "0"}
NEWEST = ("3.13", "3.12", "3.14", "3.11")


def obstacle():
    """One sentence that says why the course cannot be set up here and what to do, or None."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        return "The course needs Python 3.11, 3.12, 3.13 or 3.14, and this is {}.{}: {}.".format(
            *sys.version_info[:2], other_python()
        )
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        return (
            "PyTorch 2.13 is not made for Intel Macs: open the course on Binder (see README.md), or, on Apple "
            "silicon, start course.py with a Python for arm64."
        )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        return "This Python lacks its venv module: install it (Debian, Ubuntu: `apt install python3-venv`), " + AGAIN
    if os.pathsep in str(ROOT):
        return "No Python can work in {}, whose path has a {!r}: rename the folder, {}".format(ROOT, os.pathsep, AGAIN)
    if WINDOWS and len(str(ROOT)) > LONGEST_ROOT:
        return "{} is too long a path for Windows: move the course to one of at most {} characters, {}".format(
            ROOT, LONGEST_ROOT, AGAIN
        )
    return None


def other_python():
    """What to do where this Python is too old or too new."""
    for version in NEWEST:
        if shutil.which("python" + version):
            return "type `python{} course.py`, which is here".format(version)
    if shutil.which("uv"):
        return "type `uv run --no-project --python 3.13 course.py`, which fetches one"
    return (
        "install one from python.org and type `python3.13 course.py` (on Windows `py -3.13 course.py`), or let uv "
        "fetch one: `pip install uv`, then `uv run --no-project --python 3.13 course.py`"
    )


def marks(locks):
    """What the stamp must hold: this Python and platform, then a hash of each lock."""
    hashes = [hashlib.sha256(lock.read_text(encoding="utf-8").encode()).hexdigest() for lock in locks]
    return ["{}.{} {}".format(*sys.version_info[:2], sysconfig.get_platform())] + hashes


def stamped():
    """The lines of the stamp; none when .venv is missing or half made."""
    return STAMP.read_text(encoding="utf-8").splitlines() if STAMP.is_file() and PYTHON.exists() else []


@contextlib.contextmanager
def alone():
    """Context in which no other course.py changes .venv: a second one waits for the first."""
    with open(str(ROOT / ".course.lock"), "w") as file:
        if WINDOWS:
            from msvcrt import LK_NBLCK, locking
        else:
            from fcntl import LOCK_EX, LOCK_NB, flock

            os.set_inheritable(file.fileno(), True)  # if course.py is killed, its pip holds the lock to the end
        waited = False
        while True:
            try:
                locking(file.fileno(), LK_NBLCK, 1) if WINDOWS else flock(file, LOCK_EX | LOCK_NB)
                break
            except (BlockingIOError, PermissionError):
                if not waited:
                    print("Another course.py is setting up this folder: waiting for it.", file=sys.stderr)
                waited = True
                time.sleep(0.5)
            except OSError:  # a file system without locks
                break
        yield


def set_up(locks, wheels):
    """Makes .venv, or brings it up to date, so that it holds `locks` and finds privlab."""
    from privlab.setup import packages

    nvidia = not wheels and packages.has_nvidia()
    download, disk = GIGABYTES["cuda" if nvidia else "cpu"]
    before, wanted = stamped(), marks(locks)
    if before[:1] != wanted[:1]:
        print(
            "Setting up the course in {}, once: {} to download, {} GB on the disk, some minutes.".format(
                ENV, "nothing" if wheels else "about {} GB".format(download), disk
            ),
            file=sys.stderr,
        )
        if shutil.disk_usage(str(ROOT)).free < disk * 1e9:
            sys.exit("The course needs {} GB on this disk: free some space, {}".format(disk, AGAIN))
        if ENV.exists():
            shutil.rmtree(str(ENV))
        subprocess.run([sys.executable, "-m", "venv", str(ENV)], check=True, close_fds=False)
        before = []
    else:
        print("Bringing the packages of the course up to date.", file=sys.stderr)
        STAMP.unlink()
    failed = packages.install(PYTHON, locks, LOCKS, wheels, nvidia)
    if failed:
        if before:  # pip changes nothing before it has all packages
            STAMP.write_text("\n".join(before), encoding="utf-8")
        sys.exit(packages.reason(failed, wheels, disk, AGAIN))
    site = sysconfig.get_path("purelib", "venv", {"base": str(ENV)})
    pathlib.Path(site, "privlab.pth").write_text(os.path.relpath(str(ROOT), site), encoding="ascii")
    STAMP.write_text("\n".join(mark for mark in marks(LOCKS) if mark in before + wanted), encoding="utf-8")


def hand_over(words):
    """Becomes `python -m privlab` in .venv; on Windows, where no program can become another, waits for it."""
    command = [str(PYTHON), "-P", "-m", "privlab"] + words
    os.environ["PYTHONUTF8"] = "1"
    try:
        if not WINDOWS:
            os.execv(command[0], command)
        child = subprocess.Popen(command)
    except OSError as error:
        sys.exit(
            "{} cannot be started ({}): move the course to a disk that programs may be started from, {}".format(
                PYTHON, error.strerror, AGAIN
            )
        )
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:  # the child has it too, and JupyterLab asks what to do
            pass


def main(words):
    if words[:1] in (["-h"], ["--help"]):
        sys.exit(print(__doc__))
    wheels = None
    if "--wheels" in words:
        at = words.index("--wheels")
        wheels, words = os.path.abspath("".join(words[at + 1 : at + 2]) or "?"), words[:at] + words[at + 2 :]
        if not os.path.isdir(wheels):
            sys.exit("There is no folder {}: name the one that holds the packages after --wheels.".format(wheels))
        os.environ["PRIVLAB_WHEELS"] = wheels  # letters may lie there too
    if not words or words[0].startswith("-"):
        words = ["lab"] + words
    if words[0] not in COMMANDS:
        sys.exit("There is no command {!r}: the commands are {}.".format(words[0], ", ".join(COMMANDS)))
    locks = {"test": LOCKS, "benchmarks": LOCKS, "site": LOCKS[::2], "slides": LOCKS[::2]}.get(words[0], LOCKS[:1])
    if obstacle():
        sys.exit(obstacle())
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(OURS)
    try:
        if not set(marks(locks)) <= set(stamped()):
            with alone():
                if not set(marks(locks)) <= set(stamped()):  # another course.py may have done it meanwhile
                    set_up(locks, wheels)
    except KeyboardInterrupt:
        sys.exit("Stopped: the next course.py repairs what is half made.")
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            "The course could not be set up in {} ({}): close JupyterLab, free some space or move the course to a "
            "folder you can write, {}".format(ROOT, error, AGAIN)
        )
    hand_over(words)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a pipe on Windows may lack the letters of the path
    main(sys.argv[1:])
