"""Which letters are in use, and what is said when they are not as they should be."""

import errno
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from privlab.data import DataError, cache_folder, data_in_use, digits, drawn_cache, letters, public_letters, render
from privlab.data.drawn import dataset
from tests.data.small_letters import small_letters


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PRIVLAB_DATA", raising=False)


@pytest.fixture
def small_sets(monkeypatch):
    """The drawn sets with two writers each, so that drawing them is instant."""
    monkeypatch.setattr(dataset, "SETS", {name: replace(each, writers=2) for name, each in dataset.SETS.items()})


def arrays(**changes):
    return {name: value for name, value in {**small_letters(), **changes}.items() if value is not None}


@pytest.fixture
def given(tmp_path, monkeypatch):
    """A function that writes an npz into a folder, which PRIVLAB_DATA then names; returns the file's path."""

    def write(**changes):
        (tmp_path / "given").mkdir()
        np.savez_compressed(tmp_path / "given/emnist_letters.npz", **arrays(**changes))
        monkeypatch.setenv("PRIVLAB_DATA", str(tmp_path / "given"))
        return tmp_path / "given/emnist_letters.npz"

    return write


@pytest.mark.slow
def test_a_folder_of_real_letters(given):
    path = given()
    found = letters()
    assert found.source == "emnist" and data_in_use().path == path
    assert (found.train.labels + 1 == small_letters()["y_train"]).all() and found.test.labels.dtype == np.uint8
    assert found.train.writers is None and (found.test.images == small_letters()["x_test"]).all()


@pytest.mark.slow
def test_privlab_data_wins_over_the_cache_and_drawn_over_both(given, tmp_path, monkeypatch, small_sets):
    (tmp_path / "cache").mkdir()
    np.savez(tmp_path / "cache/emnist_letters.npz", **arrays())
    assert data_in_use().path == tmp_path / "cache/emnist_letters.npz"
    path = given()
    assert data_in_use().path == path
    monkeypatch.setenv("PRIVLAB_DATA", "drawn")
    render()
    assert data_in_use().source == letters().source == letters().test.source == public_letters().source == "drawn"


@pytest.mark.slow
def test_public_letters_are_the_public_faces_beside_drawn_letters_and_all_faces_beside_real_ones(given, small_sets):
    render()
    beside_drawn = public_letters()
    given()
    beside_real = public_letters()
    assert set(beside_drawn.writers) == {1000, 1001} and set(beside_real.writers) == {2000, 2001}


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes, words",
    [
        ({"y_test": None}, "holds no y_test"),
        ({"x_train": np.zeros((52, 785), np.uint8)}, "uint8 [n, 28, 28], but is uint8 [52, 785]"),
        ({"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": np.zeros(0, np.uint8)}, "but is uint8 [0, 28, 28]"),
        ({"x_train": np.full((52, 28, 28), np.nan)}, "uint8 [n, 28, 28], but is float64"),
        ({"x_train": np.full((52, 28, 28), -1.0)}, "from 0 to 255"),
        ({"x_train": np.zeros((52, 28, 28), np.uint8)}, "do not belong together"),
        ({"y_train": np.ones(51, np.uint8)}, "must be 52 whole numbers"),
        ({"y_train": np.full(52, 0.5)}, "must be 52 whole numbers, but is float64"),
        ({"y_train": np.tile(np.arange(1, 27), 2)[::-1]}, "do not belong together"),
        ({"y_test": np.arange(52) % 47}, "goes from 0 to 46"),
    ],
)
def test_a_file_that_is_wrong_is_told_of(given, changes, words):
    path = given(**changes)
    with pytest.raises(DataError) as error:
        letters()
    assert words in str(error.value) and str(path) in str(error.value)


def test_a_folder_without_letters_is_an_error_not_a_fallback(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_DATA", str(tmp_path))
    for ask in (data_in_use, letters, public_letters):
        with pytest.raises(DataError, match=r"there is no emnist_letters.npz in it: .*`python3 course.py data FILE_OR"):
            ask()


def test_the_npz_itself_may_be_named(given, monkeypatch):
    monkeypatch.setenv("PRIVLAB_DATA", f" {given()} ")
    assert letters().source == "emnist"


@pytest.mark.slow
def test_letters_that_lie_transposed_are_turned_and_that_is_said_once(given, capsys):
    path, right = given(x_test=small_letters()["x_test"].transpose(0, 2, 1)), small_letters()
    assert (letters().test.images == right["x_test"]).all() and (letters().train.images == right["x_train"]).all()
    said = capsys.readouterr().out
    assert said == f"The test letters in {path} are transposed: they were turned as the course has them.\n"


@pytest.mark.parametrize("kept", [0, 10, 5_000, -1])
def test_a_truncated_file(given, kept):
    path = given()
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match="is not a whole npz file"):
        letters()


