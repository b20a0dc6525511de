"""A word replaced at random: how far it goes, and that both ways keep metric privacy."""

import collections

import numpy as np
import pytest

from privlab.text.fairness import word_noise
from privlab.text.fairness.embeddings import Vectors, glove


def test_by_density_no_replacement_is_likelier_than_the_distance_allows():
    vectors, words = glove(), ["engineer", "nurse", "math", "he"]
    for epsilon in (0.5, 10.0):
        chances = np.log(word_noise.probabilities(vectors, words, epsilon))
        own = vectors.of(words)
        for one in range(4):
            for other in range(4):
                allowed = epsilon * np.linalg.norm(own[one] - own[other])
                assert (chances[one] - chances[other]).max() <= allowed + 1e-9


def test_by_density_draws_what_its_probabilities_say():
    vectors = glove()
    few = Vectors(vectors.words[:4], vectors.numbers[:4])
    drawn = word_noise.by_density(few, [few.words[0]] * 20_000, 3.0, np.random.default_rng(1))
    counts = collections.Counter(drawn)
    shares = np.array([counts[word] for word in few.words]) / 20_000
    assert np.abs(shares - word_noise.probabilities(few, few.words[:1], 3.0)[0]).max() < 0.02


def test_the_noise_on_a_vector_is_as_long_as_said():
    """With two words far apart along one line: the word changes as often as the noise passes the middle."""
    vectors, rng = Vectors(("here", "there"), np.array([[0.0], [1.0]])), np.random.default_rng(2)
    replaced = word_noise.by_vector(vectors, ["here"] * 20_000, 2.0, rng)
    assert replaced.count("there") / 20_000 == pytest.approx(np.exp(-2 * 0.5) / 2, abs=0.015)


def test_at_one_epsilon_noise_among_words_stays_nearer():
    vectors, rng = glove(), np.random.default_rng(3)
    by_vector, by_density = (
        word_noise.moved(vectors, vectors.words, way(vectors, vectors.words, 10.0, rng)).mean()
        for way in (word_noise.by_vector, word_noise.by_density)
    )
    assert by_density < 0.6 * by_vector
    assert word_noise.by_density(vectors, ["nurse"] * 5, 1e3, rng) == ["nurse"] * 5


@pytest.mark.parametrize("way", [word_noise.by_vector, word_noise.by_density])
def test_what_cannot_be_is_refused_in_a_sentence(way):
    with pytest.raises(ValueError, match="hold no 'xyzzy'"):
        way(glove(), ["xyzzy"], 1.0, np.random.default_rng(4))
    with pytest.raises(ValueError, match="epsilon"):
        way(glove(), ["nurse"], 0.0, np.random.default_rng(5))
