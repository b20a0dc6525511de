"""Exercises of lesson 55: numbers that fit, a client that refuses, a mask of all its bits, rounds within a budget."""

import hashlib
import inspect
import secrets

import numpy as np

from privlab.dp.composition import renyi, renyi_of_gaussian
from privlab.fl.secagg.masking import UNEVEN, stream, unevenness
from privlab.lab.checks import refuses
from privlab.lab.exercise import Quiz, exercise

LEVELS = 2**22
LENGTH, SHORT = 20_000, 16
SIMULATED = {"random", "default_rng", "RandomState", "Random", "randint", "PCG64", "MT19937", "SFC64"}


@exercise(
    "A node sends its weights times letters / max_weight. When is that product largest, and what must it fit into?",
    "max_weight: no node may have more letters than that, and everything above it is lost steps. The range: no weight "
    "may be larger once it is multiplied.",
    "With max_weight = max(letters) the product is at most `largest`: return largest, max(letters).",
)
def choose(largest, letters):
    return largest, max(letters)


@choose.check
def _(answer, verdict):
    """Federations of few and many letters: no product beyond the range, no count beyond max_weight, no step too
    wide.
    """
    rng = np.random.default_rng(5)
    for largest, letters in ((0.75, [400, 400, 400]), (3.0, [1200, 90, 700]), (11.0, [5000, 4000, 4500, 100])):
        pair = answer(largest, list(letters))
        if (
            not isinstance(pair, tuple | list)
            or len(pair) != 2
            or not all(np.isreal(number) and number > 0 for number in pair)
        ):
            return verdict.wrong("choose must return two positive numbers: clipping_range and max_weight")
        clip, most = map(float, pair)
        case = f"with weights up to {largest:g} and nodes of {', '.join(map(str, letters))} letters"
        if max(letters) > most:
            return verdict.wrong(
                f"{case} a node has more than max_weight = {most:g}: its numbers may run over the modulus"
            )
        weights = rng.uniform(-largest, largest, (len(letters), 500))
        weights[:, 0] = largest
        scaled = weights * np.array(letters)[:, None] / most
        if np.abs(scaled).max() > clip * (1 + 1e-9):
            return verdict.wrong(
                f"{case} a product of {np.abs(scaled).max():.3g} is clipped to {clip:.3g}: the average is wrong"
            )
        step, best = 2 * clip / LEVELS * most, 2 * largest / LEVELS * max(letters)
        if step > 1.5 * best:
            return verdict.wrong(
                f"{case} nothing is lost, but the steps are {step / best:.1f} times as wide as they need be"
            )
    return verdict.right("nothing is clipped, nothing runs over, and no step is wider than it must be")


@exercise(
    "What would an honest server never ask? Look at the two lists side by side.",
    "Of one node only one kind of share may ever leave: its own mask's where it is there, its pair key's where it is "
    "gone. And count different nodes, not names; a threshold of half the nodes is too low.",
    'if set(there) & set(gone) or len(set(there)) < threshold or 2 * threshold <= len(own): raise ValueError("..."); '
    "return [(node, own[node]) for node in there] + [(node, pair[node]) for node in gone].",
)
def unmask(there, gone, own, pair, threshold):
    if set(there) & set(gone) or len(set(there)) < threshold or 2 * threshold <= len(own):
        raise ValueError("these lists would lay a model bare")
    return [(node, own[node]) for node in there] + [(node, pair[node]) for node in gone]


