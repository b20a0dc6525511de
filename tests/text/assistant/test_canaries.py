"""Training sets that differ in a code alone; ranks and exposure."""

import numpy as np
import pytest

from privlab.text.assistant.canaries import CODES, all_codes, exposure, planted, ranks, read_code
from privlab.text.assistant.dataset import TAGS, WORDS


def test_training_sets_differ_in_their_canary_alone():
    codes = all_codes()[[4827, 1234, 9]]
    data = planted(codes, [0, 3, 20], seed=1, size=50)
    for model, count in enumerate([0, 3, 20]):
        assert (data.words[model, count:] == data.words[0, count:]).all()
        said = [WORDS.index(digit) for digit in map(str, codes[model])]
        assert (data.words[model, :count, 4:8] == said).all()
    assert not (data.tags[0] == TAGS.index("B-secret")).any()
    assert len(np.unique(planted(codes[:1], 10, seed=1, size=50, paraphrased=True).words[0, :10], axis=0)) == 10


def test_a_code_is_read_as_it_is_typed():
    assert read_code("0042").tolist() == read_code(" 0 0 4 2 ").tolist() == [0, 0, 4, 2]


def test_ranks_and_exposure():
    losses = np.random.default_rng(1).permutation(CODES)[None].astype(float)
    assert ranks(losses, all_codes()[losses.argmin(1)]) == [1]
    assert ranks(losses, all_codes()[losses.argmax(1)]) == [CODES]
    assert ranks(np.ones((1, CODES)), [[1, 2, 3, 4]]) == [CODES], "equal losses tell nothing"
    assert exposure(1) == pytest.approx(13.2877, abs=1e-4) and exposure(CODES) == 0
    assert exposure(np.arange(1, CODES + 1)).mean() == pytest.approx(1.44, abs=0.01)
    assert (all_codes() @ (1_000, 100, 10, 1) == np.arange(CODES)).all()


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: planted(all_codes()[:2], 11, seed=1, size=10), "0 to 10 times"),
        (lambda: planted(all_codes()[:2], -1, seed=1, size=10), "0 to 10 times"),
        (lambda: read_code("123"), "four digits"),
        (lambda: read_code("12345"), "four digits"),
        (lambda: read_code("-123"), "four digits"),
        (lambda: read_code("12²4"), "four digits"),
        (lambda: exposure([1, 0]), "the first rank is 1"),
    ],
)
def test_bad_input_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)
