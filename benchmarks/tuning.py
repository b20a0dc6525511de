"""Clip and learning rate of a private head, swept together: what a badly chosen one costs at three budgets."""

import sys
from itertools import product

import numpy as np
from scipy.stats import t
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, public_letters, render
from privlab.dp.gaussian import noise_multiplier_for
from privlab.ml.dpsgd.linear_head import head_accuracy, train_head
from privlab.ml.letter_classifier import load_reader
from privlab.ml.public_features import PublicFeatures, labels_of

LETTERS, ASKED, STEPS, DELTA = 2_000, 2_000, 30, 1e-5
BUDGETS = {"eps3": 3.0, "eps30": 30.0, "none": None}
CLIPS = {"0_02": 0.02, "0_1": 0.1, "0_5": 0.5, "2": 2.0, "10": 10.0}
RATES = {"10": 10.0, "100": 100.0, "1000": 1e3, "10000": 1e4, "100000": 1e5}
TRIALS = 5  # --trials sets another number, at least 2


def run(full=False, seed=0, trials=None):
    """Per cent of test letters read by a head trained on 2,000 letters in 30 full steps: means over trials, each with
    letters and noise of its own. `tuning_interval` is half of the widest 95 % interval of all these means.

    The quick form takes two trials.
    """
    if data_in_use().source == "drawn":
        render()
    split, public, trials = letters(), public_letters(), trials or (TRIALS if full else 2)
    reader, reached = load_reader(split.source), {}
    for trial in tqdm(range(trials), "letters and noise", file=sys.stderr, disable=None):
        rng = np.random.default_rng((seed, trial))
        chosen = rng.permutation(len(split.train))[:LETTERS]
        asked = rng.permutation(len(split.test))[:ASKED]
        features = PublicFeatures(reader, public.images[:2_500], directions=128)
        rows, labels = features.rows(split.train.images[chosen]), labels_of(split.train)[chosen]
        test, truths = features.rows(split.test.images[asked]), labels_of(split.test)[asked]
        for budget, clip, rate in product(BUDGETS, CLIPS, RATES):
            weights = train_head(
                rows,
                labels,
                steps=STEPS,
                learning_rate=RATES[rate],
                max_norm=CLIPS[clip],
                noise_multiplier=_noise(BUDGETS[budget]),
                seed=trial,
            )
            reached.setdefault(f"tuning_{budget}_clip{clip}_rate{rate}", []).append(
                100 * head_accuracy(weights, test, truths)
            )
    for name, shares in reached.items():
        yield figure(name, float(np.mean(shares)), "%", data=split.source)
    spread = max(float(np.std(shares, ddof=1)) for shares in reached.values())
    yield figure("tuning_interval", float(t.ppf(0.975, trials - 1)) * spread / trials**0.5, "%", data=split.source)


def _noise(epsilon):
    return 0.0 if epsilon is None else noise_multiplier_for(epsilon, DELTA, releases=STEPS)
