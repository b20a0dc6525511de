"""Translations say all that the English text says, and the same code runs."""

import ast
import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
translations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(translations)

LANGUAGES = translations.language.languages()[1:]
# Words that no German sentence has; titles of works are English, and links to English lessons, and names in code.
ENGLISH = re.compile(r"\b(the|and|of|with|what|which|whoever|shares?|raises|secret|your|guess|they|from|each)\b", re.I)
NO_TEXT = re.compile(
    r"`[^`]*`|\[[^\]]*\]\([^)]*\)|(?<!\*)\*[^*]+\*(?!\*)|\$[^$]*\$|^- .*$|\bmit \w+ des Kurses|\braises\.\w+", re.M
)


def lessons():
    return [path for language in LANGUAGES for path in translations.translated(language)]


def test_there_is_a_language_with_a_lesson():
    assert lessons()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_and_cell_is_translated_as_it_is_now(language):
    assert translations.left(language) == []


class Masked(ast.NodeTransformer):
    """Takes the strings out of code."""

    def visit_Constant(self, node):
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node):
        return ast.JoinedStr([part for part in node.values if isinstance(part, ast.FormattedValue)])


def code(source, language=""):
    """What code computes, without its strings and what `start` is told of the language."""
    source = source.replace(f', language="{language}")', ")") if language else source
    return ast.dump(Masked().visit(ast.parse(source)))


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_a_translated_lesson_runs_the_same_code(path):
    for own, english in translations.pairs(path):
        assert own.cell_type == english.cell_type
        for name in ("exercise", "jupyter", "tags"):
            assert own.metadata.get(name) == english.metadata.get(name)
        if own.cell_type == "code":
            assert code(own.source, path.parent.name) == code(english.source), own.source
        else:
            marks = [re.findall(r"^(?:#+|> |- )|\\$[^$]+\\$", cell.source, re.M) for cell in (own, english)]
            assert len([m for m in marks[0] if m[0] == "#"]) == len([m for m in marks[1] if m[0] == "#"]), own.source


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_no_english_is_left_in_the_notebook(path):
    book = nbformat.read(ROOT / "notebooks" / path.parent.name / f"{path.stem}.ipynb", 4)
    said = []
    for cell in book.cells:
        if cell.cell_type == "markdown":
            said.append(NO_TEXT.sub("", cell.source))
            continue
        said += re.findall(r"# (.*)", cell.source)
        for output in cell.outputs:
            plain = output.get("text") or output.data.get("text/plain", "")
            if "text/markdown" in output.get("data", {}):  # code of the library, whose docstring is translated
                plain = "".join(re.findall(r'"""(.*)"""', plain))
            said.append(NO_TEXT.sub("", plain))
    found = [(word[0], text[:80]) for text in said for word in [ENGLISH.search(text)] if word]
    assert found == []


def test_what_is_left_is_named(monkeypatch, tmp_path):
    language = LANGUAGES[0]
    there = translations.catalogue(language)
    lost = next(iter(there))
    monkeypatch.setattr(translations, "catalogue", lambda _: {**there, lost: "", "gone {a}": "weg {b}"})
    said = "\n".join(translations.left(language))
    assert f"no translation of {lost!r}" in said and "translated, and in no code: 'gone {a}'" in said
    assert "other names in braces: 'gone {a}' and 'weg {b}'" in said
    path = lessons()[0]
    monkeypatch.setattr(translations, "stamp", lambda cell: "another")
    assert "the English one has changed" in translations.changed(path)[0]
