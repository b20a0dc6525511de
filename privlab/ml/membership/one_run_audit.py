"""How much membership leaks from models, in guesses that were fixed before looking, beside what a budget allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Booleans, Floats, Labels, Letters, Scores
from privlab.ml.membership.attacks import (
    QuantileAttack,
    against_shadows,
    describe,
    in_turn,
    likelihood_ratios,
    log_odds,
    margin,
    offline_ratios,
)
from privlab.ml.membership.metrics import epsilon_lower
from privlab.validation import real_numbers

if TYPE_CHECKING:
    from torch.nn import Module


class Leakage(NamedTuple):
    """What came of an attack: ratios and members, both [targets, n]; how many of the guesses were right."""

    ratios: Floats
    members: Booleans
    right: int
    guesses: int

    @property
    def epsilon_lower(self) -> float:
        """The epsilon that the guesses show to be exceeded, with 95 % confidence."""
        return epsilon_lower(self.right, self.guesses)


def measure_leakage(scores: ArrayLike, members: ArrayLike, *, targets: int = 4, share: float = 0.1) -> Leakage:
    """The `Leakage` of the first models, attacked with the others as their shadows.

    scores : [models, n], log odds. members : [models, n]; in the targets each letter took part by a fair coin of its
    own.
    targets : models that are attacked; the rest are shadows. share : up to 0.5; on the shadows, attacked in turn, the
    highest share is guessed in and the lowest share out. These two thresholds stand before a target is looked at.
    Raises ValueError for fewer than three shadows or a share that cannot be.
    """
    scores, members = real_numbers("scores", scores), np.asarray(members, dtype=bool)
    if scores.ndim != 2 or not 1 <= targets <= len(scores) - 3:
        raise ValueError(f"scores {list(scores.shape)} are not of {targets} targets and at least three shadows")
    if not 0 < share <= 0.5:
        raise ValueError(f"the share that is guessed must lie between 0 and 0.5, got {share}")
    shadows, known, truth = scores[targets:], members[targets:], members[:targets]
    low, high = np.quantile(in_turn(likelihood_ratios, shadows, known), [share, 1 - share])
    ratios = against_shadows(likelihood_ratios, scores, members, targets=targets)
    right = (truth & (ratios > high)).sum() + (~truth & (ratios < low)).sum()
    return Leakage(ratios, truth, int(right), int(((ratios > high) | (ratios < low)).sum()))


def scores_of_attacks(
    reader: Module,
    asked: tuple[Letters, Labels, Scores],
    outside: tuple[Letters, Labels, Scores],
    members: Booleans,
    *,
    targets: int,
) -> dict[str, Floats]:
    """What each attack says of each letter and target, {"threshold", "quantile", "offline", "lira": [targets, n]}.

    The first `targets` models are attacked: with one threshold, with the quantile that was learned outside, and with
    the other models as shadows, those alone that never saw a letter, or all.

    reader : taught on public letters. asked, outside : images, labels and the models' scores [models, n, 26] of the
    letters that are asked about, and of others that no model was trained on.
    members : [models, n], of which the shadows' rows alone are looked at.
    """
    margins, unseen = (margin(scores[:targets], labels) for _, labels, scores in (asked, outside))
    learned, odds = QuantileAttack(describe(reader, *outside[:2]), unseen.T), log_odds(asked[2], asked[1])
    return {
        "threshold": margins,
        "quantile": margins - learned.cutoffs(describe(reader, *asked[:2])).T,
        "offline": against_shadows(offline_ratios, odds, members, targets=targets),
        "lira": against_shadows(likelihood_ratios, odds, members, targets=targets),
    }
