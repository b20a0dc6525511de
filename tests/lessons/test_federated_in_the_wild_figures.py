"""The experiments of lesson 54: scores in time, labels on devices, devices that are away."""

import numpy as np
import pytest

from privlab.lessons.federated_in_the_wild.experiments import labels_on_devices, scores_of_periods, two_groups


def test_scores_before_learning_tell_the_truth_and_later_ones_flatter(easy_letters):
    pixels, labels, test = easy_letters
    scores = scores_of_periods(pixels, labels, test, seed=0, periods=3)
    assert (scores[:, 1] > scores[:, 0]).all() and (abs(scores[:, 0] - scores[:, 2]) < 0.15).all()


@pytest.mark.slow
def test_own_readings_teach_nothing_and_a_group_that_is_away_is_forgotten(easy_letters):
    pixels, labels, test = easy_letters
    rng = np.random.default_rng(1)
    hard, hard_test = (
        np.tile(part, (2, 1)) + rng.normal(size=(2 * len(part), 196)).astype(np.float32) * 3
        for part in (pixels, test[0])
    )
    twice, tested = np.tile(labels, 2), (hard_test, np.tile(test[1], 2))
    accuracy = {
        kind: labels_on_devices(hard, twice, tested, seed=0, kind=kind, rounds=15) for kind in ("server", "own", "true")
    }
    assert accuracy["own"] - accuracy["server"] < 0.6 * (accuracy["true"] - accuracy["server"]) > 0
    rare, weighed = (two_groups(pixels, labels, test, seed=0, weighed=weighed, rounds=30) for weighed in (False, True))
    assert rare[1] < rare[0] and weighed[1] > rare[1]
    with pytest.raises(ValueError, match="the kind must be"):
        labels_on_devices(np.tile(pixels, (2, 1)), twice, test, seed=0, kind="guessed")
