"""Answers to the exercises of lesson 52: wrong ones and what their checks must say, right ones in other styles."""

import functools
import hashlib
import os
import random
import secrets
import time
import uuid

import numpy as np

from privlab.fl.secagg.masking import mask as course_mask
from privlab.fl.secagg.masking import round_seed, stream
from privlab.lessons.secure_aggregation.exercises import add_own, encode, give, mask
from privlab.mpc import fixed_point
from tests.lessons.answers import recognised, right, wrong

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


def _with_every_own_seed(function):
    @functools.wraps(function)
    def more(online, lost, minimum):
        return function(online, lost, minimum) + [("own", i) for i in lost]

    return more


@wrong(give, "⚠", "should its message only be late")
@_with_every_own_seed
def what_a_decorator_adds(online, lost, minimum):
    return give.reference(online, lost, minimum)


@wrong(give, "✗", "masks of the lost")
def no_pairs(online, lost, minimum):
    if set(online) & set(lost) or len(set(online)) < minimum:
        raise ValueError
    return [("own", i) for i in online]


@wrong(give, "✗", "an honest server")
def nothing_is_ever_given(online, lost, minimum):
    raise ValueError


wrong(
    encode,
    "✗",
    "infinity was encoded",
    "only NaN is refused",
    edit=("not np.isfinite(numbers).all()", "np.isnan(numbers).any()"),
)
wrong(
    encode, "✗", "infinity", "only positive infinity", edit=("np.isfinite(numbers).all()", "(numbers < np.inf).all()")
)
wrong(encode, "✗", "NaN", "the first number is looked at", edit=("(numbers).all()", "(numbers[:1]).all()"))
wrong(
    encode,
    "✗",
    "NaN",
    "refused when all are missing",
    edit=("not np.isfinite(numbers).all()", "numbers.size and not np.isfinite(numbers).any()"),
)
wrong(encode, "✗", "NaN", "the last number is looked at", edit=("(numbers).all()", "(numbers[-1:]).all()"))
wrong(encode, "✗", "raise ValueError", "another exception", edit=("raise ValueError(", "raise TypeError("))
wrong(encode, "✗", "returned None", "no return", edit=("return np.rint", "np.rint"))
wrong(encode, "✗", "nearest multiple", "one bit fewer", edit=("2**bits", "2**(bits - 1 if bits > 32 else bits)"))


@wrong(encode, "✗", "a list of 3")
def a_list_of_whole_numbers(numbers, bits):
    return [round(number * 2**bits) % 2**64 for number in numbers.tolist()]


@right(encode)
def one_number_after_the_other(numbers, bits):
    if any(number != number or number in (float("inf"), float("-inf")) for number in numbers):
        raise ValueError("missing")
    return np.array([round(number * 2**bits) % 2**64 for number in numbers.tolist()], dtype=np.uint64)


@right(encode)
def the_courses_own_fixed_point(numbers, bits):
    return fixed_point.encode(numbers, bits)


@right(encode)
def halves_go_up(numbers, bits):
    if not np.isfinite(numbers).all():
        raise ValueError("missing")
    return np.floor(numbers * 2**bits + 0.5).astype(np.int64).astype(np.uint64)


@right(encode)
def by_torch(numbers, bits):
    import torch

    if not torch.isfinite(torch.from_numpy(numbers)).all():
        raise ValueError("missing")
    return torch.round(torch.from_numpy(numbers) * 2**bits).to(torch.int64).numpy().view(np.uint64)


