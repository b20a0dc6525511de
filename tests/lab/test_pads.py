"""The pad for a letter of the reader's own."""

import builtins

import numpy as np
import pytest

from privlab.lab import letter_pad
from privlab.lab.pads import CODE, LetterPad
from privlab.lab.spoken import VIEW

GIVEN, DRAWN = np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setitem(LetterPad._ipython_display_.__globals__, "display", lambda data, **_: outputs.append(data))
    return outputs


def test_the_given_letter_stands_in_until_one_is_drawn():
    pytest.importorskip("anywidget")
    pad = letter_pad(GIVEN, lambda strokes: DRAWN, name="an a")
    assert pad.letter is GIVEN and "an a" in pad.widget.label and "space" in pad.widget.said
    pad.widget.strokes = [[[1.0, 2.0], [3.0, 4.0]]]
    assert pad.letter is DRAWN and "of your own" in pad.widget.said
    pad.widget.strokes = []
    assert pad.letter is GIVEN


def test_without_a_kernel_it_is_the_picture_of_the_given_letter(shown, capsys):
    letter_pad(GIVEN, lambda strokes: DRAWN, name="an a")._ipython_display_()
    assert shown[0]["image/png"] and shown[0]["text/plain"] == "An a that is given, white on black"
    assert "stands in until an a of your own is drawn" in capsys.readouterr().out


def test_where_anywidget_is_missing_the_given_letter_stays(shown, monkeypatch):
    real = builtins.__import__

    def without(name, *words):
        if name == "anywidget":
            raise ImportError(name)
        return real(name, *words)

    monkeypatch.setattr(builtins, "__import__", without)
    pad = letter_pad(GIVEN, lambda strokes: DRAWN)
    pad._ipython_display_()
    assert pad.widget is None and pad.letter is GIVEN and VIEW not in shown[0]


def test_the_pad_s_code_is_there():
    assert "addEventListener" in CODE.read_text(encoding="utf-8")
