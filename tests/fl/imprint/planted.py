"""A planted layer and the letters that are thrown at it."""

import numpy as np

from privlab import fl
from tests.fl.made_up_letters import made_up

PUBLIC, SECRET = made_up(4_000, 1).images, made_up(400, 2).images


def planted(bins, groups, **more):
    plan = fl.imprint.plan(PUBLIC, bins=bins, groups=groups, rng=np.random.default_rng(3))
    return plan, fl.imprint.network(plan, np.random.default_rng(4), **more)


def some(trial, count=9):
    rng = np.random.default_rng(trial)
    return SECRET[rng.choice(len(SECRET), count, replace=False)], rng.integers(26, size=count)


def found(pictures, truth):
    have = {picture.tobytes() for picture in pictures}
    return np.array([letter.tobytes() in have for letter in truth])