wrong(
    mask,
    "⚠",
    "the same in all places",
    "the number of the round on one stream",
    edit=("stream(round_seed(secret, round), len(vector))", "stream(secret[:16], len(vector)) + np.uint64(round[-1])"),
)
wrong(
    mask,
    "⚠",
    "the same in all places",
    "a factor for each round",
    edit=(
        "stream(round_seed(secret, round), len(vector))",
        "stream(secret[:16], len(vector)) * np.uint64(2 * round[-1] + 1)",
    ),
)
wrong(
    mask,
    "⚠",
    "the same in all places",
    "bits flipped by the round",
    edit=("stream(round_seed(secret, round), len(vector))", "stream(secret[:16], len(vector)) ^ np.uint64(round[-1])"),
)
wrong(
    mask,
    "⚠",
    "numbers again",
    "one stream further on",
    edit=("stream(round_seed(secret, round), len(vector))", "stream(secret[:16], len(vector) + round[-1])[round[-1]:]"),
)
wrong(mask, "⚠", "byte", "half of the secret", edit=("secret, round", "secret[:16], round"))
wrong(
    mask,
    "⚠",
    "byte",
    "the secret folded",
    edit=("round_seed(secret, round)", "round_seed(bytes(a ^ b for a, b in zip(secret[:16], secret[16:])), round)"),
)
wrong(
    mask,
    "⚠",
    "different masks",
    "two bytes of a hash",
    edit=("round_seed(secret, round)", "round_seed(secret, round)[:2] + bytes(14)"),
)
wrong(mask, "✗", "uint64 array", "floats", edit=("return masked", "return masked.astype(float)"))
wrong(mask, "✗", "returned None", "no return", edit=("return masked", ""))
wrong(mask, "✗", "do not cancel", "the numbers are neighbours", edit=("other > me", "other == me + 1"))
wrong(
    mask,
    "✗",
    "do not cancel",
    "the order of the dict decides",
    edit=("for other, secret in shared.items():", "for other, secret in zip(range(9), shared.values()):"),
)


def part_of_the_masks(where):
    """A mask that only some places of the vector get."""

    def answer(vector, me, shared, round):
        masked, places = vector.copy(), where(len(vector))
        for other, secret in shared.items():
            noise = stream(round_seed(secret, round), len(vector))[places]
            masked[places] = masked[places] + noise if other > me else masked[places] - noise
        return masked

    return answer


