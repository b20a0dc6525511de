"""`test`: the whole suite, on one process more than there are cores, each with one thread.

Real letters are read in a run of their own, so that no test sees what another run set.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from privlab.lab.lessons import LESSONS
from privlab.settings import PACKAGE, checkout, folder_setting
from privlab.setup import browser
from privlab.setup.errors import SetupError

ROOT = PACKAGE.parent
FILE = "emnist_letters.npz"
NOTHING_COLLECTED = 5
MOST_WORKERS = 4  # each takes up to 1.5 GB


def repository() -> Path:
    """The folder of the checkout that this package lies in. Raises SetupError where it was installed by itself."""
    root = checkout()
    if root is None:
        raise SetupError(
            "Tests and benchmarks come with the course's repository, and this is the package alone: clone it."
        )
    return root


def real_letters() -> Path | None:
    """The folder of real letters to test with, or None: `PRIVLAB_TEST_DATA`, else `../shared/data`."""
    folder = folder_setting("PRIVLAB_TEST_DATA") or ROOT.parent / "shared" / "data"
    return folder.resolve() if (folder / FILE).is_file() else None


def parts(words: list[str], letters: Path | None) -> list[tuple[str, list[str], dict[str, str]]]:
    """The runs of pytest that make up the suite, each (title, words for pytest, environment variables to set).

    words : further words for pytest; when one of them names a file or folder, that alone is run.
    letters : folder of real letters, or None.
    """
    if any((ROOT / word.split("::")[0]).exists() for word in words if not word.startswith("-")):
        notebooks = ["--nbval"] if any(".ipynb" in word or "notebooks" in word for word in words) else []
        return [("what was named", notebooks + words, {})]
    # one more than there are cores: a browser, an engine or a kernel is waited for a quarter of the time
    workers = ["-n", str(min((os.cpu_count() or 1) + 1, MOST_WORKERS))]
    runs: list[tuple[str, list[str], dict[str, str]]] = [
        ("all tests, and every output of every notebook", ["--nbval", *workers, "tests", "notebooks", *words], {})
    ]
    # the learners' notebooks alone: where nothing is answered `use` takes the solutions that the solved twins hold
    reading = [f"notebooks/{lesson.name}.ipynb" for lesson in LESSONS if lesson.letters]
    if letters and reading:
        runs.append(
            (
                "the lessons that read letters, on real ones",
                ["--nbval-lax", *workers, *reading, *words],
                {"PRIVLAB_DATA": str(letters)},
            )
        )
    return runs


def main(words: list[str]) -> int:
    """The exit status: 0 when every part passed, else that of the worst.

    words : further words for pytest.
    Raises SetupError where there is no nbval, or no repository.
    """
    repository()
    if importlib.util.find_spec("nbval") is None:
        raise SetupError(
            "This Python lacks what the tests need: run `python3 course.py test`, which installs it, or "
            "`pip install --requirement requirements-test.lock`."
        )
    browser.ensure()
    letters = real_letters()
    statuses = [_status(part) for part in parts(words, letters)]
    if not letters:
        print("Not run: the lessons on real letters, because there is no folder of them (PRIVLAB_TEST_DATA names one).")
    return max((status for status in statuses if status != NOTHING_COLLECTED), default=NOTHING_COLLECTED)


def _status(part):
    """The exit status of one run of pytest, whose processes have one thread each."""
    title, words, variables = part
    print(f"\n== {title} ==", flush=True)
    command = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1", "PRIVLAB_LANGUAGE": "", **variables}
    ).returncode
