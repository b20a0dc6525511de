"""Letters out of a sum by a planted layer: nine, 800 and 10,000, and none through private noise.

The sum is computed at once, as the gradient of all letters; `imprint_800_shared_exact` is of the same 800 on ten
clients, who add their gradients in shares.
"""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab import fl
from privlab.data import data_in_use, letters, public_letters, render
from privlab.dp.dpsgd_accountant import noise_multiplier_for
from privlab.lessons.global_model_attack.experiments import letters_found, recovered_under

TRIALS = 200
SAMPLE_RATE, ROUNDS = 9 / 3_000, 1_000  # a training of 1,000 rounds, each of about nine of 3,000 letters


def run(full=False, seed=0, trials=None):
    """Rates over `trials` sums, 200 by default; the noise of ε = 1.5 is the least that a training of 1,000 rounds
    takes.
    """
    if data_in_use().source == "drawn":
        render()
    trials, private = trials or TRIALS, letters().test
    public, data = public_letters().images, private.source

    def nine(neurons, groups):
        print(f"nine letters, {neurons} neurons in {groups} groups", file=sys.stderr)
        return float(
            (
                letters_found(private, public, neurons=neurons, groups=groups, letters=9, trials=trials, seed=seed) == 9
            ).mean()
        )

    yield figure("imprint_nine_all_exact_rate", nine(144, 3), "rate", 8 / 9, data)
    yield figure("imprint_nine_one_group_rate", nine(144, 1), "rate", data=data)
    yield figure("imprint_nine_36_neurons_rate", nine(36, 4), "rate", data=data)
    crowd = dict(neurons=1_200, groups=3, letters=800, trials=1, seed=seed)
    yield figure("imprint_800_exact", int(letters_found(private, public, **crowd)[0]), "letters", 800, data)
    shared = letters_found(private, public, **crowd, clients=10)
    yield figure("imprint_800_shared_exact", int(shared[0]), "letters", 800, data)
    city = dict(neurons=15_000, groups=3, letters=10_000, trials=1, seed=seed)
    more = int(letters_found(letters().train, public, **city)[0]) if full else None
    yield figure("imprint_10000_exact", more, "letters", 10_000, data)
    plan = fl.imprint.plan(public, bins=48, groups=3, rng=np.random.default_rng((seed, 48)))
    sigma = noise_multiplier_for(1.5, 1e-5, sample_rate=SAMPLE_RATE, steps=ROUNDS)
    under = {0.0: [], sigma: [], 0.01: [], 1e-4: []}
    for trial in tqdm(range(trials), "imprint, noise", file=sys.stderr, disable=None):
        for multiplier, counts in recovered_under(private, plan, list(under), trials=1, seed=(seed, trial)).items():
            under[multiplier] += list(counts)
    yield figure("imprint_sigma_eps1_5", sigma, "sigma")
    yield figure("dp_recovered", int(np.sum(under[sigma])), "letters", data=data)
    yield figure("dp_off_all_recovered_rate", float(np.mean(np.array(under[0.0]) == 9)), "rate", data=data)
    yield figure("imprint_recovered_sigma_0_01", int(np.sum(under[0.01])), "letters", data=data)
    yield figure("imprint_recovered_rate_sigma_1e_4", float(np.mean(under[1e-4]) / 9), "rate", data=data)
