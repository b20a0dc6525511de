"""Attacks on membership, 1,000 members and 1,000 others: one's precision, and what all find, with and without noise."""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, public_letters, render
from privlab.ml.letter_classifier import load_reader
from privlab.ml.membership.attacks import likelihood_ratios, log_odds
from privlab.ml.membership.metrics import interval, recall_at, threshold_for
from privlab.ml.membership.one_run_audit import scores_of_attacks
from privlab.ml.membership.shadow_models import draw_members, head_scores, train_heads, train_together
from privlab.ml.public_features import PublicFeatures

MEMBERS = 1_000
MODELS, MODELS_IN_FULL = 16, 48
HEADS = 16
TRIED = 8  # shadows that are attacked in turn to find a target's threshold
WANTED = 0.973  # precision on those; a target's own lies about it
# rows and columns by which a letter is moved before it is asked about again
SHIFTS = ((0, 1), (0, -1), (1, 0), (-1, 0))
TESTED = 5_000
EPSILON, DELTA = 3.0, 1e-5
RATES = {"at_1": 0.01, "at_0_1": 0.001}  # false positives, in a figure's name in per cent
NAMES = "threshold", "quantile", "lira"


def run(full=False, seed=0, trials=None):
    """The figures of the attack, pooled over all models trained together; `trials` is their number, even and at least
    8.

    Each is a target in turn, with the others as its shadows; its threshold is the one that serves some of those, which
    are attacked with the rest, without the target.
    full : 48 models instead of 16, the precision once more at the next seed, and every attack with and without noise.
    """
    if data_in_use().source == "drawn":
        render()
    models, source = trials or (MODELS_IN_FULL if full else MODELS), data_in_use().source
    pool = _Pool(seed, models)
    right, flagged = _flagged(pool.answers(), pool.members)
    low, high = interval(right, flagged) if flagged else (None, None)
    accuracy = (
        100 * (pool.networks.scores(pool.test.images[:TESTED]).argmax(axis=2) == pool.test.labels[:TESTED]).mean()
    )
    yield figure("membership_precision", right / flagged if flagged else None, "rate", reference=0.97, data=source)
    yield figure("membership_recall", right / pool.members.sum(), "rate", data=source)
    yield figure("membership_accused", flagged, "letters", data=source)
    yield figure("membership_precision_low", low, "rate", data=source)
    yield figure("membership_precision_high", high, "rate", data=source)
    yield figure("membership_target_accuracy", float(accuracy), "%", data=source)
    right = flagged = recall = None
    if full:
        again = _Pool(seed + 1, models)
        right, flagged = _flagged(again.answers(), again.members)
        recall = right / again.members.sum()
    yield figure("membership_precision_next_seed", right / flagged if flagged else None, "rate", data=source)
    yield figure("membership_recall_next_seed", recall, "rate", data=source)
    for budget, recalls in (("", pool.plain), (f"_eps{EPSILON:g}", pool.private)):
        recalls = recalls() if full else {}
        for name in NAMES:
            for percent in RATES:
                yield figure(f"membership_{name}{budget}_{percent}", recalls.get((name, percent)), "rate", data=source)


class _Pool:
    """2,000 letters that are asked about, and networks each of which was trained on a half of them."""

    def __init__(self, seed, models):
        split, self.rng = letters(), np.random.default_rng(seed)
        chosen = self.rng.choice(len(split.train), 2 * MEMBERS, replace=False)
        self.images, self.labels = split.train.images[chosen], split.train.labels[chosen]
        self.members = draw_members(models, letters=len(self.images), rng=self.rng)
        self.networks = train_together(
            self.images,
            self.labels,
            self.members,
            hidden=512,
            epochs=40,
            batch=200,
            learning_rate=0.004,
            seed=int(self.rng.integers(2**31)),
        )
        self.test, self.source = split.test, split.source

    def answers(self):
        """Log odds [models, n, 2] of the letters as they are, and in the mean of four versions moved by a pixel."""
        moved = [
            log_odds(self.networks.scores(np.roll(self.images, shift, axis=(1, 2))), self.labels) for shift in SHIFTS
        ]
        return np.stack([log_odds(self.networks.scores(self.images), self.labels), np.mean(moved, axis=0)], axis=2)

    def plain(self):
        """Members found by each attack on the networks, asked once about each letter, {(attack, rate): float}."""
        return self._recalls(lambda images: self.networks.scores(images), self.members)

    def private(self):
        """The same on last layers over frozen public features, trained at ε = 3, each on a half of the letters."""
        features = PublicFeatures(load_reader(self.source), public_letters().images[:1_000], directions=256)
        members = draw_members(HEADS, letters=len(self.images), rng=self.rng)
        heads = train_heads(features.rows(self.images), self.labels, members, EPSILON, DELTA)
        return self._recalls(lambda images: head_scores(heads, features.rows(images)), members)

    def _recalls(self, ask, members):
        outside = public_letters() if self.source == "drawn" else self.test
        chosen = self.rng.choice(len(outside), 2 * MEMBERS, replace=False)
        strange, their_labels = outside.images[chosen], outside.labels[chosen]
        answers = scores_of_attacks(
            load_reader(self.source),
            (self.images, self.labels, ask(self.images)),
            (strange, their_labels, ask(strange)),
            members,
        )
        return {
            (name, percent): recall_at(answers[name], members, rate)
            for name in NAMES
            for percent, rate in RATES.items()
        }


def _flagged(answers, members):
    """(members among the flagged, all flagged), over all targets."""
    right = flagged = 0
    models = len(answers)
    for target in tqdm(range(models), "membership", file=sys.stderr, disable=None):
        others = np.delete(np.arange(models), target)
        tried = np.roll(others, -target)[:TRIED]
        ratios = [_ratios(answers, members, shadow, others[others != shadow]) for shadow in tried]
        threshold = threshold_for(ratios, members[tried], WANTED)
        accused = _ratios(answers, members, target, others) >= threshold
        right, flagged = right + int(members[target][accused].sum()), flagged + int(accused.sum())
    return right, flagged


def _ratios(answers, members, target, shadows):
    return likelihood_ratios(answers[target], answers[shadows], members[shadows])
