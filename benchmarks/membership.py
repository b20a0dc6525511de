"""Attacks on membership, 1,000 members and 1,000 others: one's precision, and what all find, with and without noise."""

import numpy as np

from benchmarks import figure
from privlab.data import data_in_use, letters, public_letters, render
from privlab.ml.letter_classifier import load_reader
from privlab.ml.membership.attacks import against_shadows, likelihood_ratios, log_odds, offline_ratios
from privlab.ml.membership.metrics import interval, recall_at, threshold_for
from privlab.ml.membership.one_run_audit import scores_of_attacks
from privlab.ml.membership.shadow_models import draw_members, head_scores, train_heads, train_together
from privlab.ml.public_features import PublicFeatures

MEMBERS = 1_000
SHADOWS, SHADOWS_IN_FULL = 12, 32
TARGETS = 16  # models that are attacked, whose members no shadow was told of
NUMBERS = (2, 4, 8, 16, 32)  # of shadows, for the curve
HEADS = 32  # of which 16 are attacked
TRIED = 8  # shadows that are attacked in turn to find the threshold
WANTED = 0.973  # precision on those; a target's own lies about it
# rows and columns by which a letter is moved before it is asked about again
SHIFTS = ((0, 1), (0, -1), (1, 0), (-1, 0))
TESTED = 5_000
EPSILON, DELTA = 3.0, 1e-5
RATES = {"at_1": 0.01, "at_0_1": 0.001}  # false positives, in a figure's name in per cent
NAMES = "threshold", "quantile", "offline", "lira"


def run(full=False, seed=0, trials=None):
    """The figures of the attack, pooled over 16 targets; `trials` is the number of their shadows, even and at least 4.

    The threshold is the one that serves some of the shadows, each of which is attacked with the others: no target's
    members are looked at before they are counted.
    full : 32 shadows instead of 12, the precision once more at the next seed, every attack with and without noise, and
    the attack with fewer shadows.
    """
    if data_in_use().source == "drawn":
        render()
    shadows, source = trials or (SHADOWS_IN_FULL if full else SHADOWS), data_in_use().source
    pool = _Pool(seed, shadows)
    answers = pool.answers()
    right, flagged = _flagged(answers, pool.members)
    low, high = interval(right, flagged) if flagged else (None, None)
    accuracy = (
        100 * (pool.networks.scores(pool.test.images[:TESTED]).argmax(axis=2) == pool.test.labels[:TESTED]).mean()
    )
    yield figure("membership_precision", right / flagged if flagged else None, "rate", reference=0.97, data=source)
    yield figure("membership_recall", right / pool.members[:TARGETS].sum(), "rate", data=source)
    yield figure("membership_accused", flagged, "letters", data=source)
    yield figure("membership_precision_low", low, "rate", data=source)
    yield figure("membership_precision_high", high, "rate", data=source)
    yield figure("membership_target_accuracy", float(accuracy), "%", data=source)
    yield from _by_number(answers, pool.members, source, full)
    right = flagged = recall = None
    if full:
        again = _Pool(seed + 1, shadows)
        right, flagged = _flagged(again.answers(), again.members)
        recall = right / again.members[:TARGETS].sum()
    yield figure("membership_precision_next_seed", right / flagged if flagged else None, "rate", data=source)
    yield figure("membership_recall_next_seed", recall, "rate", data=source)
    for budget, recalls in (("", pool.plain), (f"_eps{EPSILON:g}", pool.private)):
        recalls = recalls() if full else {}
        for name in NAMES:
            for percent in RATES:
                yield figure(f"membership_{name}{budget}_{percent}", recalls.get((name, percent)), "rate", data=source)


class _Pool:
    """2,000 letters that are asked about, and networks each of which was trained on a half of them."""

    def __init__(self, seed, shadows):
        split, self.rng = letters(), np.random.default_rng(seed)
        chosen = self.rng.choice(len(split.train), 2 * MEMBERS, replace=False)
        self.images, self.labels = split.train.images[chosen], split.train.labels[chosen]
        self.members = draw_members(TARGETS + shadows, targets=TARGETS, letters=len(self.images), rng=self.rng)
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
        members = draw_members(HEADS, targets=TARGETS, letters=len(self.images), rng=self.rng)
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
            targets=TARGETS,
        )
        return {
            (name, percent): recall_at(answers[name], members[:TARGETS], rate)
            for name in NAMES
            for percent, rate in RATES.items()
        }


def _flagged(answers, members, shadows=None):
    """(members among the flagged, all flagged), over all targets, with the first `shadows` shadows."""
    targets, own = answers[:TARGETS], members[:TARGETS]
    answers, members = answers[TARGETS:][:shadows], members[TARGETS:][:shadows]
    others = ~np.eye(len(answers), dtype=bool)[:TRIED]
    ratios = [likelihood_ratios(answers[one], answers[rest], members[rest]) for one, rest in enumerate(others)]
    threshold = threshold_for(ratios, members[:TRIED], WANTED)
    accused = np.array([likelihood_ratios(target, answers, members) >= threshold for target in targets])
    return int(own[accused].sum()), int(accused.sum())


def _by_number(answers, members, source, full):
    """What the attack finds with few shadows, asking once: members at 1 % false positives, and its precision."""
    for number in NUMBERS:
        precision, found = None, {}
        if full:
            own, inside = answers[: TARGETS + number, :, 0], members[: TARGETS + number]
            for name, attack in (("lira", likelihood_ratios), ("offline", offline_ratios)):
                told = against_shadows(attack, own, inside, targets=TARGETS)
                found[name] = recall_at(told, members[:TARGETS], 0.01)
            if number > 2:  # two cannot be attacked in turn
                right, flagged = _flagged(answers, members, number)
                precision = right / flagged if flagged else None
        for name in ("lira", "offline"):
            yield figure(f"membership_{name}_at_1_shadows_{number}", found.get(name), "rate", data=source)
        yield figure(f"membership_precision_shadows_{number}", precision, "rate", data=source)
