"""Wrong answers to the exercises of lesson 52, and what their checks must say."""

import secrets

import numpy as np

from privlab.fl.secagg.masking import round_seed, stream
from privlab.lessons.secure_aggregation.exercises import add_own, encode, give, mask
from tests.lessons.answers import recognised, wrong

wrong(encode, "✗", "nearest", "cut off instead of rounded", edit=("np.rint", ""))
wrong(
    encode,
    "✗",
    "-2.5 became",
    "the sign is lost",
    edit=("(numbers * 2**bits).astype(np.int64).view", "(np.abs(numbers) * 2**bits).astype"),
)
wrong(
    encode,
    "✗",
    "-2.5 became",
    "negative numbers do not wrap",
    edit=("(numbers * 2**bits).astype(np.int64).view", "(np.maximum(numbers, 0) * 2**bits).astype"),
)
wrong(encode, "✗", "uint64", "still signed", edit=(".view(np.uint64)", ""))


@wrong(encode, "✗", "NaN")
def nan_is_let_in(numbers, bits):
    return np.rint(numbers * 2**bits).astype(np.int64).view(np.uint64)


wrong(
    mask,
    "⚠",
    "two rounds",
    "the same masks in every round",
    edit=("round_seed(secret, round)", 'round_seed(secret, b"")'),
)
wrong(mask, "⚠", "not uniform", "one number for the whole vector", edit=("len(vector)", "1"))
wrong(mask, "⚠", "not uniform", "small masks", edit=("len(vector))", "len(vector)) % np.uint64(2**40)"))
wrong(
    mask,
    "⚠",
    "anyone",
    "noise that anyone can draw",
    edit=("round_seed(secret, round)", "round_seed(bytes([min(me, other), max(me, other)]), round)"),
)


@wrong(mask, "✗", "do not cancel")
def all_of_them_add(vector, me, shared, round):
    return vector + sum(stream(round_seed(secret, round), len(vector)) for secret in shared.values())


@wrong(mask, "✗", "do not cancel")
def only_one_of_each_pair_masks(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        if other > me:
            masked += stream(round_seed(secret, round), len(vector))
    return masked


@wrong(mask, "✗", "do not cancel")
def exclusive_or(vector, me, shared, round):
    masked = vector.copy()
    for secret in shared.values():
        masked ^= stream(round_seed(secret, round), len(vector))
    return masked


@wrong(mask, "⚠", "is its update")
def no_mask(vector, me, shared, round):
    return vector.copy()


@wrong(mask, "⚠", "help the server")
def only_with_the_next_ones(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        if abs(other - me) in (1, 3):
            noise = stream(round_seed(secret, round), len(vector))
            masked = masked + noise if other > me else masked - noise
    return masked


wrong(add_own, "⚠", "the same", "a seed that everyone has", edit=("secrets.token_bytes", "bytes"))
wrong(add_own, "⚠", "the same", "a seed from a seed", edit=("secrets.token_bytes", "np.random.default_rng(52).bytes"))
wrong(add_own, "✗", "does not take the mask off", "subtracted", edit=("+ stream", "- stream"))


@wrong(add_own, "⚠", "pixels")
def one_mask_only(masked):
    return masked.copy(), secrets.token_bytes(16)


rng = np.random.default_rng(52)


@wrong(add_own, "⚠", "the same")
def the_lessons_generator(masked):
    seed = rng.bytes(16)
    return masked + stream(seed, len(masked)), seed


@wrong(add_own, "✗", "does not take the mask off")
def another_seed_is_returned(masked):
    return masked + stream(secrets.token_bytes(16), len(masked)), secrets.token_bytes(16)


@wrong(add_own, "✗", "two things")
def only_the_message(masked):
    return masked + stream(secrets.token_bytes(16), len(masked))


wrong(
    give,
    "⚠",
    "alone",
    "nobody counts",
    edit=("set(online) & set(lost) or len(set(online)) < minimum", "set(online) & set(lost)"),
)
wrong(give, "⚠", "alone", "one client counted three times", edit=("len(set(online))", "len(online)"))
wrong(
    give,
    "⚠",
    "late",
    "own seeds of the lost as well",
    edit=('("own", i) for i in online', '("own", i) for i in [*online, *lost]'),
)
wrong(give, "⚠", "both", "all pairs", edit=("in lost", "in [*online, *lost] if i != j"))


@wrong(give, "⚠", "both")
def whatever_the_server_asks(online, lost, minimum):
    return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]


@wrong(give, "✗", "masks of the lost")
def no_pairs(online, lost, minimum):
    if set(online) & set(lost) or len(set(online)) < minimum:
        raise ValueError
    return [("own", i) for i in online]


@wrong(give, "✗", "an honest server")
def nothing_is_ever_given(online, lost, minimum):
    raise ValueError


test_wrong_answers = recognised("secure_aggregation")
