"""Letters as the world stores them: turned as the course expects them, or refused."""

import numpy as np
import pytest

from privlab.data import DataError
from privlab.data.orientation import TURNS, stand_right
from privlab.data.reading import read
from tests.data.small_letters import small_letters

RIGHT = {"images": small_letters()["x_train"], "labels": small_letters()["y_train"]}


def stored(change):
    """The letters as `change` stores them."""
    return {**RIGHT, **change(RIGHT["images"], RIGHT["labels"])}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words, change",
    [
        ([], lambda x, y: {}),
        ([], lambda x, y: {"images": x.reshape(-1, 784), "labels": y[:, None].astype(np.int64)}),
        ([], lambda x, y: {"images": x[:, None].astype(np.float32)}),
        (["transposed"], lambda x, y: {"images": x.transpose(0, 2, 1)}),
        (["mirrored"], lambda x, y: {"images": x[:, :, ::-1]}),
        (["turned to the left"], lambda x, y: {"images": np.rot90(x, 1, axes=(1, 2))}),
        (["transposed", "dark on light"], lambda x, y: {"images": 255 - x.transpose(0, 2, 1)}),
        (["made of 0..1"], lambda x, y: {"images": x / 255}),
        (["labelled 0..25"], lambda x, y: {"labels": y - 1}),
    ],
)
def test_what_is_stored_otherwise_is_turned_with_a_word(words, change):
    images, labels, said = stand_right("train", *stored(change).values())
    assert said == words and images.dtype == labels.dtype == np.uint8 and images.flags.c_contiguous
    assert (images == RIGHT["images"]).all() and (labels == RIGHT["labels"]).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "words, change",
    [
        ("do not belong together", lambda x, y: {"images": x[::-1]}),
        ("do not belong together", lambda x, y: {"labels": (y + 4) % 26 + 1}),
        ("do not belong together", lambda x, y: {"images": np.zeros_like(x)}),
        ("are moved by 1", lambda x, y: {"images": x[y < 26], "labels": np.where(y[y < 26] == 1, 0, y[y < 26]) + 1}),
    ],
)
def test_what_cannot_be_turned_is_refused(words, change):
    with pytest.raises(DataError, match=words):
        stand_right("train", *stored(change).values())


@pytest.mark.parametrize("value", [256, 300, -1, np.nan, np.inf])
def test_pixels_outside_of_their_range_are_refused(value):
    images = RIGHT["images"].astype(float)
    images[0, 5, 5] = value
    with pytest.raises(DataError, match="28 x 28 pixels from 0 to 255"):
        stand_right("train", images, RIGHT["labels"])


@pytest.mark.parametrize("moved", [21, -2, 26])
def test_labels_of_other_collections_are_refused_by_what_they_are(moved):
    with pytest.raises(DataError, match="must be 1..26 for a..z, but goes from"):
        stand_right("train", RIGHT["images"], RIGHT["labels"].astype(int) + moved)


def test_a_turn_takes_the_letters_back():
    for turn, turned in TURNS.items():
        back = turned(turned(turned(turned(RIGHT["images"]))))
        assert (back == RIGHT["images"]).all(), turn


def test_the_reader_is_the_one_of_the_lessons():
    classifier = pytest.importorskip("privlab.ml.letter_classifier")
    pytest.importorskip("torch")
    scores = classifier.read(classifier.load_reader("emnist"), RIGHT["images"])
    assert (read(RIGHT["images"]) == scores).all() and (scores == RIGHT["labels"] - 1).mean() > 0.9
