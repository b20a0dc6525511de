"""Answers to the exercises of lesson 55: wrong ones and what their checks must say, right ones in other styles."""

import bisect
import functools
import hashlib
import hmac
import math
import random
import secrets
from fractions import Fraction

import numpy as np

from privlab.dp.composition import renyi, renyi_of_gaussian
from privlab.fl.flower.weak_masks import folded_seed
from privlab.fl.secagg.masking import stream
from privlab.lessons.beyond_one_machine.exercises import afford, choose, mask, unmask
from tests.lessons.answers import recognised, right, wrong

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


def _with_the_other_kind(function):
    @functools.wraps(function)
    def more(there, gone, own, pair, threshold):
        return function(there, gone, own, pair, threshold) + [(node, own[node]) for node in gone]

    return more


@wrong(unmask, "⚠", "late")
@_with_the_other_kind
def what_a_decorator_adds(there, gone, own, pair, threshold):
    return unmask.reference(there, gone, own, pair, threshold)


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


COUNT = "max(letters)"
wrong(choose, "✗", "steps", "a range a little too wide", edit=("return largest", "return 1.45 * largest"))
wrong(choose, "✗", "steps", "a twentieth of room", edit=("return largest", "return 1.05 * largest"))
wrong(choose, "✗", "steps", "one letter more, of few", edit=(COUNT, "max(letters) + 1"))
wrong(choose, "✗", "clipped", "a hundredth too narrow", edit=("return largest", "return 0.99 * largest"))
wrong(choose, "✗", "more than max_weight", "the last node's count", edit=(COUNT, "letters[-1]"))
wrong(choose, "✗", "two positive numbers", "not a number", edit=("return largest", 'return float("nan")'))
wrong(choose, "✗", "two positive numbers", "no end", edit=(COUNT, 'float("inf")'))
wrong(choose, "✗", "two positive numbers", "the range alone", edit=("return largest, max(letters)", "return largest"))
wrong(choose, "✗", "returned None", "no return", edit=("return largest, max(letters)", "largest, max(letters)"))
right(
    choose,
    "numpy's numbers in a list",
    edit=("largest, max(letters)", "[np.float32(largest), np.array(letters).max()]"),
)
right(choose, "an array", edit=("largest, max(letters)", "np.array([largest, sorted(letters)[-1]])"))
right(choose, "half the range, twice the count", edit=("largest, max(letters)", "largest / 2, 2 * max(letters)"))


@right(choose)
def fractions(largest, letters):
    return Fraction(largest), Fraction(max(letters))


@right(choose)
def by_torch(largest, letters):
    import torch

    return torch.tensor(largest), torch.tensor(letters).max()


wrong(unmask, "⚠", "be enough", "half of the nodes that are named", edit=("len(own)", "len({*there, *gone})"))
wrong(unmask, "⚠", "be enough", "less than half of all", edit=("2 * threshold <= len(own)", "2 * threshold < len(own)"))
wrong(unmask, "⚠", "be enough", "half of those there", edit=("len(own)", "len(there)"))
wrong(unmask, "✗", "honest", "two thirds of all", edit=("2 * threshold <= len(own)", "3 * threshold <= 2 * len(own)"))
wrong(unmask, "✗", "honest", "more than the threshold", edit=("< threshold", "<= threshold"))
wrong(
    unmask,
    "✗",
    "honest",
    "somebody must be gone",
    edit=("set(there) & set(gone)", "not gone or set(there) & set(gone)"),
)
wrong(unmask, "⚠", "fewer than", "there and gone are counted", edit=("len(set(there))", "len({*there, *gone})"))
wrong(
    unmask, "⚠", "there and gone", "the last of the gone", edit=("set(there) & set(gone)", "gone and gone[-1] in there")
)
wrong(
    unmask,
    "⚠",
    "there and gone",
    "the last of those there",
    edit=("set(there) & set(gone)", "there and there[-1] in gone"),
)
wrong(
    unmask,
    "⚠",
    "more shares",
    "a share of a node that was not asked for",
    edit=("for node in there]", 'for node in there] + [(len(own), b"own")]'),
)
wrong(unmask, "✗", "raise ValueError", "another exception", edit=("raise ValueError(", "raise KeyError("))
wrong(unmask, "✗", "a list of (node, share)", "the shares alone", edit=("[(node, own[node]) for", "[own[node] for"))
wrong(
    unmask,
    "⚠",
    "both kinds",
    "pair keys of those there too",
    edit=("for node in gone]", "for node in [*gone, *there]]"),
)


