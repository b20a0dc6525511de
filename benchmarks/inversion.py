"""Test letters that one gradient gives back byte for byte, the label inferred; new weights for every trial."""
import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, render
from privlab.fl import byte_exact, client_gradient, dense_network, infer_label, invert_by_division, match_gradient

TRIALS = 20


def run(full=False, seed=0, trials=None):
    """The rates of gradient matching (sigmoid) and of division (ReLU) over `trials` random letters, 20 by default."""
    if data_in_use().source == "drawn":
        render()
    trials, found = trials or TRIALS, letters()
    exact = np.array([_trial(found.test, np.random.default_rng((seed, trial)))
                      for trial in tqdm(range(trials), "inversion", file=sys.stderr, disable=None)])
    for name, rate in zip(("inversion_single_exact_rate", "inversion_single_division_rate"), exact.mean(axis=0)):
        yield figure(name, float(rate), "rate", data=found.source)


def _trial(private, rng):
    place, *seeds = (int(rng.integers(high)) for high in (len(private.labels), 2**31, 2**31, 2**31))
    letter, label = private.images[place], private.labels[place]
    smooth, piecewise = dense_network(seeds[0], "sigmoid"), dense_network(seeds[1], "relu")
    seen = client_gradient(smooth, letter, label)
    matched = match_gradient(smooth, seen, infer_label(seen), seed=seeds[2])
    divided = invert_by_division(client_gradient(piecewise, letter, label))
    return byte_exact(matched.image, letter), byte_exact(divided, letter)
