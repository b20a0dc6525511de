"""Recorded figures: what a benchmark keeps, and what a lesson shows of it."""

import importlib
import json
import re

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import figure
from privlab.lab import recorded, recorded_value
from privlab.lab.benchmark_figures import FILE


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty file of figures in place of the course's own."""
    file = tmp_path / "figures.json"
    # the package's `recorded` is the function
    for module in (importlib.import_module("privlab.lab.benchmark_figures"), benchmarks):
        monkeypatch.setattr(module, "FILE", file)
    monkeypatch.setattr(benchmarks, "machine", lambda: "2 cores, 24 GiB")
    return file


@pytest.fixture
def shown(monkeypatch):
    """The lines of each table that was shown, and its HTML."""
    tables = []
    monkeypatch.setattr(
        importlib.import_module("privlab.lab.benchmark_figures"),
        "display",
        lambda data, raw: tables.append((data["text/plain"].splitlines(), data["text/html"])),
    )
    return tables


def test_what_a_benchmark_records_a_lesson_shows(kept, shown, capsys, monkeypatch):
    measured = [figure("speedup", 11.43, "x", data="mnist"), figure("not_measured", None, "s")]
    monkeypatch.setattr(benchmarks, "measure", lambda *words: measured)
    benchmarks.main(["circuits", "--full", "--record", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["value"] == 11.43
    recorded("speedup")
    ((first, second), page) = shown[0]
    assert first == "speedup  × 11.43" and "<td>× 11.43</td>" in page and "<details>" in page
    assert second.startswith("recorded: python -m benchmarks circuits --full; 2 cores, 24 GiB; 20")
    assert second.endswith("; on MNIST's digits")
    assert recorded_value("speedup") == 11.43


def test_values_are_shown_as_a_reader_says_them(kept, shown):
    values = [("a", 25_337, "letters"), ("b", 25_337.4, "bytes"), ("c", 0.9735, "rate"), ("d", 1, "rate, 10 trials")]
    benchmarks.record("a", [figure(*value) for value in values], "")
    recorded("a", "b", "c", "d")
    assert [line.split(maxsplit=1)[1] for line in shown[0][0][:4]] == [
        "25,337 letters", "25,337 bytes", "97.35 %", "100 % of 10 trials",
    ]  # fmt: skip


def test_an_interval_stands_in_the_row_of_its_figure(kept, shown):
    ends = [figure("gain", 8.0, "points"), figure("gain_low", 5.5, "points"), figure("gain_high", 9.5, "points")]
    benchmarks.record("a", ends, "")
    recorded("gain", "gain_low", "gain_high")
    recorded("gain", "gain_low")
    assert [lines[0] for lines, _ in shown] == [
        "gain  8 points (5.5 points to 9.5 points)", "gain  8 points (at least 5.5 points)",
    ]  # fmt: skip


def test_every_figure_that_a_lesson_shows_is_named_in_words():
    words = json.loads((FILE.with_name("figure_words.json")).read_text(encoding="utf-8"))
    figures = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(words) <= set(figures) and len(set(words.values())) > 100
    for path in (FILE.parent.parent / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                said = "".join(output.get("data", {}).get("text/plain", ""))
                assert "recorded: " not in said or not re.search(r"^\w+_\w+ ", said, flags=re.M), said


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