@wrong(unmask, "✗", "there and gone at once")
def those_in_both_lists_are_dropped(there, gone, own, pair, threshold):
    gone = [node for node in gone if node not in there]
    if len(set(there)) < threshold or 2 * threshold <= len(own):
        raise ValueError("too few")
    return [(node, own[node]) for node in there] + [(node, pair[node]) for node in gone]


@wrong(unmask, "✗", "nobody told")
def nothing_for_too_few(there, gone, own, pair, threshold):
    if set(there) & set(gone):
        raise ValueError("a node is in both lists")
    if len(set(there)) < threshold or 2 * threshold <= len(own):
        return []
    return [(node, own[node]) for node in there] + [(node, pair[node]) for node in gone]


@right(unmask)
def all_nodes_must_be_named(there, gone, own, pair, threshold):
    if sorted(there + gone) != sorted(own) or len(there) < threshold or threshold <= len(own) / 2:
        raise ValueError("each node once, and more than half of them")
    return [(node, own[node]) for node in there] + [(node, pair[node]) for node in gone]


@right(unmask)
def items_of_dicts(there, gone, own, pair, threshold):
    if not set(there).isdisjoint(gone) or len({*there}) < threshold or threshold < len(own) // 2 + 1:
        raise ValueError("these lists would lay a model bare")
    return ({node: own[node] for node in there} | {node: pair[node] for node in gone}).items()


@right(unmask)
def one_share_after_the_other(there, gone, own, pair, threshold):
    if np.intersect1d(there, gone).size or np.unique(there).size < threshold or 2 * threshold <= len(pair):
        raise ValueError("these lists would lay a model bare")
    yield from zip(there, map(own.get, there))
    yield from zip(gone, map(pair.get, gone))


@wrong(mask, "⚠", "simulations")
def torchs_generator(key, round, length):
    import torch

    seed = int.from_bytes(hashlib.sha256(key + round).digest()[:7], "little")
    drawn = torch.empty(length, dtype=torch.int64)
    drawn.random_(-(2**63), None, generator=torch.Generator().manual_seed(seed))
    return drawn.numpy().view(np.uint64)


twister = random.Random()


@wrong(mask, "⚠", "simulations")
def a_twister_made_before(key, round, length):
    twister.seed(key + round)
    return np.frombuffer(twister.randbytes(8 * length), np.uint64)


@wrong(mask, "⚠", "different masks")
def two_bytes_of_a_hash(key, round, length):
    return stream(hashlib.sha256(key + round).digest()[:2] * 8, length)


@wrong(mask, "⚠", "the same in all places")
def the_round_is_added(key, round, length):
    return stream(hashlib.sha256(key).digest()[:16], length) + np.uint64(int.from_bytes(round[:8], "big"))


@wrong(mask, "⚠", "the same in all places")
def the_key_is_added_to_what_all_can_draw(key, round, length):
    number = int.from_bytes(hashlib.sha256(key + round).digest()[:8], "big")
    return stream(hashlib.sha256(b"all").digest()[:16], length) + np.uint64(number)


@wrong(mask, "⚠", "numbers again")
def further_on_in_one_stream(key, round, length):
    at = sum(round)
    return stream(hashlib.sha256(key).digest()[:16], length + at)[at:]


@wrong(mask, "⚠", "not uniform")
def the_first_number_is_small(key, round, length):
    drawn = stream(hashlib.sha256(key + round).digest()[:16], length)
    drawn[:1] >>= np.uint64(1)
    return drawn


