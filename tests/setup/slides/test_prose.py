"""Which sentences stand on a slide."""

import pytest

from privlab.setup.slides import prose


def test_blocks_of_a_cell():
    source = "### Your turn\nWrite it.\n\n> **A share** is\n> a part.\n>\n> So.\n\n| a |\n| - |\n\n"
    source += "$$x$$\n\n```\none\n\ntwo\n```\nEnd"
    assert prose.blocks(source) == [
        "### Your turn",
        "Write it.",
        "> **A share** is\n> a part.\n>\n> So.",
        "| a |\n| - |",
        "$$x$$",
        "```\none\n\ntwo\n```",
        "End",
    ]


@pytest.mark.parametrize(
    "text, parts",
    [
        ("One. Two? 3 of four.", ["One.", "Two?", "3 of four."]),
        ("(It says so. It is wrong.) Now.", ["(It says so. It is wrong.)", "Now."]),
        ("**In earnest.** *mpyc* does it.", ["**In earnest.**", "*mpyc* does it."]),
        ("Drawn from $[0. Then$ on. `a. B` too.", ["Drawn from $[0. Then$ on.", "`a. B` too."]),
        ("On 1.5 dollars of 2. And more", ["On 1.5 dollars of 2.", "And more"]),
    ],
)
def test_sentences(text, parts):
    assert prose.sentences(text) == parts


def test_the_first_sentence_takes_the_next_along_where_it_is_short_or_asks():
    assert prose.first("Off by 50, and nobody helped him at all in the end. More.") == (
        "Off by 50, and nobody helped him at all in the end.",
        "More.",
    )
    assert prose.first("Why? Because it is so. More.")[0] == "Why? Because it is so. More."
    assert prose.first("Why? " + "So " * 100 + "it is. More.")[0] == "Why?"


def test_a_lead_is_the_end_of_its_paragraph():
    text = "A" + "a" * 180 + ". The others do as she does. A row below is a secret in shares:"
    assert prose.last(text) == ("The others do as she does. A row below is a secret in shares:", "A" + "a" * 180 + ".")


def test_items_of_a_list():
    text = "- **One.** It\n  is.\n- Two\n"
    assert prose.is_list(text) and prose.items(text) == ["**One.** It is.", "Two"]
    assert not prose.is_list("**One** - two")


def test_letters_are_counted_as_they_are_read():
    assert prose.length("[Lesson 12](12_what.ipynb) is **bold**") == len("Lesson 12 is bold")
