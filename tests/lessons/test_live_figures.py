"""Every live figure of every lesson, each of its controls moved to both ends: nothing raises, nothing old stays in
sight, and every text lies inside its figure.
"""

import os
import pathlib

import nbformat
import pytest
from nbclient import NotebookClient

from privlab.lab.lessons import LESSONS

pytestmark = pytest.mark.slow

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOVE = """
import gc
from privlab.lab.live_figures import Explorer, outside

def ends(control):
    return control.options if hasattr(control, "options") else (control.min, control.max)

live = [each for each in gc.get_objects() if type(each) is Explorer]
for each in live:
    assert not outside(each.figure), f"outside the figure: {outside(each.figure)}"
    shipped = {name: control.value for name, control in each.controls.items()}
    for name, control in each.controls.items():
        for value in ends(control):
            control.value = value
            line, picture = each.line, each.image.value
            for axes in each.figure.axes:
                axes.clear()
            each.render()
            assert each.line == line and each.line.strip(), f"{name} = {value}: {line!r}, then {each.line!r}"
            assert not outside(each.figure), f"{name} = {value}: outside the figure: {outside(each.figure)}"
            assert each.image.value == picture, f"{name} = {value}: something of the last drawing stayed"
        control.value = shipped[name]
print(len(live))
"""


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_live_figures(lesson, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_DATA", "drawn")
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setenv("TQDM_DISABLE", "1")
    book = nbformat.read(ROOT / "notebooks" / f"{lesson.name}.ipynb", 4)
    shown = [place for place, cell in enumerate(book.cells) if cell.cell_type == "code" and "explore(" in cell.source]
    assert shown, "a lesson has a live figure"
    book.cells = book.cells[: shown[-1] + 1]  # what comes after the last live figure has no part in it
    book.cells.append(nbformat.v4.new_code_cell(MOVE))
    NotebookClient(
        book,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": os.fspath(ROOT / "notebooks")}},
    ).execute()
    assert int(book.cells[-1].outputs[0].text) == len(shown)