@unmask.check
def _(answer, verdict):
    """Lists of an honest server, whose masks must come off, then lists of one that lies, which must be refused."""

    def shares(nodes):
        return ({node: kind + bytes([node]) for node in range(nodes)} for kind in (b"own", b"pair"))

    for there, gone, threshold in (([0, 1, 2], [], 2), ([0, 2, 3], [1], 3), ([1, 4, 5, 2], [0, 3], 4)):
        own, pair = shares(len(there) + len(gone))
        if refuses(answer, list(there), list(gone), dict(own), dict(pair), threshold):
            return verdict.wrong(
                f"an honest server says that {_names(there)} are there and {_names(gone)} gone, at least "
                f"{threshold} are needed, and you refuse"
            )
        given = {
            (node, bytes(share)) for node, share in answer(list(there), list(gone), dict(own), dict(pair), threshold)
        }
        both = [node for node in gone if {(node, own[node]), (node, pair[node])} <= given]
        if both:
            return verdict.not_private(
                f"of node {both[0]} you give both kinds: should its message only be late, its model lies bare"
            )
        if not {(node, own[node]) for node in there} <= given:
            return verdict.wrong("without the shares of the own mask of all who are there their masks stay in the sum")
        if not {(node, pair[node]) for node in gone} <= given:
            return verdict.wrong("without the pair keys of those who are gone their pairs' masks stay in the sum")
        if len(given) > len(there) + len(gone):
            return verdict.not_private(
                "you give more shares than the sum needs, and every one of them takes a mask off"
            )
    for there, gone, threshold in (([0, 1, 2], [1], 2), ([0, 1, 2, 3], [0, 1, 2, 3], 3), ([0, 1, 2], [3, 1], 3)):
        own, pair = shares(len({*there, *gone}))
        if not refuses(answer, list(there), list(gone), own, pair, threshold):
            return verdict.not_private(
                f"of {len(own)} nodes the server names {min({*there} & {*gone})} there and gone, and gets "
                "shares of both its masks: the round ends as it should, and the server has that node's model"
            )
    for there, gone, threshold in (([2], [0, 1], 2), ([2, 2, 2], [0, 1], 2), ([0, 1], [2], 3), ([0, 0, 1], [2], 3)):
        own, pair = shares(3)
        if not refuses(answer, list(there), list(gone), own, pair, threshold):
            return verdict.not_private(
                f"the server names as there {_names(there)}, different nodes fewer than the threshold "
                f"{threshold}, and gets its shares: the fewer there are in a sum, the more it says of each"
            )
    for nodes, threshold in ((6, 3), (4, 2)):
        if not refuses(answer, [*range(nodes - 1)], [nodes - 1], *shares(nodes), threshold):
            return verdict.not_private(
                f"of {nodes} nodes you let {threshold} be enough: the server tells one half that a node is "
                "there and the other half that it is gone, each list is in order, and both masks come off"
            )
    return verdict.right("an honest server gets its sum, and of each node one kind of share leaves, never both")


@exercise(
    "The engine throws away 228 of the key's 256 bits, and would draw the same mask for the same key. What must the "
    "mask depend on?",
    "On all of the key and on the round: hash both together. `stream(seed, length)` of lesson 52 stretches 16 bytes to "
    "uint64 numbers.",
    "seed = hashlib.sha256(key + round).digest()[:16]; return stream(seed, length).",
    show=["import hashlib"],
)
def mask(key, round, length):
    return stream(hashlib.sha256(key + round).digest()[:16], length)


@mask.check
def _(answer, verdict):
    """Both ends of a pair, rounds, keys that differ in a bit or in two that a fold would cancel, and the mask's
    uniformity.
    """
    key, rounds = secrets.token_bytes(32), (b"round 1", b"round 2", b"sound 1", b"round 11")
    first, *later = (answer(key, round, LENGTH) for round in rounds)
    if not isinstance(first, np.ndarray) or first.dtype != np.uint64 or first.shape != (LENGTH,):
        return verdict.wrong(f"mask must return a uint64 array of the length asked for, here {LENGTH:,}")
    if not np.array_equal(answer(key, rounds[0], LENGTH), first):
        return verdict.wrong("the two ends of a pair draw different masks from the same key: they do not cancel")
    if any(np.array_equal(other, first) for other in later):
        return verdict.not_private(
            "in two rounds the mask is the same: the server subtracts the two messages and has how the update changed"
        )
    if unevenness(first) > UNEVEN:
        return verdict.not_private("the mask is not uniform over all 2^64 numbers, and the update shines through")
    short = answer(key, rounds[0], SHORT)
    alone = [(at,) for at in range(32)]
    folds = [(at, at + apart) for apart in (4, 8, 16) for at in range(32 - apart)]
    for flipped in alone + folds:
        flip = 1 << flipped[0] % 8
        other = bytes(byte ^ flip if index in flipped else byte for index, byte in enumerate(key))
        if (answer(other, rounds[0], SHORT) == short).any():
            return verdict.not_private(
                "two different keys draw the same numbers: part of the key's 256 bits is lost, and who "
                "tries what is left finds it"
            )
    if SIMULATED & _called(inspect.unwrap(answer)):
        return verdict.not_private(
            "the numbers come from a generator made for simulations: it promises even numbers, not that "
            "those seen do not give away the rest"
        )
    return verdict.right(
        "both ends of a pair draw the same, and another bit of the key or another round draws anew. What no "
        "check sees from outside: whether you kept only some bits of a hash"
    )


