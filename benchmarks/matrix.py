"""Every attack against every defense: the share of letters recovered, or of members both at 1 % false positives."""

import sys

from tqdm import tqdm

from benchmarks import figure
from benchmarks.experiments.defended_training import members_found
from privlab.data import data_in_use, letters, public_letters, render
from privlab.lessons.global_model_attack.experiments import ATTACKS, DEFENSES, MEMBERSHIP, share_recovered
from privlab.ml.letter_classifier import load_reader

TRIALS, QUICK = 20, 2


def run(full=False, seed=0, trials=None):
    """The whole table; the quick form takes two trials of attacks on gradients and leaves membership out."""
    if data_in_use().source == "drawn":
        render()
    trials, both = trials or (TRIALS if full else QUICK), letters()
    public, data = public_letters(), both.source
    pairs = [(attack, defense) for attack in ATTACKS for defense in DEFENSES]
    for attack, defense in tqdm(pairs, "matrix", file=sys.stderr, disable=None):
        share = share_recovered(attack, defense, both.test, public.images, trials=trials, seed=seed)
        yield figure(f"matrix_{attack}_{defense}", share, "share", data=data)
    outside, reader = (public if data == "drawn" else both.test), load_reader(data)
    rows = {}
    for defense in tqdm(DEFENSES if full else (), "membership", file=sys.stderr, disable=None):
        # a secure sum hands the server the same gradient: the models are the same
        rows[defense] = (
            rows["none"] if defense == "secure_sum" else members_found(defense, both.train, outside, reader, seed=seed)
        )
    for attack in MEMBERSHIP:
        for defense in DEFENSES:
            value = rows[defense][attack] if full else None
            yield figure(f"matrix_{attack}_{defense}", value, "rate", data=data)
