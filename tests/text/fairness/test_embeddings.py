"""The word vectors that come with the course."""

import hashlib

import numpy as np
import pytest

from privlab.data.types import DataError
from privlab.text.fairness import embeddings
from privlab.text.fairness.embeddings import contexts, glove


def test_the_slices_are_the_published_ones():
    for name, begins in (("glove_slice.npz", "d9fe7d6f22fbb7a8"), ("minilm_contexts.npz", "3cfbb41431c79727")):
        with np.load(embeddings.FOLDER / name) as found:
            assert hashlib.sha256(found["vectors"].tobytes()).hexdigest().startswith(begins)
    with np.load(embeddings.FOLDER / "minilm_contexts.npz") as found:
        assert len(found["sentences"]) == 8
    assert len(glove().words) == 435 and contexts().numbers.shape == (79, 8, 384)
    for vectors in (glove(), contexts()):
        assert np.allclose(np.linalg.norm(vectors.numbers, axis=-1), 1)


def test_a_missing_or_broken_slice_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(embeddings, "FOLDER", tmp_path)
    with pytest.raises(DataError, match="glove_slice.npz are missing"):
        glove()
    (tmp_path / "minilm_contexts.npz").write_text("no vectors")
    with pytest.raises(DataError, match="broken"):
        contexts()


def test_words_outside_the_vocabulary_are_named():
    with pytest.raises(ValueError, match="no 'zebra'"):
        glove().of(["nurse", "zebra"])
    with pytest.raises(ValueError, match="one for each word"):
        glove().changed(np.zeros((3, 50)))
    for wrong in (np.nan, np.inf):
        numbers = glove().numbers.copy()
        numbers[7, 3] = wrong
        with pytest.raises(ValueError, match="vectors of finite numbers"):
            glove().changed(numbers)
