"""Letters out of a sum by a planted layer: nine, 800 and 10,000, and none through private noise.

The sum is computed at once, as the gradient of all letters; `imprint_800_shared_exact` is of the same 800 on ten
clients, who add their gradients in shares.
"""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, public_letters, render
from privlab.dp.dpsgd_accountant import noise_multiplier_for
from privlab.fl.imprint.planted_layer import plan_imprint
from privlab.lessons.global_model_attack.experiments import letters_found, recovered_under

TRIALS = 200
RATE, ROUNDS = 9 / 3_000, 1_000  # a training of 1,000 rounds, each of about nine of 3,000 letters


def run(full=False, seed=0, trials=None):
    """Rates over `trials` sums, 200 by default; the noise of ε = 1.5 is the least that a training of 1,000 rounds
    takes.
    """
    if data_in_use().source == "drawn":
        render()
    trials, found = trials or TRIALS, letters()
    private, public, data = found.test, public_letters().images, found.source

    def nine(neurons, groups):
        print(f"nine letters, {neurons} neurons in {groups} groups", file=sys.stderr)
        return float((letters_found(private, public, neurons, groups, 9, trials, seed) == 9).mean())

    yield figure("imprint_nine_all_exact_rate", nine(144, 3), "rate", 8 / 9, data)
    yield figure("imprint_nine_one_group_rate", nine(144, 1), "rate", data=data)
    yield figure("imprint_nine_36_neurons_rate", nine(36, 4), "rate", data=data)
    many = letters_found(private, public, 1_200, 3, 800, 1, seed)
    yield figure("imprint_800_exact", int(many[0]), "letters", 800, data)
    shared = letters_found(private, public, 1_200, 3, 800, 1, seed, clients=10)
    yield figure("imprint_800_shared_exact", int(shared[0]), "letters", 800, data)
    more = letters_found(found.train, public, 15_000, 3, 10_000, 1, seed)[0] if full else None
    yield figure("imprint_10000_exact", more if more is None else int(more), "letters", 10_000, data)
    plan = plan_imprint(public, 48, 3, np.random.default_rng((seed, 48)))
    sigma = noise_multiplier_for(1.5, 1e-5, sample_rate=RATE, steps=ROUNDS)
    under = {0.0: [], sigma: [], 0.01: [], 1e-4: []}
    for trial in tqdm(range(trials), "imprint, noise", file=sys.stderr, disable=None):
        for each, counts in recovered_under(private, plan, under, trials=1, seed=(seed, trial)).items():
            under[each] += list(counts)
    yield figure("imprint_sigma_eps1_5", sigma, "sigma")
    yield figure("dp_recovered", int(np.sum(under[sigma])), "letters", data=data)
    yield figure("dp_off_all_recovered_rate", float(np.mean(np.array(under[0.0]) == 9)), "rate", data=data)
    yield figure("imprint_recovered_sigma_0_01", int(np.sum(under[0.01])), "letters", data=data)
    yield figure("imprint_recovered_rate_sigma_1e_4", float(np.mean(under[1e-4]) / 9), "rate", data=data)
