"""The course as a book, from the same notebooks as the website: a PDF set by typst, an ePub made by pandoc."""

import importlib.util
import shutil
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from privlab.lab.lessons import Lesson
from privlab.setup.errors import SetupError
from privlab.setup.site import manuscript
from privlab.setup.suite import repository

KINDS = ("pdf", "epub")
MARKDOWN = (
    "commonmark+attributes+autolink_bare_uris+definition_lists+fancy_lists+fenced_divs+pipe_tables+raw_attribute"
    "+tex_math_dollars"
)
STANDARD = "ua-1"  # PDF/UA: typst refuses a picture or a formula without an alternative, and a sign without a glyph


def build(lessons: Sequence[Lesson], folder: Path, kinds: Collection[str] = KINDS) -> list[Path]:
    """The books of these lessons, `privlab.pdf` and `privlab.epub` in the folder, as far as `kinds` names them.

    Raises SetupError where a package is missing, a picture has no text alternative, or pandoc or typst has a warning.
    """
    missing = [name for name in ("pypandoc", "typst") if not importlib.util.find_spec(name)]
    if missing:
        raise SetupError(
            f"This Python lacks {' and '.join(missing)}: run `python3 course.py site --pdf --epub`, which installs "
            "what it needs, or `pip install --requirement requirements-site.lock`."
        )
    source = folder / "book-source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    (source / "book.md").write_text(manuscript.manuscript(lessons, source), encoding="utf-8")
    made = []
    for kind in kinds:
        book = folder / f"privlab.{kind}"
        _pdf(source, book) if kind == "pdf" else _pandoc(source, book, "--mathml", "--split-level=2")
        made.append(book)
    return made


def _pandoc(source, made, *words):
    """Has pandoc make a file of the manuscript that lies in the folder `source`."""
    import pypandoc

    site = repository() / "site" / "book"
    told = {"title": manuscript.TITLE, "subtitle": manuscript.SUBTITLE, "author": "The privlab authors", "lang": "en"}
    told |= {"version": manuscript.version(), "rights": "MIT", "identifier": f"privlab-{manuscript.version()}"}
    command = [pypandoc.get_pandoc_path(), "book.md", f"--from={MARKDOWN}", "--standalone", "--fail-if-warnings"]
    command += [f"--metadata={name}={value}" for name, value in told.items()]
    command += [f"--lua-filter={site / 'book.lua'}", f"--css={site / 'book.css'}", "--toc", "--toc-depth=3"]
    done = subprocess.run(
        [*command, *words, f"--output={made.resolve()}"], cwd=source, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise SetupError(f"pandoc cannot make {made.name}: {done.stderr.strip()}")


def _pdf(source, book):
    """Has typst set the manuscript that lies in the folder `source`."""
    import matplotlib
    import typst

    text = source / "book.typ"
    _pandoc(source, text, f"--template={repository() / 'site' / 'book' / 'book.typ'}")
    fonts = source / "fonts"  # ✓ ⚠ ✗, which typst's own lack; beside these lies one that has a box for every sign
    fonts.mkdir()
    for font in (Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVuSans*.ttf"):
        shutil.copy(font, fonts)
    try:
        content, warnings = typst.compile_with_warnings(
            text, root=source, font_paths=[fonts], ignore_system_fonts=True, pdf_standards=[STANDARD]
        )
    except typst.TypstError as error:
        raise SetupError(f"typst cannot set the book: {error.diagnostic}") from None
    if warnings:
        raise SetupError(f"typst warns of the book: {warnings[0]}")
    book.write_bytes(content)
