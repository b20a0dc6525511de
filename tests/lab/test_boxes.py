"""The box for a value of the reader's own."""

import pytest

from privlab.lab import boxes, value_box
from privlab.lab.spoken import VIEW


def even(typed):
    if int(typed) % 2:
        raise ValueError(f"a pair is an even number, not {typed}")
    return int(typed)


def test_the_given_value_stands_in_until_one_is_typed():
    box = value_box("4", even, name="a pair")
    assert box.value == 4 and "Until you type one, 4 stands in" in box.message.value
    box.text.value = "16"
    assert box.value == 16 and "a pair of your own now" in box.message.value


def test_what_cannot_be_read_is_told_and_changes_nothing():
    box = value_box("4", even, name="a pair")
    box.text.value = "<b>"
    assert box.value == 4 and "&lt;b&gt;" in box.message.value
    box.text.value = "7"
    assert box.value == 4 and "an even number, not 7; the one before stays." in box.message.value


def test_a_given_value_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="even number"):
        value_box("5", even, name="a pair")


def test_it_shows_a_box_that_is_called_what_to_type_and_without_a_kernel_what_stands_in(monkeypatch):
    shown = []
    monkeypatch.setattr(boxes, "display", lambda data, **_: shown.append(data))
    box = value_box("4", even, name="a pair")
    box._ipython_display_()
    assert box.text.description == "A pair" and VIEW in shown[0]
    assert shown[0]["text/plain"] == "A pair of your own? Until you type one, 4 stands in."
