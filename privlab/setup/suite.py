"""`test`: the whole suite, each part in a process of its own, so that none sees what another set.

The notebooks run one after another beside the other tests, each on one thread: two cores are at work, and no more asked
for.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from privlab.lab.lessons import LESSONS
from privlab.setup import browser
from privlab.setup.errors import SetupError
from privlab.setup.workbook import ROOT

FILE = "emnist_letters.npz"
NOTHING_COLLECTED = 5


def real_letters() -> Path | None:
    """The folder of real letters to test with, or None: `PRIVLAB_TEST_DATA`, else `../shared/data`."""
    folder = Path(os.environ.get("PRIVLAB_TEST_DATA") or ROOT.parent / "shared" / "data")
    return folder.resolve() if (folder / FILE).is_file() else None


def parts(words: list[str], letters: Path | None) -> list[tuple[str, list[str], dict[str, str]]]:
    """The runs of pytest that make up the suite, each (title, words for pytest, environment variables to set).

    words : further words for pytest; when one of them names a file or folder, that alone is run.
    letters : folder of real letters, or None.
    """
    if any((ROOT / word.split("::")[0]).exists() for word in words if not word.startswith("-")):
        notebooks = ["--nbval"] if any(".ipynb" in word or "notebooks" in word for word in words) else []
        return [("what was named", notebooks + words, {})]
    found: list[tuple[str, list[str], dict[str, str]]] = [
        ("unit, property and browser tests", ["tests", *words], {}),
        ("every output of every notebook", ["--nbval", "notebooks", *words], {}),
    ]
    # the learners' notebooks alone: where nothing is answered `use` takes the solutions that the solved twins hold
    reading = [f"notebooks/{lesson.name}.ipynb" for lesson in LESSONS if lesson.letters]
    if letters and reading:
        found.append(
            (
                "the lessons that read letters, on real ones",
                ["--nbval-lax", *reading, *words],
                {"PRIVLAB_DATA": str(letters)},
            )
        )
    return found


def main(words: list[str]) -> int:
    """The exit status: 0 when every part passed, else that of the worst.

    words : further words for pytest.
    Raises SetupError where there is no nbval.
    """
    if importlib.util.find_spec("nbval") is None:
        raise SetupError(
            "This Python lacks what the tests need: run `python3 course.py test`, which installs it, or "
            "`pip install --requirement requirements-test.lock`."
        )
    browser.ensure()
    letters = real_letters()
    first, *others = parts(words, letters)
    with tempfile.TemporaryFile() as said, _started(first, said if others else None) as beside:
        try:
            statuses = [_status(part) for part in others] + [beside.wait()]
        except KeyboardInterrupt:
            beside.terminate()
            raise
        if others:
            print(f"\n== {first[0]} ==", flush=True)
            said.seek(0)
            print(said.read().decode(errors="replace"), flush=True)
    if not letters:
        print("Not run: the lessons on real letters, because there is no folder of them (PRIVLAB_TEST_DATA names one).")
    ran = [status for status in statuses if status != NOTHING_COLLECTED]
    return max(ran, default=NOTHING_COLLECTED)


def _started(part, output=None):
    """The process of a part of the suite; what it says goes to `output`, or to the reader."""
    _, words, variables = part
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        stdout=output,
        stderr=output,
        env={**os.environ, "OMP_NUM_THREADS": "1", **variables},
    )


def _status(part):
    print(f"\n== {part[0]} ==", flush=True)
    with _started(part) as process:
        return process.wait()
