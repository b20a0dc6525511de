"""Defenses of canaries: what is left out, and what an attacker who calibrates is told."""

import numpy as np
import pytest

from benchmarks.experiments.canary_defenses import calibrated, deduplicated, defended
from privlab.text.assistant.canaries import all_codes, planted
from privlab.text.assistant.dataset import TAGS


def test_leaving_out_copies_leaves_one_and_paraphrases():
    codes = all_codes()[[4827, 1111]]
    for paraphrased, left in ((False, 1), (True, 10)):
        data = deduplicated(planted(codes, 20, seed=1, size=300, paraphrased=paraphrased))
        for words, tags in zip(data.words, data.tags):
            assert len(np.unique(words, axis=0)) == len(words)
            assert (tags == TAGS.index("B-secret")).any(axis=1).sum() == left


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: defended("prayer", all_codes()[:1], 1, 1), "no defense 'prayer'"),
        (lambda: calibrated(np.ones((1, 10))), "two models"),
    ],
)
def test_bad_input_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)
