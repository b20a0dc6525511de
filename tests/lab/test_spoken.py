"""Names that are read aloud."""

import ipywidgets
import pytest

from privlab.lab.spoken import CLASS, CODE, spoken


def test_a_box_gets_the_widget_that_names_and_keeps_its_own():
    pytest.importorskip("anywidget")
    box = ipywidgets.VBox([ipywidgets.IntSlider()])
    assert spoken(box, "Bars") and len(box.children) == 2 and box.children[1].alt == "Bars"
    assert CLASS in box._dom_classes and f".{CLASS}" in CODE.read_text(encoding="utf-8")


def test_without_anywidget_a_box_stays_as_it_is(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    box = ipywidgets.VBox([ipywidgets.IntSlider()])
    assert not spoken(box) and len(box.children) == 1 and not box._dom_classes
