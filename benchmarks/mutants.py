"""Faults that a careless maintainer would make, planted one at a time: whether the tests that could see them do.

The faults are data: tests/faults/ROOM.toml, each with its file, the text that stands there, the text that takes its
place, and the tests that could see it beside those that mirror the file.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections import deque
from typing import NamedTuple

from benchmarks import figure
from privlab.data.types import DataError

ROOT = pathlib.Path(__file__).resolve().parents[1]
FAULTS = ROOT / "tests" / "faults"
COPIED = ("privlab", "tests", "benchmarks", "tools", "lessons", "conftest.py", "pyproject.toml", "course.py")
LINKED = ("notebooks", "docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".git")  # which no test changes
LANES = 2  # copies, and faults that are tried at a time
MINUTES = 20.0  # for all of them: what is left then is not tried, and named
SECONDS = 240.0  # for the tests of one fault: an endless loop counts as caught
FAILED, INTERRUPTED = 1, 2  # pytest's statuses when a test failed, and when a module could not be imported


class Fault(NamedTuple):
    """One fault. `tests` are files or single tests, which could see it; `file` is seen from the root."""

    room: str
    says: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self):
        return f"{self.file}: {self.says}"


def faults(room=None):
    """The faults of all rooms, or of one. Raises DataError for a room that has none."""
    files = {file.stem: file for file in sorted(FAULTS.glob("*.toml"))}
    if room is not None and room not in files:
        raise DataError(f"there are faults of {', '.join(files)}, and none of {room!r}")
    found = []
    for name in files if room is None else [room]:
        for each in tomllib.loads(files[name].read_text(encoding="utf-8"))["fault"]:
            file = f"privlab/{each['file']}"
            mirror = pathlib.Path("tests", each["file"])
            own = [str(mirror.with_name(f"test_{mirror.name}"))]
            tests = [*(own if (ROOT / own[0]).exists() else []), *each.get("tests", [])]
            found.append(Fault(name, each["says"], file, each["old"], each["new"], tuple(tests)))
    return found


def copied(folder):
    """Copies of what tests read and run, in the folder."""
    for name in COPIED:
        there = ROOT / name
        if there.is_dir():
            shutil.copytree(there, folder / name, ignore=shutil.ignore_patterns("*.partial"))
        else:
            shutil.copy2(there, folder / name)
    for name in LINKED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)


class Verdict(NamedTuple):
    """What became of a fault: whether it was caught, None where nobody knows; what the tests said last."""

    fault: Fault
    caught: bool | None
    said: str


def tried(chosen, *, lanes=LANES, minutes=MINUTES, control=True):
    """A `Verdict` on each fault, in the order of the faults; those that there was no time for are left out.

    control : whether all their tests are run without a fault first, which must pass.
    Raises RuntimeError when tests fail without a fault, or cannot be run.
    """
    until = time.monotonic() + 60 * minutes
    tests = sorted({test for fault in chosen for test in fault.tests})
    controls = [[None, tests[lane::lanes]] for lane in range(lanes)] if control else []
    waiting, verdicts, troubles = deque([*controls, *([fault, fault.tests] for fault in chosen)]), {}, []

    def lane():
        with tempfile.TemporaryDirectory(prefix="privlab-faults-") as name:
            folder = pathlib.Path(name).resolve()
            copied(folder)
            program = ROOT / "benchmarks" / "experiments" / "planting.py"
            words = [sys.executable, "-P", str(program), str(folder)]
            process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            try:
                while waiting and not troubles and time.monotonic() < until:
                    try:
                        fault, tests = waiting.popleft()
                    except IndexError:
                        break
                    if tests:
                        answer(process, fault, tests)
            finally:
                process.stdin.close()
                process.wait()

    def answer(process, fault, tests):
        file, old, new = (fault.file, fault.old, fault.new) if fault else ("", "", "")
        seconds = SECONDS if fault else 60 * minutes
        wish = {"file": file, "old": old, "new": new, "tests": list(tests), "seconds": seconds}
        process.stdin.write(json.dumps(wish) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        status, said = json.loads(line) if line else (None, "the program that plants faults ended")
        if fault is None and status != 0:
            troubles.append(f"without a fault the tests do not pass: {said}")
        elif status in (0, FAILED, INTERRUPTED, "late"):
            if fault:
                verdicts[fault] = Verdict(fault, status != 0, said)
                print(f"{'caught  ' if status != 0 else 'SURVIVED'}  {fault}", file=sys.stderr, flush=True)
        elif isinstance(status, int) and status < 0:  # the tests' process was killed by what the fault did
            verdicts[fault] = Verdict(fault, True, said)
        else:
            troubles.append(f"the tests of {fault} cannot be run (status {status}): {said}")

    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise RuntimeError(troubles[0])
    return [verdicts[fault] for fault in chosen if fault in verdicts]


def run(full=False, seed=0, trials=None, only=None, minutes=MINUTES):
    """How many faults are caught; survivors, and what there was no time for, are named.

    only : a room. minutes : for all of them. full, seed, trials : unused, every fault is planted once.
    """
    chosen = faults(only)
    began = time.monotonic()
    verdicts = tried(chosen, minutes=minutes)
    survivors = [str(verdict.fault) for verdict in verdicts if not verdict.caught]
    done = {verdict.fault for verdict in verdicts}
    left = [str(fault) for fault in chosen if fault not in done]
    for said, names in (("survived", survivors), ("not tried, for lack of time", left)):
        for name in names:
            print(f"{said}: {name}", file=sys.stderr)
    yield figure("mutants_tried", len(verdicts), "faults")
    yield figure("mutants_caught", len(verdicts) - len(survivors), "faults")
    yield figure("mutants_caught_rate", (len(verdicts) - len(survivors)) / max(1, len(verdicts)), "rate")
    yield figure("mutants_survived", len(survivors), "faults") | {"names": survivors}
    yield figure("mutants_not_tried", len(left), "faults") | {"names": left}
    yield figure("mutants_seconds", time.monotonic() - began, "s")
