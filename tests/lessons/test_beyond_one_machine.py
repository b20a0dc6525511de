"""Wrong answers to the exercises of lesson 55, and what their checks must say."""

import hashlib
import secrets

import numpy as np

from privlab.dp.composition import renyi, renyi_of_gaussian
from privlab.fl.flower.weak_masks import folded_seed
from privlab.fl.secagg.masking import stream
from privlab.lessons.beyond_one_machine.exercises import afford, choose, mask, unmask
from tests.lessons.answers import recognised, wrong

wrong(choose, "✗", "steps", "the engine's defaults", edit=("largest, max(letters)", "8.0, 1000.0"))
wrong(choose, "✗", "more than max_weight", "the mean count", edit=("max(letters)", "sum(letters) / len(letters)"))
wrong(choose, "✗", "steps", "all letters together", edit=("max(letters)", "sum(letters)"))
wrong(choose, "✗", "clipped", "half the range", edit=("largest, max", "largest / 2, max"))
wrong(choose, "✗", "more than max_weight", "reversed", edit=("largest, max(letters)", "max(letters), largest"))

wrong(
    unmask,
    "⚠",
    "there and gone",
    "as the engine does it",
    edit=(
        "set(there) & set(gone) or len(set(there)) < threshold or 2 * threshold <= len(own)",
        "len(there) < threshold",
    ),
)
wrong(
    unmask, "⚠", "there and gone", "one gone is looked at", edit=("set(there) & set(gone)", "gone and gone[0] in there")
)
wrong(
    unmask,
    "⚠",
    "there and gone",
    "only when all who are gone are there",
    edit=("set(there) & set(gone)", "gone and set(gone) <= set(there)"),
)
wrong(unmask, "⚠", "fewer than", "names are counted", edit=("len(set(there))", "len(there)"))
wrong(unmask, "⚠", "fewer than", "nobody counts", edit=(" or len(set(there)) < threshold", ""))
wrong(unmask, "⚠", "fewer than", "two are enough", edit=("< threshold", "< 2"))
wrong(unmask, "⚠", "other half", "any threshold", edit=(" or 2 * threshold <= len(own)", ""))
wrong(
    unmask,
    "⚠",
    "late",
    "both kinds for those who are gone",
    edit=("for node in there]", "for node in [*there, *gone]]"),
)
wrong(
    unmask,
    "✗",
    "stay in the sum",
    "those who are gone are left out",
    edit=(" + [(node, pair[node]) for node in gone]", ""),
)


@wrong(unmask, "✗", "own mask")
def the_kinds_are_exchanged(there, gone, own, pair, threshold):
    if set(there) & set(gone) or len(set(there)) < threshold or 2 * threshold <= len(own):
        raise ValueError
    return [(node, pair[node]) for node in there] + [(node, own[node]) for node in gone]


@wrong(unmask, "✗", "honest")
def nothing_is_ever_given(there, gone, own, pair, threshold):
    raise ValueError


wrong(mask, "⚠", "two rounds", "the key is used again", edit=("key + round", "key"))
wrong(mask, "⚠", "same numbers", "half a key", edit=("key + round", "key[:16] + round"))
wrong(mask, "⚠", "two rounds", "the end of the round", edit=("+ round", "+ round[-1:]"))
wrong(mask, "✗", "uint64 array", "too short", edit=("[:16], length", "[:16], length // 2"))


@wrong(mask, "⚠", "same numbers")
def the_engines_fold(key, round, length):
    seed = hashlib.sha256(folded_seed(key).to_bytes(4, "little") + round).digest()[:16]
    return stream(seed, length)


@wrong(mask, "⚠", "uniform")
def one_number_again_and_again(key, round, length):
    seed = hashlib.sha256(key + round).digest()[:8]
    return np.full(length, int.from_bytes(seed, "little"), dtype=np.uint64)


@wrong(mask, "⚠", "same numbers")
def eight_words_folded_to_two(key, round, length):
    seed = np.bitwise_xor.reduce(np.frombuffer(key, "<u8")).tobytes()
    return stream(hashlib.sha256(seed + round).digest()[:16], length)


@wrong(mask, "⚠", "same numbers")
def a_bit_of_each_byte(key, round, length):
    seed = bytes(each & 1 for each in key)
    return stream(hashlib.sha256(seed + round).digest()[:16], length)


@wrong(mask, "⚠", "simulations")
def numpys_generator(key, round, length):
    return np.random.default_rng([*key, *round]).integers(0, 2**64, length, dtype=np.uint64)


@wrong(mask, "⚠", "simulations")
def four_bytes_in_an_old_generator(key, round, length):
    seed = int.from_bytes(hashlib.sha256(key + round).digest()[:4], "little")
    return np.random.RandomState(seed).randint(0, 2**64, length, dtype=np.uint64)


@wrong(mask, "✗", "cancel")
def a_shared_generator(key, round, length):
    return np.random.randint(0, 2**64, length, dtype=np.uint64)


@wrong(mask, "✗", "cancel")
def drawn_anew_at_each_call(key, round, length):
    return stream(secrets.token_bytes(16), length)


wrong(afford, "⚠", "spend", "at least one round", edit=("rounds = 0", "rounds = 1"))


@wrong(afford, "⚠", "spend")
def stops_after_it_is_too_late(noise_multiplier, budget, delta):
    rounds = 1
    while renyi(renyi_of_gaussian(noise_multiplier), rounds, delta) <= budget:
        rounds += 1
    return rounds


@wrong(afford, "✗", "more")
def epsilons_are_added(noise_multiplier, budget, delta):
    return int(budget // renyi(renyi_of_gaussian(noise_multiplier), 1, delta))


@wrong(afford, "⚠", "spend")
def the_root_of_rounds(noise_multiplier, budget, delta):
    return int((budget / renyi(renyi_of_gaussian(noise_multiplier), 1, delta)) ** 2)


test_wrong_answers = recognised("beyond_one_machine")
