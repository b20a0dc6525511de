"""The figures of lesson 32 draw what they are given, and quickly."""

import time

import numpy as np
import pytest

from privlab.he.logreg.circuits import cubic
from privlab.he.logreg.comparison import measure, steps
from privlab.he.logreg.task import Task
from privlab.lab.style import new_figure
from privlab.lessons.encrypted_training.experiments import RUN_AWAY, cubic_runs
from privlab.lessons.encrypted_training.figures import draw_polynomial, draw_steps, draw_weights


@pytest.fixture(scope="module")
def runs():
    rng = np.random.default_rng(0)
    pictures = np.concatenate([rng.normal(1, 1, (64, 64)), rng.normal(-1, 1, (64, 64))])
    labels = np.repeat([1.0, -1.0], 64)
    rows = (labels[:, None] * pictures)[rng.permutation(128)].reshape(2, 64, 64)
    return cubic_runs(
        Task(list(rows) * 3, pictures, labels, "made"), np.zeros(64), learning_rates=(0.01, 4), reaches=(1, 8)
    )


def test_a_cubic_inside_its_range_is_the_sigmoid_and_outside_runs_away(runs):
    calm, wild = runs[0.01, 8], runs[4, 1]
    assert calm.outside == 0 and abs(calm.cubic_correct[-1] - calm.sigmoid_correct[-1]) < 0.02
    assert wild.outside > 0 and wild.largest == RUN_AWAY and calm.largest < 10
    assert calm.values == 384 and len(calm.cubic_correct) == 7 and calm.histogram.max() == pytest.approx(0.4)


def test_the_polynomial_is_drawn_with_its_count(runs):
    figure, axes = new_figure((9, 3.8), panels=2)
    assert (
        draw_polynomial(axes, learning_rate=0.01, reach=8, runs=runs) == "rate 0.01, reach 8: 0 of 384 values outside"
    )
    assert list(axes[1].lines[1].get_ydata()) == runs[0.01, 8].cubic_correct


def test_steps_and_weights_are_drawn():
    measures = {
        name: measure(training)
        for name, training in steps(4, samples=4, learning_rate=1.0, polynomial=cubic(4)).items()
    }
    figure, axes = new_figure((11, 4), panels=3)
    assert draw_steps(axes, measures).startswith("products at one depth, at most: 1 as it is written, 1 rows held")
    assert [bar.get_width() for bar in axes[0].patches] == [20, 16, 12, 12, 10, 9, 7]
    weights = np.random.default_rng(0).normal(size=(2, 64))
    figure, axes = new_figure((7, 3.6), panels=2)
    began = time.process_time()
    assert draw_weights(axes, weights, weights, after=2).startswith("weights after pass 2")
    assert time.process_time() - began < 0.5
    assert axes[0].images[0].get_array()[0, 0] == 0 and axes[0].images[0].get_array()[0, 1] == weights[1, 1]
