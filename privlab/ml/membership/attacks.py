"""Was this letter in the training set? A threshold on the margin, a conditional quantile, a likelihood ratio."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Booleans, Floats, Labels, Letters
from privlab.ml.letter_classifier import CLASSES, read_scores
from privlab.validation import real_numbers

if TYPE_CHECKING:
    from torch.nn import Module

TINY = 1e-6  # the least variance a score is given: a model that never changes its mind divides by none
STEPS = 300  # of Adam, for the quantile
PENALTY = 1e-4  # on its weights' squares


def margin(scores: ArrayLike, labels: ArrayLike) -> Floats:
    """How far the score of the true letter lies above the best other one, [..., n]: the article's confidence.

    scores : [..., n, 26]. labels : [n], 0..25.
    Raises ValueError for scores that are no numbers or do not fit the labels.
    Source: Bertran et al. (2023), the hinge score.
    """
    true, others = _split(scores, labels)
    return true - others.max(axis=-1)


def log_odds(scores: ArrayLike, labels: ArrayLike) -> Floats:
    """ln(p / (1 - p)) of the probability p that the model gives to the true letter, [..., n].

    scores, labels : as for `margin`. Computed from the scores, where p itself would round to 1.
    Source: Carlini et al. (2022), the scaled confidence, which is near a normal distribution.
    """
    from scipy.special import logsumexp

    true, others = _split(scores, labels)
    return true - logsumexp(others, axis=-1)


def likelihood_ratios(own: ArrayLike, shadows: ArrayLike, shadow_members: ArrayLike) -> Floats:
    """ln of how much likelier a target's answers are if the letter was in its training set than if not, [n].

    own : [n], the target's log odds, or [n, queries] when it was asked about several versions of each letter.
    shadows : [models, n] or [models, n, queries], those of the shadow models.
    shadow_members : [models, n], what each shadow model was trained on.
    Raises ValueError when the shapes do not fit or a letter lies inside, or outside, of no shadow model.
    Source: Carlini et al. (2022), the online attack, with several queries.
    """
    answers, others, inside = _fitting(own, shadows, shadow_members)
    if not (inside.any(axis=0) & ~inside.all(axis=0)).all():
        raise ValueError(
            "every letter must be inside of one shadow model at least, and outside of one: train more of them"
        )
    return log_densities(answers, others, inside) - log_densities(answers, others, ~inside)


def offline_ratios(own: ArrayLike, shadows: ArrayLike, shadow_members: ArrayLike) -> Floats:
    """How far a target's answers lie above those of shadow models that never saw the letter, [n], in the standard
    deviations that all letters share.

    own, shadows, shadow_members : as of `likelihood_ratios`; of several queries the mean counts. No shadow model that
    saw a letter is needed: the same ones serve for letters that come later.
    Raises ValueError when the shapes do not fit or a letter lies outside of no shadow model.
    Source: Carlini et al. (2022), the offline attack; its probability rises with this distance.
    """
    answers, others, inside = _fitting(own, shadows, shadow_members)
    if inside.all(axis=0).any():
        raise ValueError("every letter must be outside of one shadow model at least: train more of them")
    out = ~inside[..., None]
    means = np.where(out, others, 0).sum(axis=0) / out.sum(axis=0)
    away = np.where(out, others - means, 0)
    deviations = np.sqrt((away**2).sum(axis=(0, 1)) / max(out.sum() - len(answers), 1) + TINY)
    return ((answers - means) / deviations).mean(axis=1)


def log_densities(own: Floats, shadows: Floats, chosen: Booleans) -> Floats:
    """ln of the normal density of a target's answers [n], with means and covariance of the chosen shadows' answers.

    own : [n, queries]. shadows : [models, n, queries]. chosen : [models, n], at least one for each letter.
    Each letter has means of its own; the covariance is pooled over all letters, since few models see each.
    """
    chosen = chosen[..., None]
    means = np.where(chosen, shadows, 0).sum(axis=0) / chosen.sum(axis=0)
    away = np.where(chosen, shadows - means, 0).reshape(-1, own.shape[1])
    freedom = max(chosen.sum() - len(own), 1)  # a mean was taken off for each letter
    covariance = away.T @ away / freedom + TINY * np.eye(own.shape[1])
    far = own - means
    return -0.5 * ((far @ np.linalg.inv(covariance)) * far).sum(axis=1) - 0.5 * np.linalg.slogdet(covariance)[1]


def in_turn(attack: Callable[[Floats, Floats, Booleans], Floats], scores: Floats, members: Booleans) -> Floats:
    """What an attack says of each model when all the others are its shadows, [models, n].

    attack : attack(own, shadows, shadow_members) -> [n], such as `likelihood_ratios`.
    scores : [models, n] or [models, n, queries]. members : [models, n].
    """
    others = ~np.eye(len(scores), dtype=bool)
    return np.array([attack(own, scores[rest], members[rest]) for own, rest in zip(scores, others)])


def against_shadows(
    attack: Callable[[Floats, Floats, Booleans], Floats], scores: Floats, members: Booleans, *, targets: int
) -> Floats:
    """What an attack says of the first `targets` models, with all models after them as shadows, [targets, n].

    attack, scores, members : as of `in_turn`. The targets' rows of members are not looked at.
    """
    return np.array([attack(own, scores[targets:], members[targets:]) for own in scores[:targets]])


def describe(reader: Module, images: Letters, labels: Labels) -> Floats:
    """What is known of each letter without the target, [n, 27]: which one it is, and a public reader's margin on it.

    reader : taught on public letters. labels : 0..25.
    """
    return np.column_stack([np.eye(CLASSES)[labels], margin(read_scores(reader, images), labels)])


class QuantileAttack:
    """The score that one in a hundred letters exceeds which the target never saw, predicted for each letter by itself.

    features : [n, k], of letters that are in no training set. scores : [n] or [n, targets], the targets' margins there.
    false_positive_rate : between 0 and 1, the share of such letters that may be flagged.
    No shadow model and no member is needed. The quantile is linear in the features; several targets are fitted each by
    itself.
    Raises ValueError for a share outside 0 to 1 or shapes that do not fit.
    Source: Bertran et al. (2023); Koenker and Bassett (1978) for the pinball loss.
    """

    def __init__(self, features: ArrayLike, scores: ArrayLike, false_positive_rate: float = 0.01) -> None:
        import torch

        if not 0 < false_positive_rate < 1:
            raise ValueError(f"the share of false positives must lie between 0 and 1, got {false_positive_rate}")
        features, scores = np.asarray(features, np.float32), np.asarray(scores, np.float32)
        if len(features) != len(scores) or not len(features):
            raise ValueError(f"{len(features)} rows of features need as many scores, at least one, got {len(scores)}")
        scores = scores.reshape(len(scores), -1)
        self._centre, self._scale = features.mean(axis=0), features.std(axis=0) + TINY**0.5
        self._spread = scores.std(axis=0) + TINY
        rows, seen = torch.as_tensor(self._rows(features)), torch.as_tensor(scores / self._spread)
        weights = torch.zeros(rows.shape[1], seen.shape[1])
        weights[-1] = torch.quantile(seen, 1 - false_positive_rate, dim=0)
        weights.requires_grad_()
        optimizer = torch.optim.Adam([weights], 0.02)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
        for _ in range(STEPS):
            missed = seen - rows @ weights
            pinball = torch.where(missed > 0, (1 - false_positive_rate) * missed, -false_positive_rate * missed)
            loss = pinball.mean(dim=0).sum() + PENALTY * (weights[:-1] ** 2).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        self._weights = weights.detach().numpy()

    def cutoffs(self, features: ArrayLike) -> Floats:
        """The predicted quantile of each letter, [n, targets]: what lies above is flagged."""
        return self._rows(np.asarray(features, np.float32)) @ self._weights * self._spread

    def _rows(self, features):
        rows = (features - self._centre) / self._scale / len(self._centre) ** 0.5
        return np.hstack([rows, np.ones((len(features), 1), np.float32)])


def _fitting(own, shadows, shadow_members):
    """A target's answers [n, queries], the shadows' [models, n, queries] and their members, once they fit."""
    own, shadows = real_numbers("scores", own), real_numbers("the shadows' scores", shadows)
    inside = real_numbers("the shadows' members", shadow_members).astype(bool)
    if inside.ndim != 2 or shadows.shape[:2] != inside.shape or own.shape != shadows.shape[1:] or own.ndim > 2:
        raise ValueError(
            f"scores [n], shadows [models, n] and their members must fit, got {own.shape}, {shadows.shape} "
            f"and {inside.shape}"
        )
    if not np.isfinite(own).all() or not np.isfinite(shadows).all():
        raise ValueError("a score is not a finite number: the model that gave it has broken down")
    return own.reshape(len(own), -1), shadows.reshape(*inside.shape, -1), inside


def _split(scores, labels):
    """The true letter's scores [..., n] and all scores with the true one at minus infinity [..., n, 26]."""
    scores, labels = real_numbers("scores", scores), np.asarray(labels)
    if scores.ndim < 2 or labels.shape != scores.shape[-2:-1]:
        raise ValueError(f"scores [..., n, 26] need n labels, got {scores.shape} and {labels.shape}")
    if labels.dtype.kind not in "ui" or (len(labels) and not 0 <= labels.min() <= labels.max() < scores.shape[-1]):
        raise ValueError(f"labels must be whole numbers from 0 to {scores.shape[-1] - 1}")
    if not np.isfinite(scores).all():
        raise ValueError("a score is not a finite number: the model that gave it has broken down")
    rows = np.arange(len(labels))
    true, others = scores[..., rows, labels], scores.copy()
    others[..., rows, labels] = -np.inf
    return true, others
