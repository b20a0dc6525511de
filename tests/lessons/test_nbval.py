"""What conftest.py promises: `pytest --nbval` means the same everywhere, whatever is set or cached."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

from privlab.data import drawn_cache

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("root_conftest", ROOT / "conftest.py")
conftest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conftest)


def other_letters(folder):
    """Writes letters that no lesson was built on into a folder, as a fetch would."""
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (520, 28, 28), np.uint8), np.tile(np.arange(1, 27, dtype=np.uint8), 20)
    np.savez(folder / "emnist_letters.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)


CUT_OFF = """\
explore(lambda axes, height: [axes.set(ylim=(0, 3)), axes.text(0, height, "here"), f"at {height}"][-1],
        alt="A word", height=slider(0, 4, 1))"""


def begin_of(lesson, cells, house, more=None):
    """Writes a house's notebook of a lesson's first cells and one more, whose output is not compared."""
    book = json.loads((ROOT / f"notebooks/{lesson}.ipynb").read_text(encoding="utf-8"))
    book["cells"] = book["cells"][:cells]
    if more:
        uncompared = dict(tags=["nbval-ignore-output"])
        book["cells"].append(
            dict(cell_type="code", id="more", metadata=uncompared, source=more, outputs=[], execution_count=None)
        )
    (house / f"notebooks/{lesson}_begun.ipynb").write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.slow
def test_a_plain_run_is_strict_on_drawn_letters_and_leaves_the_workbook_alone(tmp_path):
    """A house with two lessons, in a cache full of other letters, beside a workbook and progress that would fail; in a
    third lesson a label leaves its figure at one end of a slider, and nothing else is told.
    """
    house = tmp_path / "house"
    for name in ("notebooks/00_start_here.ipynb", "conftest.py", "pyproject.toml", "tests/lessons/behind_the_cells.py"):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, house / name)
    begin_of("51_gradient_inversion", 10, house)  # it has read letters by then
    begin_of("00_start_here", 2, house, CUT_OFF)
    broken = json.loads((ROOT / "notebooks/00_start_here.ipynb").read_text(encoding="utf-8"))
    broken["cells"][1]["source"] = "1 / 0"
    (house / "workbook").mkdir()
    (house / "workbook/00_start_here.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    (house / "tests/test_one.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
    shutil.copytree(drawn_cache.path("all").parent, tmp_path / "cache" / drawn_cache.path("all").parent.name)
    other_letters(tmp_path / "cache")
    done = {"format": "privlab progress 1", "checks": {"start_here.publish": "✓"}, "quizzes": {}}
    (tmp_path / "progress.json").write_text(json.dumps(done), encoding="utf-8")
    environment = {
        **os.environ,
        "PRIVLAB_CACHE": str(tmp_path / "cache"),
        "PRIVLAB_DATA": str(tmp_path / "cache"),
        "PRIVLAB_PROGRESS": str(tmp_path / "progress.json"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-v", "--color=no"],
        cwd=house,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert "tests/test_one.py" in run.stdout and "notebooks/51" in run.stdout and "workbook" not in run.stdout
    assert "notebooks/00_start_here.ipynb::live figures PASSED" in run.stdout
    assert "notebooks/00_start_here_begun.ipynb::live figures FAILED" in run.stdout
    assert "AssertionError: height = 4: " in run.stdout, run.stdout[-3000:]
    assert run.returncode == 1 and "1 failed" in run.stdout, run.stdout[-3000:]
    assert json.loads((tmp_path / "progress.json").read_text(encoding="utf-8")) == done


class Options:
    """pytest's configuration with these options."""

    def __init__(self, **options):
        self.options = options

    def getoption(self, name, default):
        return self.options.get(name, default)


@pytest.fixture
def configured(monkeypatch):
    """A function that lets conftest.py configure a run; what it sets is taken back. `configured.drawn` counts."""
    monkeypatch.setattr(os, "environ", dict(os.environ, PRIVLAB_PROGRESS="mine"))
    monkeypatch.setattr("privlab.data.render", lambda: setattr(configure, "drawn", configure.drawn + 1))

    def configure(data, **options):
        os.environ["PRIVLAB_DATA"] = data
        conftest.pytest_configure(Options(**options))
        return os.environ

    configure.drawn = 0
    yield configure
    conftest.pytest_unconfigure(None)


def test_strict_runs_take_the_drawn_letters_whatever_is_set(configured):
    found = configured("letters", nbval=True)
    assert (found["PRIVLAB_DATA"], found["PRIVLAB_DEVICE"], found["TQDM_DISABLE"]) == ("drawn", "cpu", "1")
    assert not pathlib.Path(found["PRIVLAB_PROGRESS"]).exists() and configured.drawn == 1


@pytest.mark.parametrize(
    "named, folder", [("letters", "here/letters"), ("~/letters", "home/letters"), ("drawn", None), ("", None)]
)
def test_lax_runs_keep_real_letters_that_are_named(configured, tmp_path, monkeypatch, named, folder):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    os.environ.update(HOME=str(tmp_path / "home"), USERPROFILE=str(tmp_path / "home"))
    assert configured(named, nbval_lax=True)["PRIVLAB_DATA"] == (str(tmp_path / folder) if folder else "drawn")


def test_other_runs_change_nothing_but_have_the_letters_drawn(configured):
    found = configured("letters")
    assert (found["PRIVLAB_DATA"], found["PRIVLAB_PROGRESS"]) == ("letters", "mine") and configured.drawn == 1
