"""The reader's copy of the lessons."""

import errno
import json

import pytest

from privlab.lab import progress_file
from privlab.lab.lessons import LESSONS
from privlab.settings import PROGRESS
from privlab.setup import reset
from privlab.setup import workbook as workbook_module
from privlab.setup.errors import SetupError
from privlab.setup.workbook import Workbook, sources, without_outputs


def lesson(path, *cells, output="1"):
    """Writes a notebook with these code cells, each executed with the output."""
    made = [
        {
            "cell_type": "code",
            "source": cell.splitlines(keepends=True),
            "metadata": {},
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": output}],
        }
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def text(path):
    """The sources of a notebook's cells."""
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


@pytest.fixture
def workbook(tmp_path):
    book = Workbook(tmp_path / "notebooks", tmp_path / "workbook")
    book.notebooks.mkdir()
    lesson(book.notebooks / "11_raises.ipynb", "a = 1", "ε = 2")
    assert book.sync() == []
    return book


def names(book):
    return sorted(path.name for path in book.folder.glob("*.ipynb"))


def test_a_lesson_that_was_only_run_follows_the_course(workbook):
    mine = workbook.folder / "11_raises.ipynb"
    lesson(mine, "a = 1", "ε = 2", "", output="run by the reader")
    assert workbook.sync() == [] and "run by the reader" in mine.read_text()  # nothing new: left as it is
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 3")
    assert "follows the course" in workbook.sync()[0]
    assert text(mine) == ["a = 1", "ε = 3"] and names(workbook) == ["11_raises.ipynb"]
    assert workbook.sync() == []


def test_a_changed_lesson_is_kept_and_the_new_one_laid_beside_it_once(workbook):
    mine = workbook.folder / "11_raises.ipynb"
    lesson(mine, "a = 1", "ε = my own")
    assert workbook.sync() == [] and names(workbook) == ["11_raises.ipynb"]
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 3")
    assert "11_raises.new.ipynb" in workbook.sync()[0]
    assert text(mine)[1] == "ε = my own" and text(workbook.folder / "11_raises.new.ipynb")[1] == "ε = 3"
    (workbook.folder / "11_raises.new.ipynb").unlink()
    assert workbook.sync() == [] and names(workbook) == ["11_raises.ipynb"]  # not offered twice
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 4")
    assert len(workbook.sync()) == 1
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 5")
    assert "11_raises.new2.ipynb" in workbook.sync()[0]  # what lies there may be changed too
    assert text(mine)[1] == "ε = my own"


def test_a_change_taken_back_follows_again(workbook):
    mine = workbook.folder / "11_raises.ipynb"
    lesson(mine, "a = 1", "ε = my own")
    workbook.sync()
    lesson(mine, "a = 1", "ε = 2")
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 3")
    workbook.sync()
    assert text(mine)[1] == "ε = 3"


@pytest.mark.parametrize("record", [None, "{broken", "[]"])
def test_nothing_is_lost_with_the_record_or_a_broken_notebook(workbook, record):
    mine = workbook.folder / "11_raises.ipynb"
    mine.write_text("{half a noteb", encoding="utf-8")
    workbook.record.unlink()
    if record:
        workbook.record.write_text(record)
    workbook.sync()
    assert mine.read_text() == "{half a noteb" and "11_raises.new.ipynb" in names(workbook)


def test_a_new_lesson_arrives_and_a_lost_one_comes_back(workbook):
    lesson(workbook.notebooks / "51_gradient_inversion.ipynb", "b = 1")
    (workbook.folder / "11_raises.ipynb").unlink()
    assert workbook.sync() == [] and names(workbook) == ["11_raises.ipynb", "51_gradient_inversion.ipynb"]


def test_reset_restores_and_keeps_every_old_copy(workbook):
    mine = workbook.folder / "11_raises.ipynb"
    for number, kept in ((1, "11_raises.old.ipynb"), (2, "11_raises.old2.ipynb")):
        lesson(mine, f"mine = {number}")
        assert workbook.reset("11_raises").name == kept
        assert text(mine) == ["a = 1", "ε = 2"] and text(workbook.folder / kept) == [f"mine = {number}"]
    mine.unlink()
    assert workbook.reset("11_raises") is None and text(mine) == ["a = 1", "ε = 2"]
    lesson(workbook.notebooks / "11_raises.ipynb", "a = 2")
    workbook.sync()
    assert text(mine) == ["a = 2"]  # a restored lesson follows again


def test_reset_knows_the_lessons(workbook, monkeypatch, capsys):
    monkeypatch.setattr(reset, "Workbook", lambda: workbook)
    for words in (["11"], ["11_raises"], ["11_raises.ipynb"]):
        assert reset.main(words) == 0
    assert "kept as 11_raises.old3.ipynb" in capsys.readouterr().out
    with pytest.raises(SetupError, match="no lesson 'raisins'.*00_start_here"):
        reset.main(["raisins"])
    with pytest.raises(SetupError, match="Name one lesson"):
        reset.main([])
    with pytest.raises(SetupError, match="There is no notebook"):
        workbook.reset("99_nothing")


def test_sources_see_changes_and_nothing_else(tmp_path):
    for name, cells in (("a", ["x = 1"]), ("b", ["x = 1", "  "]), ("c", ["x = 2"]), ("d", ["x = 1", "y"])):
        lesson(tmp_path / name, *cells, output=name)
    a, b, c, d = (sources(tmp_path / name) for name in "abcd")
    assert a == b and len({a, c, d}) == 3 and sources(tmp_path / "none") is None


def test_the_reader_s_copy_shows_nothing_before_it_is_run(workbook):
    for name in ("11_raises", "11_raises.new"):
        cells = json.loads((workbook.folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
        lesson(workbook.folder / "11_raises.ipynb", "a = 1", "ε = my own")
        lesson(workbook.notebooks / "11_raises.ipynb", "a = 1", "ε = 3")
        workbook.sync()


def test_the_solved_twins_lie_beside_the_lessons_and_a_changed_one_stays(workbook):
    (workbook.notebooks / "solved").mkdir()
    for answer in ("1", "2", "3"):
        lesson(workbook.notebooks / "solved" / "11_raises.ipynb", f"a = {answer}", output="shown")
        workbook.sync()
        mine = workbook.folder / "solved" / "11_raises.ipynb"
        if answer == "2":
            assert text(mine) == ["a = 2"] and "shown" in mine.read_text(encoding="utf-8")
            lesson(mine, "a = my own")
    assert text(mine) == ["a = my own"] and names(workbook) == ["11_raises.ipynb"]


def test_no_text_alternative_of_the_course_s_notebooks_is_handed_on():
    for each in LESSONS:
        copy = without_outputs(Workbook().notebooks / f"{each.name}.ipynb").decode()
        assert '"outputs": [' not in copy.replace('"outputs": []', "") and '"mystnb"' not in copy


def test_the_progress_lies_where_the_kernels_look_for_it(monkeypatch):
    monkeypatch.delenv("PRIVLAB_PROGRESS", raising=False)  # set by runs of notebooks
    assert Workbook().folder == progress_file.path().parent and progress_file.path().name == PROGRESS


def test_a_workbook_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match=r"workbook in .* cannot be written .*: let PRIVLAB_WORKBOOK name another"):
        Workbook(folder=tmp_path / "file" / "workbook").sync()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workbook_module, "write", full)
    with pytest.raises(SetupError, match="is full: free some space, or let PRIVLAB_WORKBOOK"):
        Workbook(folder=tmp_path / "workbook").sync()


def test_the_course_has_a_notebook_for_every_lesson():
    book = Workbook()
    assert {each.name for each in LESSONS} == {path.stem for path in book.notebooks.glob("*.ipynb")}


def test_lessons_in_the_reader_s_language_lie_in_a_folder_of_their_own(workbook, monkeypatch):
    (workbook.notebooks / "de").mkdir()
    lesson(workbook.notebooks / "de" / "11_raises.ipynb", "a = 'eins'")
    assert workbook.sync() == [] and not (workbook.folder / "de").exists()
    monkeypatch.setenv("PRIVLAB_LANGUAGE", "de")
    assert workbook.sync() == []
    mine = workbook.folder / "de" / "11_raises.ipynb"
    assert text(mine) == ["a = 'eins'"] and text(workbook.folder / "11_raises.ipynb") == ["a = 1", "ε = 2"]
    lesson(mine, "a = 'meins'")
    lesson(workbook.notebooks / "de" / "11_raises.ipynb", "a = 'zwei'")
    (said,) = workbook.sync()
    assert "is kept, with your changes" in said and text(mine) == ["a = 'meins'"]
    monkeypatch.setenv("PRIVLAB_LANGUAGE", "tlh")
    with pytest.raises(SetupError, match="The course speaks en and de, not 'tlh': set PRIVLAB_LANGUAGE to one of"):
        workbook.sync()
