"""Pages beside the lessons: where their links lead, and what they are made of."""

import json
import re

import pytest

from privlab.lab.benchmark_figures import FILE, in_words
from privlab.lab.lessons import LESSONS, lesson
from privlab.setup.site import addresses, reference
from privlab.setup.suite import repository

NAMES = {each.name for each in LESSONS}


def test_links_lead_to_pages_of_the_site(monkeypatch):
    def relinked(text, base="docs", names=NAMES):
        return reference.relinked(text, base, names)

    assert relinked("[11](../notebooks/11_raises.ipynb#a)") == "[11](../lessons/11_raises.ipynb#a)"
    assert relinked("[11](notebooks/11_raises.ipynb)", "") == "[11](../lessons/11_raises.ipynb)"
    assert relinked("[11](../notebooks/11_raises.ipynb)", names=set()) == "11"
    assert relinked("[notes](lesson_notes.md#x)") == "[notes](../docs/lesson_notes.md#x)"
    assert relinked("[a](https://b.org) `[c](d)`\n```\n[e](f)\n```") == "[a](https://b.org) `[c](d)`\n```\n[e](f)\n```"
    assert relinked("[code](../tools/build.py)") == "code"
    monkeypatch.setattr(addresses, "addresses", lambda: {"repository": "a/b", "branch": "main"})
    assert relinked("[code](../tools/build.py)") == "[code](https://github.com/a/b/blob/main/tools/build.py)"


def test_every_recorded_figure_stands_on_its_page():
    page = reference.recorded_figures()
    for name, figure in json.loads(FILE.read_text(encoding="utf-8")).items():
        (row,) = re.findall(rf"^.*\| `{name}` \|$", page, re.M)
        assert f"| {in_words(figure)} |" in row and f"## `{figure['command']}`" in page


@pytest.mark.slow
def test_a_word_of_the_glossary_leads_to_its_lesson_and_to_those_that_use_it():
    page = reference.glossary(LESSONS)
    entry = page[page.index("\nshares\n") :].split("\n\n")
    assert "**Shares**" in entry[0]
    assert "Defined in [lesson 11](../lessons/11_raises.ipynb)" in entry[1] and "[12](../lessons/" in entry[1]
    assert "Defined in lesson 11" in reference.glossary([lesson("00")])  # which has no page there


def test_how_to_cite_holds_what_the_citation_file_says():
    cff = (repository() / "CITATION.cff").read_text(encoding="utf-8")
    page = reference.citation(cff)
    assert "author  = {{The privlab authors}}" in page and "version = {0.1.0}" in page and cff.strip() in page


@pytest.mark.slow
def test_every_page_stands_in_the_map():
    pages = reference.pages(repository(), LESSONS)
    drawn = reference.map_of_pages(["library/dp.rst"])
    assert all(f"\n{file.removesuffix('.md')}\n" in drawn for file in pages) and "library/dp" in drawn
