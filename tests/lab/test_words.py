"""The glossary, read from the lessons."""

import json
import re

import pytest

from privlab import settings
from privlab.lab import glossary
from privlab.lab.lessons import LESSONS
from privlab.lab.words import IN_PASSING, definitions


def test_a_word_is_shown_with_its_definition_and_its_lesson():
    said = glossary("Sensitivity")
    assert repr(said).startswith("lesson 22: ") and "most that one person can change" in repr(said)
    assert said._repr_markdown_().startswith("[Lesson 22](22_laplace_mechanism.ipynb): ")


def test_the_words_are_shared_out_among_their_lessons():
    known = definitions()
    assert len(known) > 90 and {each.lesson for each in known.values()} == set(LESSONS)
    assert all(word == each.word.lower() and each.said.strip() for word, each in known.items())
    assert set(map(str.lower, IN_PASSING)) <= set(known), "a word that no lesson explains"
    table = glossary()
    assert table.plain.count("\n") == len(LESSONS) - 1 and "| [11](11_raises.ipynb) | shares, " in table.markdown


def test_every_definition_holds_its_word_in_bold():
    for each in definitions().values():
        assert f"**{each.word}".lower() in each.said.lower() and "#" not in each.said, each


def test_a_definition_says_more_than_its_word():
    bare = [
        each.said for each in definitions().values() if each.said[0].islower() or len(each.said) < len(each.word) + 10
    ]
    assert bare == []
    assert definitions()["fixed point"].said.startswith("Shares are whole numbers")


@pytest.mark.parametrize("word, near", [("sensitivty", "sensitivity"), ("canaries", "canary"), ("zzz", "glossary")])
def test_a_word_that_is_not_defined_is_answered_with_those_that_come_near(word, near):
    with pytest.raises(KeyError, match=near):
        glossary(word)


# used earlier in an everyday sense, in a title that is quoted, or with a word that explains it: (word, lesson)
EARLIER = {
    ("sensitivity", "00"),
    *(
        ("homomorphic encryption", "12"),
        ("homomorphic encryption", "13"),
        ("oblivious transfer", "12"),
        ("secret key", "12"),
        ("circuit", "12"),
        ("precision", "31"),
        ("precision", "32"),
        ("convolution", "23"),
        ("exposure", "12"),
    ),
    *(("differential privacy", number) for number in ("12", "21", "22", "23", "24")),
    *(("client", number) for number in ("12", "21", "31", "32")),
    *(("server", number) for number in ("12", "31", "32")),
    *(
        ("gradient", "42"),
        ("secure aggregation", "52"),
        ("certified", "51"),
        ("certified", "52"),
        ("language model", "54"),
        ("association", "21"),
        ("skew", "54"),
    ),
    *(("mask", number) for number in ("12", "31", "32")),
    *(("cell", number) for number in ("00", "23", "32", "51")),
    *(("gap", number) for number in ("12", "41", "53", "54")),
    *(("choice", number) for number in ("23", "31", "42", "61", "62")),
}


@pytest.mark.slow
def test_no_word_is_used_before_its_lesson():
    said = {}
    for lesson in LESSONS:
        cells = json.loads((settings.notebooks() / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))["cells"]
        lines = "".join(
            "".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "markdown"
        ).splitlines()
        said[lesson] = "\n".join(
            line for line in lines if not line.startswith(("|", "# ", "Next:", "About", "**You will"))
        )
    early = {
        (word, lesson.number)
        for word, definition in definitions().items()
        for lesson in LESSONS[: LESSONS.index(definition.lesson)]
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said[lesson], flags=re.I)
    }
    assert early <= EARLIER, f"explain it there, or define it earlier: {sorted(early - EARLIER)}"
