"""Public features, and the private letters that they describe."""

import pytest

from privlab.data.drawn.dataset import SETS, draw
from privlab.data.types import Pictures
from privlab.ml.letter_classifier import load_reader
from privlab.ml.public_features import PublicFeatures, labels_of


@pytest.fixture(scope="session")
def features():
    """Features from 600 public letters, 64 directions of the convolutions' output."""
    return PublicFeatures(load_reader("drawn"), draw(SETS["public"], 600)[0], directions=64)


@pytest.fixture(scope="session")
def private(features):
    """Rows [1500, 322] and labels of private letters."""
    letters = Pictures(*draw(SETS["private_train"], 1_500), "drawn")
    return features.rows(letters.images), labels_of(letters)
