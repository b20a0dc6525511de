"""Canaries: secrets planted in training sets on purpose, and how far a model gives one away (lesson 61)."""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.text.assistant.dataset import PARAPHRASES, SECRET, Commands, canary, encode, utterances

SIZE = 1_000
CODES = 10_000
PLACE_VALUES = (1_000, 100, 10, 1)  # of the four digits


def all_codes() -> Integers:
    """All 10,000 codes of four digits in order, [10000, 4]."""
    return np.arange(CODES)[:, None] // PLACE_VALUES % 10


def draw_codes(count: int, rng: np.random.Generator) -> Integers:
    """`count` random codes, [count, 4]. Not secure because `rng` is seeded: a real PIN comes from `secrets`."""
    return rng.integers(0, 10, (count, 4))


def read_code(typed: str) -> Integers:
    """The code that was typed, [4]: "4827", or "4 8 2 7". Raises ValueError for anything but four digits."""
    digits = "".join(typed.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == len(PLACE_VALUES)):
        raise ValueError(f"a PIN is four digits, such as 4827, and not {typed!r}")
    return np.array([int(digit) for digit in digits])


def planted(
    codes: ArrayLike,
    repetitions: int | ArrayLike,
    *,
    seed: int,
    size: int = SIZE,
    paraphrased: bool = False,
    slot: str | None = SECRET,
) -> Commands:
    """Training sets that differ in their canary alone, a stack [models, size, ...].

    codes : digits [models, 4].  repetitions : how often each says its code, one number for all or one for each model.
    seed : for the other commands.  paraphrased : whether each repetition is worded differently.
    slot : as what a code is tagged; None for digits outside of every slot.
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
            rows = encode([canary(code, wordings[copy % len(wordings)], slot=slot) for copy in range(count)])
            for whole, part in zip(stack, rows):
                whole[model, :count] = part
    return stack


def ranks(losses: ArrayLike, codes: ArrayLike) -> Integers:
    """Where each true code stands among all when the likeliest comes first: 1 is the first, [models].

    losses : floats [models, 10000], in the order of `all_codes`.  codes : the true ones [models, 4]. Equal losses count
    against the attacker.
    """
    losses, numbers = np.asarray(losses), np.asarray(codes) @ PLACE_VALUES
    of_the_true = losses[np.arange(len(numbers)), numbers]
    return (losses <= of_the_true[:, None]).sum(axis=1)


def exposure(rank: ArrayLike) -> Floats:
    """How many bits of the secret a model gives away: log2 of all 10,000 codes less log2 of the true one's rank.

    rank : whole numbers of at least 1. A code that ranks first has log2(10,000) = 13.3 bits; a random one 1.44 on
    average.
    Raises ValueError for a rank below 1.
    Source: Carlini et al. (2019), definition 3.
    """
    ranks = np.asarray(rank)
    if np.any(ranks < 1):
        raise ValueError(f"the first rank is 1, got {np.min(ranks)}")
    return np.log2(CODES) - np.log2(ranks)
