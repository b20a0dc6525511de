"""The book of one lesson, as PDF and as ePub: both open, hold all of it, and can be read by who does not see it."""

import importlib.util
import re
import zipfile
from pathlib import PurePosixPath
from xml.etree import ElementTree

import nbformat
import pytest

from privlab.lab.lessons import lesson
from privlab.settings import notebooks
from privlab.setup.errors import SetupError

pytestmark = pytest.mark.slow

for needed in ("pypandoc", "typst", "pypdf"):
    pytest.importorskip(needed, reason="requirements-site.lock and requirements-test.lock are not installed")
import pypdf  # noqa: E402

from privlab.setup.site import books, manuscript  # noqa: E402

LESSON = lesson("21")
XHTML = "{http://www.w3.org/1999/xhtml}"
REPRS = ("<IPython", "FigureWidget", "VBox(", "display_data", "&lt;div", "<div")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with the book of one lesson, as PDF and as ePub."""
    folder = tmp_path_factory.mktemp("books")
    assert [book.name for book in books.build([LESSON], folder)] == ["privlab.pdf", "privlab.epub"]
    return folder


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(notebooks() / f"{LESSON.name}.ipynb", 4)


@pytest.fixture(scope="module")
def pdf(made):
    return pypdf.PdfReader(made / "privlab.pdf")


@pytest.fixture(scope="module")
def pages(made):
    """The pages of the ePub as trees, by their names in it."""
    with zipfile.ZipFile(made / "privlab.epub") as archive:
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if "xhtml" in name}


def headings(notebook):
    """The headings of a lesson, without marks."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [re.sub(r"[*`]", "", found) for found in re.findall(r"^#+ (.*)$", text, re.M)]


def alternatives(notebook):
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output.metadata["image/png"]["alt"] for output in shown if "image/png" in output.get("data", {})]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_the_pdf_holds_every_heading_and_line_of_its_lesson(pdf, notebook):
    first = {each.title: each for each in reversed([*_flat(pdf.outline)])}  # a lesson's title stands there thrice
    places = {title: pdf.get_destination_page_number(each) for title, each in first.items()}
    pages = pdf.pages[places[f"{LESSON.number} {LESSON.title}"] : places["Answers"]]
    text = squeezed("".join(page.extract_text() for page in pages))
    for heading in headings(notebook):
        assert squeezed(heading) in text, heading
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for line in output.get("text", "").splitlines():
                assert squeezed(line) in text, line
    assert "✓" in text and not [said for said in REPRS if squeezed(said) in text]


def test_the_pdf_has_contents_links_and_alternatives(pdf, notebook):
    assert pdf.metadata.title.startswith(manuscript.TITLE) and pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert set(alternatives(notebook)) <= {each.get("/Alt") for each in _structure(pdf)}
    assert {"About this book", "Solutions", "Glossary", "Notation"} <= {each.title for each in _flat(pdf.outline)}
    links = [each for page in pdf.pages for each in page.get("/Annots", ()) if each.get_object()["/Subtype"] == "/Link"]
    assert len(links) > 50


def _flat(outline):
    for each in outline:
        yield from _flat(each) if isinstance(each, list) else [each]


def _structure(pdf):
    """Every element of the PDF's structure, which is what is read aloud."""
    found, left = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        each = left.pop().get_object()
        if isinstance(each, list):
            left += each
        elif isinstance(each, dict):
            found.append(each)
            left += [each["/K"]] if "/K" in each else []
    return found


def test_the_epub_is_one(made, pages):
    with zipfile.ZipFile(made / "privlab.epub") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        there = set(archive.namelist())
        package = ElementTree.fromstring(archive.read("EPUB/content.opf"))
    items = [each.attrib for each in package.iter("{http://www.idpf.org/2007/opf}item")]
    assert {f"EPUB/{each['href']}" for each in items} == there - {
        "mimetype",
        "META-INF/container.xml",
        "META-INF/com.apple.ibooks.display-options.xml",
        "EPUB/content.opf",
    }
    for name, page in pages.items():
        for element in page.iter():
            for target in filter(None, (element.get("href"), element.get("src"))):
                assert leads_somewhere(target, PurePosixPath(name), there, pages), f"{name}: {target}"


def leads_somewhere(target, page, there, pages):
    if re.match(r"https?:|mailto:", target):
        return True
    path, _, part = target.partition("#")
    file = page
    if path:
        steps = []
        for step in (page.parent / path).parts:
            steps = steps[:-1] if step == ".." else [*steps, step]
        file = PurePosixPath(*steps)
    name = str(file)
    return name in there and (not part or any(each.get("id") == part for each in pages[name].iter()))


def test_the_epub_holds_every_heading_picture_and_formula(pages, notebook):
    text = squeezed(" ".join("".join(page.itertext()) for page in pages.values()))
    for heading in headings(notebook):
        assert squeezed(heading) in text, heading
    pictures = [each for page in pages.values() for each in page.iter(f"{XHTML}img")]
    assert [each.get("alt") for each in pictures] == alternatives(notebook)
    assert any(True for page in pages.values() for _ in page.iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert not [said for said in REPRS if squeezed(said) in text]


def test_a_sign_that_no_font_has_stops_the_pdf(tmp_path, monkeypatch):
    monkeypatch.setattr(manuscript, "manuscript", lambda lessons, folder: "# One\n\n\U0001f9ff")
    with pytest.raises(SetupError, match="typst cannot set the book"):
        books.build([LESSON], tmp_path, ["pdf"])


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="lacks pypandoc and typst: run `python3 course.py site --pdf --epub`"):
        books.build([LESSON], tmp_path)
