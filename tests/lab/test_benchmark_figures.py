"""Recorded figures: what a benchmark keeps, and what a lesson shows of it."""

import importlib
import json

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import figure
from privlab.lab import recorded, recorded_value


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty file of figures in place of the course's own."""
    file = tmp_path / "figures.json"
    # the package's `recorded` is the function
    for module in (importlib.import_module("privlab.lab.benchmark_figures"), benchmarks):
        monkeypatch.setattr(module, "FILE", file)
    monkeypatch.setattr(benchmarks, "machine", lambda: "2 cores, 24 GiB")
    return file


def test_what_a_benchmark_records_a_lesson_shows(kept, capsys, monkeypatch):
    measured = [figure("speedup", 11.43, "x", data="mnist"), figure("not_measured", None, "s")]
    monkeypatch.setattr(benchmarks, "measure", lambda *words: measured)
    benchmarks.main(["circuits", "--full", "--record", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["value"] == 11.43
    recorded("speedup")
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["speedup", "11.43", "x", "(mnist)"]
    assert second.startswith("recorded: python -m benchmarks circuits --full; 2 cores, 24 GiB; 20")
    assert recorded_value("speedup") == 11.43


def test_whole_numbers_are_shown_in_full(kept, capsys):
    benchmarks.record("a", [figure("letters", 25_337, "letters"), figure("share", 25_337.0, "bytes")], "")
    recorded("letters", "share")
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()[:2]] == ["25,337", "2.534e+04"]


def test_recording_keeps_what_was_there_and_replaces_what_is_measured_again(kept):
    benchmarks.record("a", [figure("one", 1, "s"), figure("two", 2, "s")], "")
    benchmarks.record("b", [figure("two", 3, "s")], " --seed 4")
    assert (recorded_value("one"), recorded_value("two")) == (1, 3)
    assert json.loads(kept.read_text())["two"]["command"] == "python -m benchmarks b --seed 4"
    assert [path.name for path in kept.parent.iterdir()] == ["figures.json"]


def test_a_figure_that_was_not_recorded_is_said_so(kept):
    kept.write_text("{}")
    with pytest.raises(ValueError, match="no figure is recorded as 'nothing'"):
        recorded("nothing")
    with pytest.raises(ValueError, match="python -m benchmarks NAME --record"):
        recorded_value("nothing")
