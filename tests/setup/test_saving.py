"""What a saved lesson keeps, and how it becomes a page."""

import json
from types import SimpleNamespace

import nbformat
import pytest

from privlab.setup import saving
from privlab.setup.exporting import Alternatives


def a_notebook():
    """A live figure and its line, a question, and a state of widgets."""
    view = {saving.VIEW: {"model_id": "1"}}
    outputs = [
        {"data": {**view, "image/png": "iVBO", "text/plain": "Bars"}, "metadata": {"image/png": {"alt": "<Bars>"}}},
        {"data": {**view, "text/plain": "3 bars"}, "metadata": {}},
        {"data": {**view, "text/html": "<details></details>", "text/plain": "A question"}, "metadata": {}},
    ]
    cells = [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "outputs": outputs}]
    return {"cells": cells, "metadata": {"widgets": {"state": {}}, "kernelspec": {}}}


def test_a_saved_notebook_has_pictures_lines_and_questions_and_no_live_figure():
    book = a_notebook()
    saving.before_saving(model={"type": "notebook", "content": book}, path="11.ipynb", contents_manager=None)
    shown = [set(output["data"]) for output in book["cells"][1]["outputs"]]
    assert shown == [{"image/png", "text/plain"}, {"text/plain"}, {"text/html", "text/plain"}]
    assert book["metadata"] == {"kernelspec": {}}


def test_a_saved_lesson_holds_what_its_reader_has_done_in_it_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(tmp_path / "progress.json"))
    done = {"format": "1", "checks": {"raises.share": "✓", "raises_two.share": "✗"}, "hints": {"a.b": [["2026", 1]]}}
    mine = {"checks": {"raises.share": "✓"}}
    for name, held in (("11_raises", {}), ("11_raises", mine), ("11_raises.new", mine), ("12_x", {}), ("notes", {})):
        book = {"cells": []}
        saving.before_saving(model={"type": "notebook", "content": book}, path=f"mine/{name}.ipynb")
        assert book.get("metadata", {}).get("privlab", {}) == held
        (tmp_path / "progress.json").write_text(json.dumps(done), encoding="utf-8")


@pytest.mark.parametrize("model", [{"type": "file", "content": "text"}, {"type": "directory"}, {"type": "notebook"}])
def test_what_is_no_notebook_is_left_as_it_is(model):
    before = json.dumps(model)
    saving.before_saving(model=model)
    assert json.dumps(model) == before


def test_the_server_s_export_keeps_what_the_user_had_set():
    hooks = []
    exporter = SimpleNamespace(preprocessors=["mine"], get=lambda name, other: ["mine"])
    server = SimpleNamespace(
        contents_manager=SimpleNamespace(register_pre_save_hook=hooks.append),
        config=SimpleNamespace(HTMLExporter=exporter),
    )
    saving._load_jupyter_server_extension(server)
    assert hooks == [saving.before_saving] and exporter.preprocessors == ["mine", saving.ALTERNATIVES]


def test_every_jupyter_of_the_environment_is_told_and_nothing_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(saving.sys, "prefix", str(tmp_path))
    theirs = tmp_path / "etc" / "jupyter" / "jupyter_nbconvert_config.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}")
    saving.tell_jupyter()
    assert theirs.read_text() == "{}"
    told = json.loads((theirs.parent / "jupyter_server_config.d" / "privlab.json").read_text())
    assert told == {"ServerApp": {"jpserver_extensions": {"privlab.setup.saving": True}}}


def test_a_picture_keeps_its_alternative_on_a_page():
    cell = nbformat.from_dict(a_notebook()["cells"][1])
    kept, _ = Alternatives().preprocess_cell(cell, {}, 1)
    assert 'alt="&lt;Bars&gt;"' in kept.outputs[0].data["text/html"] and "image/png" not in kept.outputs[0].data
    assert kept.outputs[1].data["text/plain"] == "3 bars"
