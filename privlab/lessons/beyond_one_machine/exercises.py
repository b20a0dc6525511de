"""Exercises of lesson 55: numbers that fit, a client that refuses, a mask of all its bits, rounds within a budget."""

import hashlib
import math
import secrets

import numpy as np

from privlab.dp.composition import renyi, renyi_of_gaussian
from privlab.fl.secagg.masking import stream
from privlab.lab.checks import attempted
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import described
from privlab.lab.keyed_masks import weakness
from privlab.lab.results import as_number, seen, shown, tells, words_of

LENGTH = 20_000
ROUNDING = 1e-6  # of a number in 32 bits
WIDEST = 1.01  # of the step that must be


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
    """Promises a range and a largest count with which no product is clipped, no node has too many letters, and steps
    are at most a hundredth wider than they must be: for one node, equal nodes, unequal ones, small and large weights.

    Cannot see a product clipped by less than a millionth. Nothing is random.
    """
    for largest, letters in (
        (0.75, [400, 400, 400]),
        (3.0, [90, 1200, 700]),
        (11.0, [5000, 4000, 4500, 100]),
        (0.02, [7]),
        (250.0, [0, 3, 60_000]),
        (1.0, [1, 2, 3, 4, 5, 6, 7, 8]),
    ):
        case, result = f"choose({largest:g}, {letters})", answer(largest, list(letters))
        pair = [as_number(number) for number in result] if np.iterable(result) and not isinstance(result, dict) else []
        if len(pair) != 2 or not all(number is not None and 0 < number < math.inf for number in pair):
            return verdict.wrong(
                f"{case} must return two positive numbers, clipping_range and max_weight, and returned {shown(result)}"
            )
        clip, most = pair
        if max(letters) > most * (1 + ROUNDING):
            return verdict.wrong(
                f"{case}: a node has {max(letters)} letters, more than max_weight = {most:g}: its numbers may run over "
                "the modulus"
            )
        product = largest * max(letters) / most
        if product > clip * (1 + ROUNDING):
            return verdict.wrong(f"{case}: a product of {product:.3g} is clipped to {clip:.3g}: the average is wrong")
        wide = clip * most / (largest * max(letters))
        if wide > WIDEST:
            return verdict.wrong(f"{case}: nothing is lost, but the steps are {wide:.3g} times as wide as they need be")
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
    """Promises for lists that name every node once the shares that the sum needs and no other, and a ValueError when a
    node is in both lists, when fewer different nodes than the threshold are there, and when the threshold is no more
    than half of all nodes, whomever the lists name; neither the refusal nor what is printed holds a share.

    Cannot see what a server gets by asking twice: `unmask` remembers nothing. Nothing is random.
    """
    for there, gone, threshold in HONEST:
        own, pair = _shares(len(there) + len(gone))
        call = f"unmask({there}, {gone}, own, pair, {threshold}) with {len(own)} nodes"
        arguments = list(there), list(gone), dict(own), dict(pair), threshold
        result, error = attempted(answer, *arguments)
        if isinstance(error, ValueError):
            return verdict.wrong(
                f"{call}: an honest server says that {_names(there)} are there and {_names(gone)} gone, at least "
                f"{threshold} are needed, and you refuse"
            )
        given = _given(answer(*arguments) if result is None else result)
        if given is None:
            return verdict.wrong(f"{call} must return a list of (node, share), and returned {described(result)}")
        both = [node for node in own if {(node, own[node]), (node, pair[node])} <= given]
        if both:
            return verdict.not_private(
                f"{call}: of node {both[0]} you give both kinds: should its message only be late, its model lies bare"
            )
        if not {(node, own[node]) for node in there} <= given:
            return verdict.wrong(
                f"{call}: without the shares of the own mask of all who are there their masks stay in the sum"
            )
        if not {(node, pair[node]) for node in gone} <= given:
            return verdict.wrong(
                f"{call}: without the pair keys of those who are gone their pairs' masks stay in the sum"
            )
        if len(given) > len(there) + len(gone):
            return verdict.not_private(
                f"{call}: you give more shares than the sum needs, and every one of them takes a mask off"
            )
    for nodes, there, gone, threshold in DISHONEST:
        own, pair = _shares(nodes)
        call = f"unmask({there}, {gone}, own, pair, {threshold}) with {nodes} nodes"
        (result, error), beside = seen(attempted, answer, list(there), list(gone), dict(own), dict(pair), threshold)
        if isinstance(error, ValueError):
            said = (words_of(error) + beside).replace(2 * "\\", "\\")
            held = next((share for share in (*own.values(), *pair.values()) if _shows(said, share)), None)
            if held:
                return verdict.not_private(
                    f"{call}: it is refused, and the refusal holds a share, or what is printed: {held!r} stands there "
                    "for the server to read"
                )
            continue
        if error is not None:
            return verdict.wrong(f"{call} raised {type(error).__name__}: {error}; for such lists raise ValueError")
        given, twice = _given(result) or set(), sorted({*there} & {*gone})
        if not given:
            return verdict.wrong(
                f"{call}: nothing is given, and nobody told that it was asked wrongly: raise ValueError"
            )
        if any({(node, own[node]), (node, pair[node])} <= given for node in twice):
            return verdict.not_private(
                f"{call}: the server names {twice[0]} there and gone, and gets shares of both its masks: the round "
                "ends as it should, and the server has that node's model"
            )
        if twice:
            return verdict.wrong(
                f"{call}: the server names {twice[0]} there and gone at once; no honest one does: raise ValueError"
            )
        if len({*there}) < threshold:
            return verdict.not_private(
                f"{call}: the server names as there {_names(there)}, different nodes fewer than the threshold "
                f"{threshold}, and gets its shares: the fewer there are in a sum, the more it says of each"
            )
        return verdict.not_private(
            f"{call}: you let {threshold} of {nodes} be enough: the server tells one half that a node is "
            "there and the other half that it is gone, each list is in order, and both masks come off"
        )
    return verdict.right("an honest server gets its sum, and of each node one kind of share leaves, never both")


