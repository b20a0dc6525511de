"""The network that reads letters, and the weights that the course ships."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.experiments.reader_training import accuracy
from privlab.data.drawn.dataset import SETS, draw
from privlab.data.emnist_download import OFFICIAL
from privlab.data.types import Pictures
from privlab.ml.letter_classifier import WEIGHTS, as_pixels, distort, load_reader, read

REAL = Path(os.environ.get("PRIVLAB_TEST_DATA", Path(__file__).parents[3] / "shared/data")) / "emnist_letters.npz"
real_letters = pytest.mark.skipif(not REAL.is_file(), reason="no real letters beside the project")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def few():
    return Pictures(*draw(replace(SETS["public"], first_writer=500_000, writers=60), 3_000), "drawn")


def test_white_is_1_and_a_reader_that_reads_learns_nothing():
    assert as_pixels(np.array([[[0, 51, 255]]], np.uint8)).flatten().tolist() == pytest.approx([0, 0.2, 1])
    assert not any(layer.training for layer in load_reader("drawn").modules())


@pytest.mark.slow
def test_wrong_labels_are_noticed(few):
    """The negative control: with the labels of two letters swapped, those two are read wrong."""
    reader = load_reader("drawn")
    swapped = np.where(few.labels == 0, 1, np.where(few.labels == 1, 0, few.labels))
    assert accuracy(reader, few) - accuracy(reader, replace(few, labels=swapped)) > 0.04


@pytest.mark.slow
def test_distortions_stay_pictures_and_come_from_the_generator(few):
    pixels = as_pixels(few.images[:64])
    one, two, three = (distort(pixels, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert one.shape == pixels.shape and one.min() >= 0 and one.max() <= 1
    assert torch.equal(one, two) and not torch.equal(one, three)
    assert abs(float(one.mean() / pixels.mean()) - 1) < 0.25


def test_an_unknown_source():
    with pytest.raises(ValueError, match='"drawn" or "emnist"'):
        load_reader("mnist")


@pytest.mark.parametrize("name", ["public", "all"])
def test_shipped_weights_are_small_and_float16(name):
    path = WEIGHTS / f"reader-{name}.npz"
    assert path.stat().st_size < 900_000
    with np.load(path) as file:
        assert {file[each].dtype for each in file.files} == {np.dtype(np.float16)}
        assert all(np.isfinite(file[each]).all() for each in file.files)


@pytest.mark.slow
def test_the_shipped_public_reader_reads_public_letters_well_and_private_ones_worse():
    public = Pictures(*draw(SETS["public"], 1_000), "drawn")
    private = Pictures(*draw(SETS["private_test"], 1_000), "drawn")
    reader = load_reader("drawn")
    assert accuracy(reader, public) > 0.93
    assert 0.3 < accuracy(reader, private) < accuracy(reader, public) - 0.1


@pytest.mark.slow
@real_letters
def test_the_shipped_reader_of_all_faces_reads_real_letters():
    """1,000 real test letters: the standard error is 1.1 points, the bound lies four of them below the record."""
    with np.load(REAL) as file:
        images, labels = file["x_test"][:1_000], file["y_test"][:1_000] - 1
    right = (read(load_reader("emnist"), images) == labels).mean()
    assert right > 0.82, right


@pytest.mark.slow
@real_letters
def test_official_pictures_are_stored_transposed_and_have_the_hash_we_know():
    """Rebuilds the first 14,800 test pictures of the official file out of the real letters, wherever they are held."""
    rows = np.zeros((OFFICIAL.known_rows, 28, 28), np.uint8)
    found = np.zeros(OFFICIAL.known_rows, bool)
    with np.load(REAL) as file:
        if "src_row_train" not in file.files:
            pytest.skip("these letters do not say which official rows they are")
        for part in ("train", "test"):
            mine = file[f"src_{part}"] == 1
            rows[file[f"src_row_{part}"][mine]] = file[f"x_{part}"][mine]
            found[file[f"src_row_{part}"][mine]] = True
    assert found.all()
    stored = rows.transpose(0, 2, 1).tobytes()
    assert hashlib.sha256(stored).hexdigest() == OFFICIAL.known_hash
