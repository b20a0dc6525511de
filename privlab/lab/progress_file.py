"""What the reader has done: one small JSON file on this machine, never sent anywhere."""

import json
import os
import pathlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from privlab import settings

FORMAT = "privlab progress 1"
# What came out, as it stands: marks of checks, whether questions are answered. What was done, with its dates: tries,
# answers, hints taken, solutions seen, guesses.
PARTS = ("checks", "quizzes", "tries", "answers", "hints", "solutions", "guesses")
recording = True


def path() -> pathlib.Path:
    """The progress file: what `PRIVLAB_PROGRESS` names, else `.progress.json` in the workbook."""
    return settings.folder_setting("PRIVLAB_PROGRESS") or settings.workbook() / settings.PROGRESS


def empty() -> dict[str, Any]:
    """The progress of somebody who has just begun."""
    return {"format": FORMAT, **{part: {} for part in PARTS}}


def load() -> dict[str, Any]:
    """The progress as a dict; a file that is not ours is set aside, told of, and an empty one begun."""
    file = path()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return empty()
    except UnicodeDecodeError:
        text = ""
    try:
        read = json.loads(text)
        kept = {**empty(), **read}
        if read["format"] == FORMAT and all(isinstance(kept[part], dict) for part in PARTS):
            return kept
    except (ValueError, KeyError, TypeError):
        pass
    aside, number = file.with_name(file.name + ".aside"), 1
    while aside.exists():
        aside, number = file.with_name(f"{file.name}.aside{number}"), number + 1
    os.replace(file, aside)
    print(f"The progress file could not be read; it was kept as {aside.name} and a new one begun.")
    return empty()


def record(kind: str, id: str, value: str | bool) -> None:
    """Notes that a check or a quiz question came out as `value`, and when. What was right once stays right.

    kind : "checks" or "quizzes".  id : str.  value : a mark ("✓") for checks, a bool for quizzes.
    An answer that was not tried (○) is no try.
    """

    def note(done):
        if value == "○":
            return False
        before = done[kind].get(id)
        if before not in ("✓", True):
            done[kind][id] = value
        tries = done["tries" if kind == "checks" else "answers"].setdefault(id, [])
        if tries and tries[-1][1] in ("✓", True) and value == tries[-1][1]:
            return False  # run again
        tries.append([now(), value])
        return True

    _change(note)


def record_help(kind: str, id: str, value: int = 1) -> None:
    """Notes that a hint was taken or a solution seen, and when. kind : "hints" or "solutions".  value : which hint."""

    def note(done):
        taken = done[kind].setdefault(id, [])
        if any(number == value for _, number in taken):
            return False
        taken.append([now(), value])
        return True

    _change(note)


def record_guess(id: str, **entries: Any) -> None:
    """Adds entries to what is noted of a guess: `guess`, its `date`, the `outcome`, whether it was `near`."""

    def note(done):
        before = done["guesses"].get(id, {})
        done["guesses"][id] = {**before, **entries}
        return done["guesses"][id] != before

    _change(note)


def now() -> str:
    """The date and time, to the second, as ISO 8601 writes it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _change(note: Callable[[dict[str, Any]], bool]) -> None:
    """Has `note` change the progress, and keeps it when `note` says that it did.

    Never raises over the file: a full or read-only disk costs the note, not the lesson, and is told of.
    """
    if not recording:
        return
    from filelock import FileLock, Timeout  # the Python of a web page has none, and no file to lock

    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(_lock(file), timeout=5):
            _move_old(file)
            done = load()
            if not note(done):
                return
            new = file.with_name(f"{file.name}.{os.getpid()}.new")
            new.write_text(json.dumps(done, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(new, file)
    except (OSError, Timeout) as error:
        print(f"Your progress could not be noted ({error}); the lesson goes on without it.")


def _lock(file):
    """The lock's file, out of sight where the progress file is."""
    return file.with_name(f".{file.name.lstrip('.')}.lock")


def _move_old(file):
    """A progress file that an earlier version of the course kept in sight goes on in its new place."""
    old = file.with_name("progress.json")
    if file.name == settings.PROGRESS and old.exists() and not file.exists():
        os.replace(old, file)
        file.with_name("progress.json.lock").unlink(missing_ok=True)
