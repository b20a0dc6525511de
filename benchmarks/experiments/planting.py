"""A program that plants faults in a copy of the course, one after another, and says of each what the tests say.

`planting.py FOLDER` reads a wish as JSON on each line of its standard input: "file", "old", "new", "tests", "seconds".
On its standard output it answers each with [status, the last words]. Statuses are pytest's, and "late".
It imports what takes long before it forks for a fault; nothing of the course, which comes from the copy each time.
"""

import contextlib
import importlib
import json
import os
import pathlib
import signal
import sys
import time

LIBRARIES = (
    "pytest numpy scipy.special scipy.stats hypothesis nbformat torch cryptography.x509 IPython ipywidgets".split()
)
WORDS = 300  # characters of what pytest said that are passed on


def planted(folder: pathlib.Path, wish: dict) -> list:
    """Whether the tests of a wish pass when its fault stands in the copy: [status, what pytest said last]."""
    path = folder / wish["file"] if wish["file"] else None
    whole = path and path.read_text(encoding="utf-8")
    before = path and path.stat()
    try:
        if path:
            assert whole.count(wish["old"]) == 1, f"{wish['file']} has not just one {wish['old']!r}"
            path.write_text(whole.replace(wish["old"], wish["new"]), encoding="utf-8")
        return tested(folder, wish["tests"], wish["seconds"])
    finally:
        if path:
            path.write_text(whole, encoding="utf-8")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # so that what was compiled of it holds again


def tested(folder: pathlib.Path, tests: list, seconds: float) -> list:
    """[status, what pytest said last] of tests in a copy of this process."""
    said = folder / "said.txt"
    child = os.fork()
    if child == 0:
        os.setsid()
        with open(said, "wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        status = 3
        try:
            os.chdir(folder)
            sys.path.insert(0, str(folder))
            import pytest

            status = int(pytest.main(["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", *tests]))
        finally:
            sys.stdout.flush()
            os._exit(status)
    until = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return ["late", f"still at work after {seconds:.0f} seconds"]
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what the tests left behind
    return [os.waitstatus_to_exitcode(status), said.read_text(encoding="utf-8", errors="replace")[-WORDS:]]


def main(folder: pathlib.Path) -> None:
    """Answers wishes until there are no more."""
    os.environ.update(PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1", PYTHONPATH=str(folder))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # half of the time of a small test
    sys.dont_write_bytecode = True
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    for line in sys.stdin:
        print(json.dumps(planted(folder, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