def test_a_corrupted_file(given):
    path = given()
    data = bytearray(path.read_bytes())
    data[5_000] ^= 255
    path.write_bytes(data)
    with pytest.raises(DataError, match="is not a whole npz file"):
        letters()


def test_letters_that_are_not_drawn_yet_say_what_to_run(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DATA", "drawn")
    with pytest.raises(DataError, match="run `python3 course.py data` once"):
        letters()


@pytest.mark.slow
def test_no_writer_of_the_training_letters_writes_test_letters_or_public_ones(small_sets):
    render()
    sets = [set(each.writers.tolist()) for each in (letters().train, letters().test, public_letters())]
    assert all(len(each) == 2 for each in sets) and len(set.union(*sets)) == 6


@pytest.mark.slow
def test_rendering_fills_the_cache_once(small_sets, monkeypatch):
    place = render()
    assert sorted(path.name for path in place.iterdir()) == sorted(f"{name}.npz" for name in dataset.SETS)
    monkeypatch.setattr(dataset, "draw", None)
    assert render() == place
    found = letters()
    assert len(found.train) == len(found.test) == 104 and found.train.writers.dtype == np.int32


@pytest.mark.slow
def test_a_full_disk_while_rendering_leaves_the_cache_whole(small_sets, monkeypatch, tmp_path):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(DataError, match="disk is full"):
            render()
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.suffix in (".npz", ".part")]
    assert render()


def test_a_cache_that_cannot_be_made(monkeypatch, tmp_path, small_sets):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "file/cache"))
    with pytest.raises(DataError, match="PRIVLAB_CACHE"):
        render()


@pytest.mark.slow
def test_two_processes_at_once_draw_once(tmp_path):
    code = (
        "from dataclasses import replace\nfrom privlab.data import render\n"
        "from privlab.data.drawn import dataset as drawn\n"
        "drawn.SETS = {name: replace(each, writers=2) for name, each in drawn.SETS.items()}\n"
        "draw, count = drawn.draw, []\n"
        "drawn.draw = lambda *a, **k: count.append(1) or draw(*a, **k)\n"
        "render()\nprint(len(count))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(int(process.communicate(timeout=60)[0]) for process in both) == [0, len(dataset.SETS)]


def test_the_cache_goes_with_the_drawing_code_and_the_fonts(monkeypatch):
    now = drawn_cache.drawing_hash()
    for change in ({"version": lambda name: "0"}, {"DRAWING_CODE": drawn_cache.DRAWING_CODE[1:]}):
        with monkeypatch.context() as patch:
            for name, value in change.items():
                patch.setattr(drawn_cache, name, value)
            drawn_cache.drawing_hash.cache_clear()
            assert drawn_cache.drawing_hash() != now
    drawn_cache.drawing_hash.cache_clear()
    assert now in str(drawn_cache.path("all"))


def test_the_cache_folder(monkeypatch, tmp_path):
    assert cache_folder.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("PRIVLAB_CACHE")
    assert cache_folder.cache_folder().name == "privlab"


@pytest.mark.slow
def test_importing_loads_nothing_heavy():
    code = "import sys, privlab.data; print({'torch', 'HersheyFonts', 'sklearn', 'tqdm'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_mnist_where_the_folder_has_it(tmp_path, monkeypatch):
    x, y = np.zeros((20, 28, 28), np.uint8), np.tile(np.arange(10, dtype=np.uint8), 2)
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y, x_test=x, y_test=y, writer_train=np.arange(20))
    monkeypatch.setenv("PRIVLAB_DATA", str(tmp_path))
    found = digits()
    assert found.source == "mnist" and found.train.writers.tolist() == list(range(20)) and found.test.writers is None
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y[:-1], x_test=x, y_test=y)
    with pytest.raises(DataError, match="as many labels"):
        digits()
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y + 1, x_test=x, y_test=y)
    with pytest.raises(DataError, match="labels 0..9"):
        digits()


def test_small_digits_elsewhere():
    datasets = pytest.importorskip("sklearn.datasets")
    found = digits()
    assert found.source == found.test.source == "digits" and found.train.images.shape[1:] == (8, 8)
    assert (len(found.train), len(found.test)) == (1438, 359) and found.train.images.max() == 255
    assert np.bincount(found.test.labels, minlength=10).min() > 20
    pictures, labels = datasets.load_digits(return_X_y=True)
    for part, rows in ((found.train, np.arange(1797) % 5 != 4), (found.test, np.arange(1797) % 5 == 4)):
        assert (part.labels == labels[rows]).all()
        assert (np.rint(part.images.reshape(-1, 64) * (16 / 255)) == pictures[rows]).all()


def test_small_digits_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(DataError, match="scikit-learn"):
        digits()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written(monkeypatch, tmp_path, small_sets):
    (tmp_path / "locked").mkdir(mode=0o500)
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "locked/cache"))
    with pytest.raises(DataError, match="cannot be written"):
        render()
