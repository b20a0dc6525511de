"""A few drawn letters in the form of the real ones, which the shipped reader can read."""

from dataclasses import replace
from functools import cache

import numpy as np

from privlab.data.drawn.dataset import SETS, draw


@cache
def _drawn():
    images, labels, _ = draw(replace(SETS["all"], writers=2))
    return images, labels + np.uint8(1)


def small_letters():
    """x_train, y_train, x_test, y_test as EMNIST has them: uint8 [n, 28, 28] and labels 1..26, a dict."""
    images, labels = _drawn()
    order = np.argsort(labels, kind="stable")  # as the official test letters lie
    train = np.arange(len(labels)) % 2 == 0
    return {
        "x_train": images[train],
        "y_train": labels[train],
        "x_test": images[order][~train[order]],
        "y_test": labels[order][~train[order]],
    }