def _called(function):
    """The names that a function's code uses, with those of functions that were written beside it."""
    names, beside = set(), [function.__code__]
    for code in beside:
        names |= {*code.co_names}
        beside += [constant for constant in code.co_consts if hasattr(constant, "co_names")]
        others = (function.__globals__.get(name) for name in code.co_names)
        beside += [
            other.__code__
            for other in others
            if getattr(other, "__globals__", None) is function.__globals__ and other.__code__ not in beside
        ]
    return names


@exercise(
    "What do k rounds cost together? Not k times what one costs: lesson 23 has better.",
    "`renyi(renyi_of_gaussian(noise_multiplier), k, delta)` is the epsilon of k rounds. Count up while the "
    "*next* round still fits.",
    "rounds = 0; while renyi(renyi_of_gaussian(noise_multiplier), rounds + 1, delta) <= budget: rounds += 1; "
    "return rounds.",
)
def afford(noise_multiplier, budget, delta):
    rounds = 0
    while renyi(renyi_of_gaussian(noise_multiplier), rounds + 1, delta) <= budget:
        rounds += 1
    return rounds


@afford.check
def _(answer, verdict):
    """Noises and budgets, one of which bears no round; the number must be the largest that stays within the budget."""
    for noise, budget, delta in ((1.0, 8.0, 1e-5), (0.5, 3.0, 1e-5), (4.0, 8.0, 1e-6), (2.0, 5.0, 1e-5)):
        rounds = answer(noise, budget, delta)
        if isinstance(rounds, bool) or not isinstance(rounds, int | np.integer) or rounds < 0:
            return verdict.wrong("afford must return a whole number of rounds, from 0")
        case = f"noise {noise:g}, budget {budget:g}, delta {delta:g}"
        if rounds and (spent := renyi(renyi_of_gaussian(noise), int(rounds), delta)) > budget:
            return verdict.not_private(f"{case}: {rounds} rounds spend {spent:.2f}")
        if renyi(renyi_of_gaussian(noise), int(rounds) + 1, delta) <= budget:
            return verdict.wrong(f"{case}: {rounds} rounds are within the budget, and so are more")
    return verdict.right("as many rounds as the budget bears by `renyi`, and not one more")


def _names(nodes):
    return ", ".join(map(str, nodes)) or "none"


quiz1 = Quiz(
    id="beyond_one_machine.quiz1",
    question="Every node has a key that the server knows, and the line is encrypted. Who can still read Amara's "
    "letters?",
    options=(
        ("Nobody", False, "Keys say who may serve. What is run on the node is another matter."),
        ("Whoever reads the line", False, "The line is encrypted, and carries no letters in an honest run."),
        (
            "Whoever may hand in an app",
            True,
            "Yes: the node runs what it is sent, unless it was told whose apps it trusts.",
        ),
    ),
)


quiz2 = Quiz(
    id="beyond_one_machine.quiz2",
    question="A round of SecAgg+ ended, and the average is right. Does the server know any node's model?",
    options=(
        ("No: it got masked numbers alone", False, "It got shares as well, and it was the server that said which."),
        (
            "It cannot be told from the round",
            True,
            "Yes: in the lying run nobody refused, and the average was right too.",
        ),
        ("Yes, always", False, "A server that keeps to the protocol does not."),
    ),
)


quiz3 = Quiz(
    id="beyond_one_machine.quiz3",
    question="Three nodes, noise as large as the clip on their sum. Why is the model useless, and with 3,000 nodes "
    "not?",
    options=(
        (
            "More nodes have more letters",
            False,
            "They have; but three nodes with a thousand times the letters would fare as badly.",
        ),
        (
            "The noise is the same, and is divided by the number of nodes",
            True,
            "Yes: one client's part in the average shrinks with their number, and the noise needs to hide no more "
            "than that.",
        ),
        (
            "With more nodes less noise is asked for",
            False,
            "Noise on the sum is the same: it hides one node, however many there are.",
        ),
    ),
)