wrong(mask, "⚠", "as they are", "no whole block, no mask", answer=part_of_the_masks(lambda n: slice(n // 64 * 64)))
wrong(mask, "⚠", "as they are", "the last hundred are bare", answer=part_of_the_masks(lambda n: slice(max(0, n - 100))))
wrong(mask, "⚠", "as they are", "the first number is bare", answer=part_of_the_masks(lambda n: slice(1, n)))
wrong(mask, "⚠", "as they are", "every other number is bare", answer=part_of_the_masks(lambda n: slice(0, n, 2)))


@wrong(mask, "⚠", "not uniform")
def the_last_numbers_get_small_masks(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        noise = stream(round_seed(secret, round), len(vector))
        noise[-20:] >>= np.uint64(12)
        masked = masked + noise if other > me else masked - noise
    return masked


@wrong(mask, "⚠", "mask 20")
def some_numbers_lack_a_pair(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        noise = stream(round_seed(secret, round), len(vector))
        if {me, other} == {2, 3}:
            noise[:20] = 0
        masked = masked + noise if other > me else masked - noise
    return masked


@wrong(mask, "⚠", "simulations")
def a_generator_for_simulations(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        generator = np.random.default_rng([*secret, *round])
        noise = generator.integers(0, 2**64, len(vector), dtype=np.uint64)
        masked = masked + noise if other > me else masked - noise
    return masked


twister = random.Random()


@wrong(mask, "⚠", "simulations")
def a_twister_made_before(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        twister.seed(secret + round)
        noise = np.frombuffer(twister.randbytes(8 * len(vector)), np.uint64)
        masked = masked + noise if other > me else masked - noise
    return masked


right(mask, "the smaller number subtracts", edit=("other > me", "other < me"))
right(mask, "in place", edit=("vector.copy()", "vector"))


@right(mask)
def a_hash_of_secret_and_round(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        noise = stream(hashlib.sha256(secret + round).digest()[:16], len(vector))
        masked = masked + noise if other > me else masked - noise
    return masked


@right(mask)
def the_courses_own_masks(vector, me, shared, round):
    return course_mask(vector, me, {other: round_seed(secret, round) for other, secret in shared.items()})


@right(mask)
def a_sum_with_signs(vector, me, shared, round):
    signed = [
        (np.uint64(1) if other > me else np.uint64(2**64 - 1)) * stream(round_seed(secret, round), len(vector))
        for other, secret in shared.items()
    ]
    return np.sum([vector, *signed], axis=0, dtype=np.uint64)


@right(mask)
def shake_on_whole_numbers(vector, me, shared, round):
    masked = vector.tolist()
    for other, secret in shared.items():
        noise = np.frombuffer(hashlib.shake_256(secret + round).digest(8 * len(vector)), "<u8").tolist()
        masked = [number + (mask if other > me else -mask) for number, mask in zip(masked, noise)]
    return np.array([number % 2**64 for number in masked], dtype=np.uint64)


def seeded_by(draw):
    """A message masked from the seed that `draw(masked)` gives."""

    def answer(masked):
        seed = draw(masked)
        return masked + stream(seed, len(masked)), seed

    return answer


wrong(
    add_own, "⚠", "byte", "one of a thousand", answer=seeded_by(lambda _: secrets.randbelow(1000).to_bytes(16, "big"))
)
letters = "abcdefghijklmnopqrstuvwxyz012345"
wrong(add_own, "⚠", "the same", "the clock", answer=seeded_by(lambda masked: time.time_ns().to_bytes(16, "big")))
wrong(add_own, "⚠", "2^64", "eight bytes twice", edit=("secrets.token_bytes(16)", "secrets.token_bytes(8) * 2"))
wrong(
    add_own,
    "⚠",
    "2^32",
    "four bytes stretched",
    answer=seeded_by(lambda masked: hashlib.sha256(secrets.token_bytes(4)).digest()[:16]),
)
wrong(
    add_own,
    "⚠",
    "128 bits",
    "letters and digits",
    answer=seeded_by(lambda masked: "".join(secrets.choice(letters) for _ in range(16)).encode()),
)
wrong(
    add_own,
    "⚠",
    "128 bits",
    "half of the bytes are thrown away",
    edit=("secrets.token_bytes(16)", "secrets.token_bytes(16)[:8] + bytes(8)"),
)
wrong(
    add_own,
    "⚠",
    "simulations",
    "numpy's fresh generator",
    edit=("secrets.token_bytes(16)", "np.random.default_rng().bytes(16)"),
)
wrong(
    add_own,
    "⚠",
    "the same",
    "a hash of the message",
    answer=seeded_by(lambda masked: hashlib.sha256(masked.tobytes()).digest()[:16]),
)
wrong(add_own, "⚠", "the same", "Python's own generator", answer=seeded_by(lambda masked: random.randbytes(16)))
wrong(add_own, "✗", "16 bytes, and was 32", "a longer seed", edit=("len(masked)), seed", "len(masked)), seed * 2"))
wrong(
    add_own,
    "✗",
    "16 bytes, and was a whole number",
    "the seed as a number",
    edit=("len(masked)), seed", 'len(masked)), int.from_bytes(seed, "big")'),
)
wrong(
    add_own,
    "✗",
    "uint64",
    "the seed comes first",
    edit=("return masked + stream(seed, len(masked)), seed", "return seed, masked + stream(seed, len(masked))"),
)
once = secrets.token_bytes(16)
wrong(add_own, "⚠", "the same", "drawn once for all", answer=seeded_by(lambda _: once))
kept = []


@wrong(add_own, "⚠", "the same")
def drawn_in_the_first_call(masked):
    kept[:] = kept or [secrets.token_bytes(16)]
    return masked + stream(kept[0], len(masked)), kept[0]


@wrong(add_own, "✗", "take the mask off")
def a_short_message_gets_no_mask(masked):
    seed = secrets.token_bytes(16)
    return masked + (stream(seed, len(masked)) if len(masked) > 1 else np.uint64(0)), seed


right(add_own, "bytes of the operating system", answer=seeded_by(lambda masked: os.urandom(16)))
right(
    add_own,
    "a list of two",
    edit=("return masked + stream(seed, len(masked)), seed", "return [masked + stream(seed, len(masked)), seed]"),
)
right(
    add_own,
    "in place",
    edit=(
        "return masked + stream(seed, len(masked)), seed",
        "masked += stream(seed, len(masked)); return masked, seed",
    ),
)
right(add_own, "a random UUID", answer=seeded_by(lambda masked: uuid.uuid4().bytes))
right(add_own, "the system's generator", answer=seeded_by(lambda masked: random.SystemRandom().randbytes(16)))
right(
    add_own,
    "a hash of 32 bytes",
    answer=seeded_by(lambda masked: hashlib.sha256(secrets.token_bytes(32)).digest()[:16]),
)
right(
    add_own, "a number below 2^128", edit=("secrets.token_bytes(16)", 'secrets.randbelow(2**128).to_bytes(16, "big")')
)

wrong(give, "⚠", "at least 3", "two are enough", edit=("< minimum", "< 2"))
wrong(
    give,
    "⚠",
    "at least 3",
    "online and lost are counted",
    edit=("len(set(online)) < minimum", "len(set(online + lost)) < minimum"),
)
wrong(give, "✗", "an honest server", "more than the minimum", edit=("< minimum", "<= minimum"))
wrong(
    give,
    "✗",
    "an honest server",
    "nobody is lost",
    edit=("set(online) & set(lost)", "not lost or set(online) & set(lost)"),
)
wrong(
    give,
    "⚠",
    "online and lost",
    "the first of the lost is looked at",
    edit=("set(online) & set(lost)", "lost and lost[0] in online"),
)
wrong(
    give,
    "⚠",
    "online and lost",
    "the last of the lost is looked at",
    edit=("set(online) & set(lost)", "lost and lost[-1] in online"),
)
wrong(
    give,
    "⚠",
    "online and lost",
    "the last of those online is looked at",
    edit=("set(online) & set(lost)", "online and online[-1] in lost"),
)
wrong(
    give,
    "⚠",
    "online and lost",
    "only lists that are alike",
    edit=("set(online) & set(lost)", "set(online) == set(lost)"),
)
wrong(
    give,
    "⚠",
    "does not need",
    "pairs of the lost among each other",
    edit=(
        "for i in online for j in lost]",
        'for i in online for j in lost] + [("pair", i, j) for i in lost for j in lost if i < j]',
    ),
)
wrong(give, "✗", "own seeds", "own seeds are forgotten", edit=('[("own", i) for i in online] + ', ""))
wrong(give, "✗", "raise ValueError", "another exception", edit=("raise ValueError(", "raise KeyError("))


@wrong(give, "✗", "nobody told")
def nothing_for_too_few(online, lost, minimum):
    if set(online) & set(lost):
        raise ValueError("a client is in both lists")
    if len(set(online)) < minimum:
        return []
    return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]


@wrong(give, "✗", "client 3 is online and lost at once")
def those_in_both_lists_are_dropped(online, lost, minimum):
    lost = [j for j in lost if j not in online]
    if len(set(online)) < minimum:
        raise ValueError("too few")
    return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]


@right(give)
def no_name_twice(online, lost, minimum):
    if len(set(online + lost)) != len(online + lost) or len(online) < minimum:
        raise ValueError("a name comes twice, or too few names")
    return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]


@right(give)
def one_seed_after_the_other(online, lost, minimum):
    if not set(online).isdisjoint(lost) or len({*online}) < minimum:
        raise ValueError("these lists would lay an update bare")
    for i in online:
        yield "own", i
        yield from (("pair", i, j) for j in lost)


@right(give)
def a_set_of_lists_of_numpys_numbers(online, lost, minimum):
    there = np.unique(np.array(online, dtype=int))
    if np.isin(there, lost).any() or there.size < minimum:
        raise ValueError("these lists would lay an update bare")
    return [["own", i] for i in there] + [["pair", i, np.int64(j)] for i in there for j in lost]


class Labelled(np.ndarray):
    """An array that has attributes."""


@wrong(mask, "⚠", "carrying own")
def the_update_beside_the_message(vector, me, shared, round):
    message = mask.reference(vector, me, shared, round).view(Labelled)
    message.own = vector
    return message


@wrong(mask, "⚠", "printing")
def the_update_is_printed(vector, me, shared, round):
    print(vector[:2])
    return mask.reference(vector, me, shared, round)


wrong(
    add_own,
    "✗",
    "the message must be a uint64 array",
    "a message of floats",
    edit=("masked + stream(seed, len(masked)), seed", "(masked + stream(seed, len(masked))).astype(float), seed"),
)


@wrong(add_own, "⚠", "carrying own")
def the_update_lies_in_the_message(masked):
    message, seed = add_own.reference(masked)
    message = message.view(Labelled)
    message.own = seed
    return message, seed


@wrong(add_own, "⚠", "printing")
def the_seed_is_printed(masked):
    message, seed = add_own.reference(masked)
    print(seed)
    return message, seed


@wrong(add_own, "⚠", "printing")
def the_seed_is_written_past_python(masked):
    message, seed = add_own.reference(masked)
    os.write(2, seed)
    return message, seed


@right(add_own)
def it_says_that_it_masks(masked):
    print("masking")
    return add_own.reference(masked)


def refused_with(held):
    """A `give` whose refusal is what `held` makes of the seeds that are refused."""

    def give(online, lost, minimum):
        if set(online) & set(lost) or len(set(online)) < minimum:
            raise held([("own", i) for i in online] + [("pair", i, j) for i in online for j in lost])
        return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]

    return give


def with_an_attribute(seeds):
    error = ValueError("refused")
    error.seeds = seeds
    return error


def with_another_before_it(seeds):
    error = ValueError("refused")
    error.__cause__ = KeyError(seeds)
    return error


wrong(give, "⚠", "the refusal holds", "a refusal that holds the seeds", answer=refused_with(ValueError))
wrong(give, "⚠", "the refusal holds", "seeds in an attribute of the refusal", answer=refused_with(with_an_attribute))
wrong(give, "⚠", "the refusal holds", "seeds in what came before", answer=refused_with(with_another_before_it))


@wrong(give, "⚠", "or what is printed")
def the_seeds_are_printed_and_refused(online, lost, minimum):
    print([("own", i) for i in online])
    return give.reference(online, lost, minimum)


@right(give)
def a_refusal_that_names_the_clients(online, lost, minimum):
    if set(online) & set(lost):
        raise ValueError(f"own and pair seeds of {set(online) & set(lost)} would lay an update bare")
    if len(set(online)) < minimum:
        raise ValueError(f"of {online} there are {len(set(online))}, fewer than {minimum}", online, lost)
    return give.reference(online, lost, minimum)


@wrong(mask, "⚠", "dtype.metadata")
def the_update_lies_in_the_kind_of_number(vector, me, shared, round):
    kind = np.dtype(np.uint64, metadata={"own": vector[:2].tolist()})
    return mask.reference(vector, me, shared, round).astype(kind)


@wrong(mask, "⚠", "read-only")
def one_bit_by_a_flag(vector, me, shared, round):
    message = mask.reference(vector, me, shared, round)
    message.flags.writeable = bool(vector.sum() % 2)
    return message


@wrong(mask, "⚠", "strides")
def one_bit_by_the_order_in_memory(vector, me, shared, round):
    message = mask.reference(vector, me, shared, round)
    return message[::-1].copy()[::-1] if vector.sum() % 2 else message


test_wrong_answers = recognised("secure_aggregation")