@wrong(mask, "⚠", "not uniform")
def the_last_numbers_are_left_out(key, round, length):
    drawn = stream(hashlib.sha256(key + round).digest()[:16], length)
    drawn[length // 8 * 8 :] = 0
    return drawn


@wrong(mask, "⚠", "uniform")
def one_block_again_and_again(key, round, length):
    return np.resize(stream(hashlib.sha256(key + round).digest()[:16], 512), length)


wrong(
    mask,
    "✗",
    "a list of",
    "a list",
    edit=(
        "(hashlib.sha256(key + round).digest()[:16], length)",
        "(hashlib.sha256(key + round).digest()[:16], length).tolist()",
    ),
)
wrong(mask, "✗", "uint64 array", "signed", edit=("[:16], length)", "[:16], length).view(np.int64)"))
right(
    mask,
    "another hash",
    edit=("hashlib.sha256(key + round).digest()[:16]", "hashlib.blake2b(round, key=key, digest_size=16).digest()"),
)
right(
    mask,
    "SHAKE",
    edit=(
        "stream(hashlib.sha256(key + round).digest()[:16], length)",
        "np.frombuffer(hashlib.shake_256(key + round).digest(8 * length), dtype=np.uint64)",
    ),
)


@right(mask)
def aes_in_counter_mode(key, round, length):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    begin = hashlib.sha256(round).digest()[:16]
    encryptor = Cipher(algorithms.AES(key), modes.CTR(begin)).encryptor()
    return np.frombuffer(encryptor.update(bytes(8 * length)), dtype=np.uint64)


@right(mask)
def chacha(key, round, length):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    cipher = Cipher(algorithms.ChaCha20(key, hashlib.sha256(round).digest()[:16]), mode=None).encryptor()
    return np.frombuffer(cipher.update(bytes(8 * length)), dtype=np.uint64)


@right(mask)
def lesson_52s_seed(key, round, length):
    return stream(hmac.digest(key, round, "sha256")[:16], length)


@right(mask)
def a_hash_of_each_number(key, round, length):
    inner = hashlib.sha256(key + round)
    drawn = []
    for number in range(length):
        each = inner.copy()
        each.update(number.to_bytes(8, "little"))
        drawn.append(int.from_bytes(each.digest()[:8], "little"))
    return np.array(drawn, dtype=np.uint64)


wrong(afford, "✗", "more", "one round too few", edit=("rounds + 1, delta", "rounds + 2, delta"))
wrong(afford, "✗", "more", "a delta of one's own", edit=("rounds + 1, delta", "rounds + 1, 1e-9"))
wrong(afford, "⚠", "spend", "another delta of one's own", edit=("rounds + 1, delta", "rounds + 1, 1e-5"))
wrong(afford, "✗", "more", "at most fifty", edit=("return rounds", "return min(rounds, 50)"))
wrong(afford, "✗", "whole number", "rounds and a part", edit=("return rounds", "return rounds + 0.5"))
wrong(afford, "✗", "whole number", "whether there is one", edit=("return rounds", "return rounds > 0"))
wrong(afford, "✗", "returned None", "no return", edit=("return rounds", "rounds"))


@wrong(afford, "✗", "more")
def a_formula_instead_of_renyi(noise_multiplier, budget, delta):
    log = math.log(1 / delta)
    return int(2 * noise_multiplier**2 * (math.sqrt(log + budget) - math.sqrt(log)) ** 2)


@right(afford)
def searched_by_halves(noise_multiplier, budget, delta):
    curve = renyi_of_gaussian(noise_multiplier)
    return bisect.bisect_right(range(1, 200), budget, key=lambda rounds: renyi(curve, rounds, delta))


@right(afford)
def counted_in_an_array(noise_multiplier, budget, delta):
    curve = renyi_of_gaussian(noise_multiplier)
    return np.sum([renyi(curve, rounds, delta) <= budget for rounds in range(1, 200)])


@right(afford)
def the_first_that_is_too_dear_less_one(noise_multiplier, budget, delta):
    curve, rounds = renyi_of_gaussian(noise_multiplier), 1
    while not renyi(curve, rounds, delta) > budget:
        rounds += 1
    return float(rounds - 1)


def asked_wrongly(there, gone, own, threshold):
    return set(there) & set(gone) or len(set(there)) < threshold or 2 * threshold <= len(own)


@wrong(unmask, "⚠", "the refusal holds a share")
def a_refusal_that_holds_the_shares(there, gone, own, pair, threshold):
    if asked_wrongly(there, gone, own, threshold):
        raise ValueError("refused", [own[node] for node in own], pair)
    return unmask.reference(there, gone, own, pair, threshold)


@wrong(unmask, "⚠", "the refusal holds a share")
def shares_in_a_note_on_the_refusal(there, gone, own, pair, threshold):
    try:
        return unmask.reference(there, gone, own, pair, threshold)
    except ValueError as error:
        error.add_note(f"asked for {pair}")
        raise


@wrong(unmask, "⚠", "or what is printed")
def shares_are_printed_and_refused(there, gone, own, pair, threshold):
    if asked_wrongly(there, gone, own, threshold):
        print(own)
    return unmask.reference(there, gone, own, pair, threshold)


@wrong(mask, "⚠", "printing")
def the_key_is_printed(key, round, length):
    print(key.hex())
    return mask.reference(key, round, length)


@right(unmask)
def a_refusal_that_names_the_nodes(there, gone, own, pair, threshold):
    if asked_wrongly(there, gone, own, threshold):
        raise ValueError(f"{there} and {gone} would lay a model bare: {threshold} of {len(own)}")
    return unmask.reference(there, gone, own, pair, threshold)


@wrong(unmask, "⚠", "or what is printed")
def shares_in_hexadecimal(there, gone, own, pair, threshold):
    if asked_wrongly(there, gone, own, threshold):
        print([share.hex() for share in pair.values()])
    return unmask.reference(there, gone, own, pair, threshold)


test_wrong_answers = recognised("beyond_one_machine")
