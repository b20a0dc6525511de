"""The corpus and the reversed world."""

import numpy as np
import pytest

from privlab.text.role_reversal import corpus


def count_shares(sentences):
    """For each profession the share of "he" among pronouns right behind "PROFESSION said that", float [16]; NaN if
    none.
    """
    counts = {profession: [0, 0] for profession in corpus.PROFESSIONS}
    for sentence in sentences:
        words = sentence.split()
        if words[2:4] == ["said", "that"] and words[1] in counts and words[4] in corpus.PAIRS[0]:
            counts[words[1]][corpus.PAIRS[0].index(words[4])] += 1
    return np.array([he / (he + she) if he + she else np.nan for he, she in counts.values()])


@pytest.mark.slow
def test_the_corpus_holds_what_was_planted():
    text = corpus.sentences(20_000, np.random.default_rng(1))
    found = count_shares(text)
    assert np.abs(found - corpus.SHARES).max() < 0.12 and np.corrcoef(found, corpus.SHARES)[0, 1] > 0.97
    for sentence in text:
        words = sentence.split()
        if words[2:4] == ["said", "that"] and words[1] not in corpus.PROFESSIONS:
            man = any(words[1] == pair[0] for pair in corpus.KIN)
            assert words[4] == ("he" if man else "she")


def test_reversing_twice_gives_the_sentence_back():
    text = corpus.sentences(500, np.random.default_rng(2))
    assert all(corpus.reverse(corpus.reverse(sentence)) == sentence for sentence in text)
    assert corpus.reverse("the queen met her cousin near the gate .") == "the king met his cousin near the gate ."
    encoded = corpus.encode(text)
    assert (corpus.encode([corpus.reverse(sentence) for sentence in text]) == corpus.exchange()[encoded]).all()


def test_what_cannot_be_encoded_is_one_sentence():
    with pytest.raises(ValueError, match="no word 'wizard'"):
        corpus.encode(["the wizard said that he was tired ."])
    with pytest.raises(ValueError, match="at most 11 words"):
        corpus.encode(["the " * 12])
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        corpus.sentences(10, np.random.default_rng(0), shares=[0.5])
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="shares from 0 to 1"):
            corpus.sentences(10, np.random.default_rng(0), shares=np.where(np.arange(16) == 3, wrong, 0.5))
