"""Precision and recall of the likelihood-ratio attack on 1,000 members and 1,000 others, the threshold fixed on shadows."""
import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, render
from privlab.ml.membership import likelihood_ratios, log_odds
from privlab.ml.rates import threshold_for
from privlab.ml.shadows import draw_members, train_together

MEMBERS = 1_000
MODELS, MODELS_IN_FULL = 16, 48
TRIED = 8       # shadows that are attacked in turn to find a target's threshold
WANTED = 0.973  # precision on those; a target's own lies about it
SHIFTS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows and columns by which a letter is moved before it is asked about again
TESTED = 5_000


def run(full=False, seed=0, trials=None):
    """The figures of the attack, pooled over all models trained together; `trials` is their number, even and at least 8.

    Each is a target in turn, with the others as its shadows; its threshold is the one that serves some of those, which are
    attacked with the rest, without the target.
    """
    if data_in_use().source == "drawn":
        render()
    found, rng = letters(), np.random.default_rng(seed)
    models = trials or (MODELS_IN_FULL if full else MODELS)
    places = rng.choice(len(found.train), 2 * MEMBERS, replace=False)
    images, labels = found.train.images[places], found.train.labels[places]
    members = draw_members(models, len(images), rng)
    networks = train_together(images, labels, members, hidden=512, epochs=40, batch=200, rate=0.004,
                              seed=int(rng.integers(2**31)))
    accuracy = 100 * (networks.scores(found.test.images[:TESTED]).argmax(axis=2) == found.test.labels[:TESTED]).mean()
    right, flagged = _flagged(_answers(networks, images, labels), members)
    yield figure("membership_precision", right / flagged if flagged else None, "rate", reference=0.97, data=found.source)
    yield figure("membership_recall", right / members.sum(), "rate", data=found.source)
    yield figure("membership_target_accuracy", float(accuracy), "%", data=found.source)


def _answers(networks, images, labels):
    """Log odds [models, n, 2] of the letters as they are, and in the mean of four versions moved by a pixel."""
    moved = [log_odds(networks.scores(np.roll(images, shift, axis=(1, 2))), labels) for shift in SHIFTS]
    return np.stack([log_odds(networks.scores(images), labels), np.mean(moved, axis=0)], axis=2)


def _flagged(answers, members):
    """(members among the flagged, all flagged), over all targets."""
    right = flagged = 0
    models = len(answers)
    for target in tqdm(range(models), "membership", file=sys.stderr, disable=None):
        others = np.delete(np.arange(models), target)
        tried = np.roll(others, -target)[:TRIED]
        ratios = [_ratios(answers, members, each, others[others != each]) for each in tried]
        threshold = threshold_for(ratios, members[tried], WANTED)
        found = _ratios(answers, members, target, others) >= threshold
        right, flagged = right + int(members[target][found].sum()), flagged + int(found.sum())
    return right, flagged


def _ratios(answers, members, target, shadows):
    return likelihood_ratios(answers[target], answers[shadows], members[shadows])