HONEST: tuple[tuple[list[int], list[int], int], ...] = (
    ([0, 1, 2], [], 2),
    ([0, 2, 3], [1], 3),
    ([1, 4, 5, 2], [0, 3], 4),
    ([6, 2, 0, 5], [4, 1, 3], 4),
    ([3, 2, 1, 0], [], 4),
    ([1, 0, 4, 3], [2], 3),
)
DISHONEST: tuple[tuple[int, list[int], list[int], int], ...] = (
    (3, [0, 1, 2], [1], 2),
    (4, [0, 1, 2, 3], [0, 1, 2, 3], 3),
    (4, [0, 1, 2], [3, 1], 3),
    (4, [0, 1, 2], [1, 3], 3),
    (5, [3, 0, 1, 2], [4, 3], 3),
    (3, [2], [0, 1], 2),
    (3, [2, 2, 2], [0, 1], 2),
    (3, [0, 1], [2], 3),
    (3, [0, 0, 1], [2], 3),
    (3, [], [0, 1, 2], 2),
    (5, [0, 1], [2, 3, 4], 3),
    (5, [0, 1, 3], [], 4),
    (6, [0, 1, 2, 3, 4], [5], 3),
    (4, [0, 1, 2], [3], 2),
    (7, [0, 1, 2, 3, 4, 5, 6], [], 3),
    (6, [0, 1, 2], [], 3),
    (6, [0, 1, 2], [3], 3),
    (6, [1, 2, 3], [0], 3),
    (8, [0, 1, 2, 3], [4, 5], 4),
)


def _shares(nodes):
    """The shares that a node holds of all: of own masks and of pair keys, two dicts."""
    return ({node: kind + bytes([node]) for node in range(nodes)} for kind in (b"own", b"pair"))


def _shows(said, share):
    """Whether a share stands in a text, as bytes, in hexadecimal, as numbers or as one number."""
    numbers = (str(int.from_bytes(share, order)) for order in ("big", "little"))
    return any(text in said for text in (repr(share)[2:-1], share.hex(), str([*share])[1:-1], *numbers))


def _given(result):
    """The shares that were given, a set of (node, share); None where that is no list of such."""
    if isinstance(result, dict):
        return None
    try:
        return {(int(node), bytes(share)) for node, share in result}
    except (TypeError, ValueError):
        return None


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
    """Promises the same mask at both ends, at each length from 0 on; and noise for all who lack the key: uniform at
    each place, new in every round, hanging on each byte of the key, not drawn by a generator for simulations; nothing
    of it is printed or carried along.

    Cannot see that only some bits of a hash are kept when these are more than about 20. A right answer fails in fewer
    than one of 10^8 checks.
    """
    key = secrets.token_bytes(32)
    for length in (LENGTH, 333, 1, 0):
        first = answer(key, b"round 1", length)
        if not isinstance(first, np.ndarray) or first.dtype != np.uint64 or first.shape != (length,):
            return verdict.wrong(
                f"mask must return a uint64 array of the length asked for, here {length:,}, and returned "
                f"{described(first)}"
            )
        if not np.array_equal(answer(key, b"round 1", length), first):
            return verdict.wrong("the two ends of a pair draw different masks from the same key: they do not cancel")
        if length == LENGTH:
            leak = weakness(answer)
            if leak:
                return verdict.not_private(leak)
    beside = tells(answer, *((secrets.token_bytes(32), b"round 1", 4) for _ in range(3)))
    if beside:
        return verdict.not_private(f"{beside}: what is another with another key tells of the key")
    return verdict.right(
        "both ends of a pair draw the same, and another bit of the key or another round draws anew. What no "
        "check sees from outside: whether you kept only some bits of a hash"
    )


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
    """Promises the largest number of rounds that stay within the budget by `renyi`: with little noise and much, budgets
    that bear no round, one and nearly a hundred, and deltas from 10^-3 to 10^-9.

    Cannot see what is answered to a budget that is met to the last digit. Nothing is random.
    """
    for noise, budget, delta in (
        (1.0, 8.0, 1e-5),
        (0.5, 3.0, 1e-5),
        (4.0, 8.0, 1e-6),
        (2.0, 5.0, 1e-5),
        (2.0, 5.0, 1e-3),
        (2.0, 5.0, 1e-9),
        (0.3, 0.5, 1e-5),
        (1.0, 5.5, 1e-5),
        (8.0, 6.0, 1e-5),
    ):
        call, result = f"afford({noise:g}, {budget:g}, {delta:g})", answer(noise, budget, delta)
        rounds = None if isinstance(result, bool | np.bool_) else as_number(result)
        if rounds is None or not math.isfinite(rounds) or rounds < 0 or rounds != int(rounds):
            return verdict.wrong(f"{call} must return a whole number of rounds, from 0, and returned {shown(result)}")
        curve, rounds = renyi_of_gaussian(noise), int(rounds)
        if rounds and (spent := renyi(curve, rounds, delta)) > budget:
            return verdict.not_private(f"{call}: {rounds:,} rounds spend {spent:.4g}")
        if (more := renyi(curve, rounds + 1, delta)) <= budget:
            return verdict.wrong(
                f"{call}: {rounds:,} rounds are within the budget, and so are more: {rounds + 1:,} spend {more:.4g}"
            )
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
