"""Made-up answers of models, for tests of the attacks and of the rates that judge them."""

import numpy as np

from privlab.ml.membership.shadow_models import draw_members


def simulated(gap, models=24, letters=400, seed=1, queries=None):
    """Scores [models, letters (, queries)] of letters that differ in hardness; members' are higher by `gap`."""
    rng = np.random.default_rng(seed)
    members = draw_members(models, letters=letters, rng=rng)
    more = (queries,) if queries else ()
    scores = rng.normal(size=(models, letters, *more)) + 5 * rng.normal(size=(letters, *more))
    return scores + gap * members.reshape(*members.shape, *[1] * len(more)), members


def drawn_by_coins(letters, rng, targets=4, shadows=12):
    """Members [models, letters]: in a target each letter takes part by a coin of its own, in shadows by halves."""
    return np.vstack([rng.random((targets, letters)) < 0.5, draw_members(shadows, letters=letters, rng=rng)])
