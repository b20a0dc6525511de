"""What the reader has done: one small JSON file on this machine, never sent anywhere."""

import json
import os
import pathlib
from typing import Any

from filelock import FileLock, Timeout

EMPTY = {"format": "privlab progress 1", "checks": {}, "quizzes": {}}
recording = True


def path() -> pathlib.Path:
    """The progress file: what `PRIVLAB_PROGRESS` names, else `workbook/progress.json` of this course."""
    named = os.environ.get("PRIVLAB_PROGRESS")
    return pathlib.Path(named) if named else pathlib.Path(__file__).resolve().parents[2] / "workbook" / "progress.json"


def load() -> dict[str, Any]:
    """The progress as a dict; a file that is not ours is set aside, told of, and an empty one begun."""
    file = path()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return json.loads(json.dumps(EMPTY))
    except UnicodeDecodeError:
        text = ""
    try:
        kept = json.loads(text)
        if kept["format"] == EMPTY["format"] and all(isinstance(kept[key], dict) for key in ("checks", "quizzes")):
            return kept
    except (ValueError, KeyError, TypeError):
        pass
    aside, number = file.with_name(file.name + ".aside"), 1
    while aside.exists():
        aside, number = file.with_name(f"{file.name}.aside{number}"), number + 1
    os.replace(file, aside)
    print(f"The progress file could not be read; it was kept as {aside.name} and a new one begun.")
    return json.loads(json.dumps(EMPTY))


def record(kind: str, id: str, value: str | bool) -> None:
    """Notes that a check or a quiz question came out as `value`. What was right once stays right.

    kind : "checks" or "quizzes".  id : str.  value : a mark ("✓") for checks, a bool for quizzes.
    Never raises over the file: a full or read-only disk costs the note, not the lesson, and is told of.
    """
    if not recording:
        return
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=5):
            done = load()
            if done[kind].get(id) in ("✓", True):
                return
            done[kind][id] = value
            new = file.with_name(f"{file.name}.{os.getpid()}.new")
            new.write_text(json.dumps(done, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(new, file)
    except (OSError, Timeout) as error:
        print(f"Your progress could not be noted ({error}); the lesson goes on without it.")
