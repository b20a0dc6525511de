"""`test`: the whole suite, each part in a process of its own, so that none sees what another set."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from privlab.lab.lessons import LESSONS
from privlab.setup import browser
from privlab.setup.errors import SetupError
from privlab.setup.workbook import ROOT

FILE = "emnist_letters.npz"
NOTHING_COLLECTED = 5


def real_letters():
    """The folder of real letters to test with, or None: `PRIVLAB_TEST_DATA`, else `../shared/data`."""
    folder = Path(os.environ.get("PRIVLAB_TEST_DATA") or ROOT.parent / "shared" / "data")
    return folder.resolve() if (folder / FILE).is_file() else None


def parts(words, letters):
    """The runs of pytest that make up the suite, each (title, words for pytest, environment variables to set).

    words : further words for pytest; when one of them names a file or folder, that alone is run.
    letters : folder of real letters, or None.
    """
    if any((ROOT / word.split("::")[0]).exists() for word in words if not word.startswith("-")):
        notebooks = ["--nbval"] if any(".ipynb" in word or "notebooks" in word for word in words) else []
        return [("what was named", notebooks + words, {})]
    found = [("unit, property and browser tests", ["tests", *words], {}),
             ("every output of every notebook", ["--nbval", "notebooks", *words], {})]
    names = [lesson.name for lesson in LESSONS if lesson.letters]
    reading = [f"notebooks/{folder}{name}.ipynb" for folder in ("", "solved/") for name in names]
    if letters and reading:
        found.append(("the lessons that read letters, on real ones", ["--nbval-lax", *reading, *words],
                      {"PRIVLAB_DATA": str(letters)}))
    return found


def main(words):
    """The exit status: 0 when every part passed, else that of the worst.

    words : further words for pytest.
    Raises SetupError where there is no nbval.
    """
    if importlib.util.find_spec("nbval") is None:
        raise SetupError("This Python lacks what the tests need: run `python3 course.py test`, which installs it, or "
                         "`pip install --requirement requirements-test.lock`.")
    browser.ensure()
    letters = real_letters()
    worst, seen = 0, False
    for title, pytest, variables in parts(words, letters):
        print(f"\n== {title} ==", flush=True)
        command = [sys.executable, "-m", "pytest", *pytest]
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}).returncode
        seen = seen or status != NOTHING_COLLECTED
        worst = max(worst, 0 if status == NOTHING_COLLECTED else status)
    if not letters:
        print("Not run: the lessons on real letters, because there is no folder of them (PRIVLAB_TEST_DATA names one).")
    return worst if seen else NOTHING_COLLECTED
