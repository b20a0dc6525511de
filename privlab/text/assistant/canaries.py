"""Canaries: secrets planted in training sets on purpose, and how far a model gives one away (lesson 61)."""

import numpy as np

from privlab.text.assistant.dataset import PARAPHRASES, Commands, canary, encode, utterances

SIZE = 1_000
CODES = 10_000


def all_codes():
    """All 10,000 codes of four digits in order, int64 [10000, 4]."""
    return np.arange(CODES)[:, None] // (1_000, 100, 10, 1) % 10


def draw_codes(count, rng):
    """`count` random codes, int64 [count, 4]. Not secure because `rng` is seeded: a real PIN comes from `secrets`."""
    return rng.integers(0, 10, (count, 4))


def planted(codes, repetitions, seed, size=SIZE, paraphrased=False):
    """Training sets that differ in their canary alone, `Commands` [models, size, ...].

    codes : whole numbers [models, 4].  repetitions : how often each says its code, an int or one for each model.
    seed : whole number, for the other commands.  paraphrased : whether each repetition is worded differently.
    Raises ValueError when there are more repetitions than commands.
    """
    codes = np.asarray(codes)
    repetitions = np.broadcast_to(repetitions, len(codes))
    if repetitions.min() < 0 or repetitions.max() > size:
        raise ValueError(f"a canary can be repeated 0 to {size} times among {size} commands, got {repetitions}")
    base = encode(utterances(size, np.random.default_rng(seed)))
    stack = Commands(*(np.repeat(part[None], len(codes), axis=0) for part in base))
    for model, (code, count) in enumerate(zip(codes, repetitions)):
        if count:
            wordings = PARAPHRASES if paraphrased else PARAPHRASES[:1]
            rows = encode([canary(code, wordings[copy % len(wordings)]) for copy in range(count)])
            for whole, some in zip(stack, rows):
                whole[model, :count] = some
    return stack


def ranks(losses, codes):
    """The place of each true code among all when the likeliest comes first: 1 is the first, int64 [models].

    losses : floats [models, 10000], in the order of `all_codes`.  codes : the true ones [models, 4]. Equal losses count
    against the attacker.
    """
    losses, places = np.asarray(losses), np.asarray(codes) @ (1_000, 100, 10, 1)
    return (losses <= losses[np.arange(len(places)), places][:, None]).sum(1)


def exposure(rank, codes=CODES):
    """How many bits of the secret a model gives away, floats: log2 of all codes less log2 of the true one's rank.

    rank : whole numbers of at least 1. A code that ranks first has log2(10,000) = 13.3 bits; a random one 1.44 on
    average.
    Raises ValueError for a rank below 1.
    Source: Carlini et al. (2019), definition 3.
    """
    if np.any(np.asarray(rank) < 1):
        raise ValueError(f"the first rank is 1, got {np.min(rank)}")
    return np.log2(codes) - np.log2(rank)
