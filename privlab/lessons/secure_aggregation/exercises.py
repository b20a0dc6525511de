"""Exercises of lesson 52: numbers that wrap, masks that cancel, a mask of one's own, shares that are not given."""

import re
import secrets

import numpy as np

from privlab.fl.secagg.masking import UNEVEN, round_seed, stream, unevenness
from privlab.lab.checks import attempted
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import described, pasted
from privlab.lab.keyed_masks import related, weakness
from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import all_seen, seen, tells, words_of

LENGTH = 20_000
SEEDS = 2_000  # drawn, to see whether one comes again and whether each of their bits is 0 and 1
BIASED = 180  # ones more or less than half of 2,000: eight standard deviations
STEADY_BITS = 8  # of 128 that need not be random: those of a random UUID are always the same in six


@exercise(
    "How many steps of 2^-bits is a number? That many, as a whole number, is what you keep.",
    "`np.rint` rounds to the nearest. Signed 64-bit numbers, `np.int64`, hold the negative ones; `.view(np.uint64)` "
    "reads the same bits modulo 2^64. And ask `np.isfinite` first.",
    'if not np.isfinite(numbers).all(): raise ValueError("..."); '
    "return np.rint(numbers * 2**bits).astype(np.int64).view(np.uint64).",
)
def encode(numbers, bits):
    if not np.isfinite(numbers).all():
        raise ValueError("an update must not hold NaN or infinity")
    return np.rint(numbers * 2**bits).astype(np.int64).view(np.uint64)


@encode.check
def _(answer, verdict):
    """Promises the nearest multiple of 2^-bits modulo 2^64, a half either way, as a uint64 array of each length from 0
    on, and a ValueError for NaN and both infinities wherever they stand.

    Cannot see what happens to numbers too large for 64 bits, nor to arrays of several rows. Nothing is random.
    """
    for bits, given in ENCODED:
        numbers, call = pasted(given), f"encode({given}, {bits})"
        with np.errstate(all="ignore"):
            result = answer(numbers.copy(), bits)
        if not _is_row(result, numbers.size):
            return verdict.wrong(
                f"{call} must return a uint64 array as long as the one it is given, and returned {described(result)}"
            )
        scaled = numbers * 2.0**bits
        off = np.abs(result.view(np.int64) - scaled) > 0.5
        if off.any():
            index = int(off.argmax())
            return verdict.wrong(
                f"in {call} {numbers[index]:.6g} became {result[index]}, and the nearest multiple of 2^-{bits} is "
                f"{np.rint(scaled).astype(np.int64).view(np.uint64)[index]}, modulo 2^64"
            )
    for given in ("[1, np.nan]", "[np.nan, 1]", "[1, np.inf, 2]", "[-np.inf]", "[np.nan] * 3", "[np.inf, -np.inf]"):
        call = f"encode(np.array({given}), 8)"
        result, error = attempted(answer, np.array(pasted(given), dtype=float), 8)
        name = "NaN" if "nan" in given else "infinity"
        if error is None:
            return verdict.wrong(
                f"{call}: {name} was encoded as a number, and one client with it spoils the sum of all: raise "
                "ValueError"
            )
        if not isinstance(error, ValueError):
            return verdict.wrong(f"{call} raised {type(error).__name__}; for {name} raise ValueError")
    return verdict.right("negative numbers wrap around, sums modulo 2^64 are sums, and NaN stays outside")


ENCODED = (
    (1, "np.array([0.5, -2.5, 3.0])"),
    (8, "np.array([0.9999, -0.9999])"),
    (0, "np.array([0.0, -1.0, 2.4, -2.6, 1e15])"),
    (2, "np.array([0.75, -0.4, 1.3])"),
    (1, "np.array([0.25, -0.25, 0.75])"),
    (16, "np.array([-1e-9])"),
    (32, "np.random.default_rng(1).normal(0, 2, 1000)"),
    (40, "np.random.default_rng(2).normal(0, 1e-6, 300)"),
    (60, "np.array([1.5, -1.5])"),
    (8, "np.array([])"),
)


def _is_row(result, length):
    """Whether a result is a uint64 array [length]."""
    return isinstance(result, np.ndarray) and result.dtype == np.uint64 and result.shape == (length,)


@exercise(
    "For each other client there is one noise that both can draw. What must the two do with it so that it is gone "
    "from the sum?",
    "The one with the smaller number adds it, the other subtracts. The seed must be another one in every round: "
    "`round_seed(secret, round)`.",
    "masked = vector.copy(); for other, secret in shared.items(): noise = stream(round_seed(secret, round), "
    "len(vector)); masked += noise if other > me, else masked -= noise.",
)
def mask(vector, me, shared, round):
    masked = vector.copy()
    for other, secret in shared.items():
        noise = stream(round_seed(secret, round), len(vector))
        if other > me:
            masked += noise
        else:
            masked -= noise
    return masked


@mask.check
def _(answer, verdict):
    """Promises messages whose sum is that of the vectors, in groups where all mask with all and where each has some
    neighbours; and that each number of each is hidden, in every round anew, from all who lack one secret of the pair:
    uniform, independent of other rounds, hanging on each byte of each secret, not drawn by a generator for simulations.

    Cannot see that only some bits of a hash of the secret are kept when these are more than about 20. A right answer
    fails in fewer than one of 10^7 checks.
    """
    rng = np.random.default_rng(2)
    for graph, length in (
        ({0: (1, 2, 3), 1: (0, 2, 3), 2: (0, 1, 3), 3: (0, 1, 2)}, LENGTH),
        ({9: (4, 0), 0: (9, 4), 4: (0, 9)}, PLACES),
        ({0: (1, 4), 1: (2, 0), 2: (1, 3), 3: (4, 2), 4: (3, 0)}, PLACES),
        ({0: (1,), 1: (0,)}, LENGTH),
    ):
        fault = _fault_of_masks(answer, verdict, graph, length, rng)
        if fault is not None:
            return fault
    leak = weakness(lambda key, round, length: answer(np.zeros(length, np.uint64), 0, {1: key}, round), "secret")
    if leak:
        return verdict.not_private(leak)
    for length in (0, 1, 2):
        fault = _fault_of_masks(answer, verdict, {0: (1, 2), 1: (0, 2), 2: (0, 1)}, length, rng)
        if fault is not None:
            return fault
    return verdict.right("all masks are gone from the sum, and each message alone is noise, new in every round")


PLACES = 333


def _fault_of_masks(answer, verdict, graph, length, rng):
    """The verdict on what goes wrong in two rounds of a group; None when nothing does.

    graph : by each client's number, the numbers of those it masks with, in the order of its dict.
    """
    shared = _secrets_of_pairs(graph)
    drawn = []  # masks of each round, by client
    for round in (b"round 1", b"round 2"):
        updates = {me: _update(rng, length) for me in graph}
        messages, forms = {}, {}
        for me, update in updates.items():
            messages[me], form = all_seen(answer, update.copy(), me, dict(shared[me]), round)
            forms[form] = me
            if not _is_row(messages[me], length):
                return verdict.wrong(
                    f"mask must return a uint64 array of {length:,} numbers, like the one it is given, and returned "
                    f"{described(messages[me])}"
                )
        if len(forms) > 1:
            (one, me), (other, second), *_ = forms.items()
            return verdict.not_private(
                f"the message of client {me} is an {one[:80]}, that of client {second} an {other[:80]}: what differs "
                "besides the numbers has no mask"
            )
        if not np.array_equal(sum(messages.values()), sum(updates.values())):
            return verdict.wrong(
                f"the masks do not cancel: of the clients {_names(graph)} the sum of the {len(graph)} messages is not "
                f"the sum of the {len(graph)} vectors"
            )
        drawn.append({me: messages[me] - updates[me] for me in graph})
        for me, masks in drawn[-1].items():
            bare = np.flatnonzero(masks == 0)
            if len(bare) and len(bare) == length:
                return verdict.not_private(
                    f"the sum is right, and what client {me} sends is its update, number by number"
                )
            if len(bare):
                return verdict.not_private(
                    f"of {length:,} numbers client {me} sends {len(bare):,} as they are, without a mask; the first is "
                    f"number {bare[0]}"
                )
    if not length:
        return None
    fresh = _secrets_of_pairs(graph)
    for me, first in drawn[0].items():
        if length == LENGTH and unevenness(first) > UNEVEN:
            return verdict.not_private(
                f"client {me}'s mask is not uniform over all 2^64 numbers for each place: what is not "
                "uniform lets the update shine through"
            )
        follows = related(first, drawn[1][me])
        if follows:
            return verdict.not_private(
                f"of client {me} in two rounds {follows}: the server subtracts the two messages and has how its update "
                "changed, without any mask"
            )
        nothing = np.zeros(length, np.uint64)
        if related(first, answer(nothing.copy(), me, dict(fresh[me]), b"round 1")):
            return verdict.not_private(
                f"client {me}'s masks do not hang on its secrets: anyone can draw them and take them off"
            )
        for other in shared[me]:
            changed = shared[me] | {other: secrets.token_bytes(32)}
            same = first == answer(nothing.copy(), me, changed, b"round 1")
            if same.any():
                part = "" if same.all() else f" {same.sum():,} of its {length:,} numbers"
                return verdict.not_private(
                    f"client {me} does not mask{part} with client {other}: if all others help the server, its "
                    f"update lies bare though client {other} is honest"
                )
    return None


@exercise(
    "It is a mask like the others, but no other client can draw it. So who draws its seed?",
    "16 bytes of the operating system are the seed: `secrets.token_bytes(16)`. Return the seed too: the helpers "
    "get it in shares.",
    "seed = secrets.token_bytes(16); return masked + stream(seed, len(masked)), seed.",
    show=["import secrets"],
)
def add_own(masked):
    seed = secrets.token_bytes(16)
    return masked + stream(seed, len(masked)), seed


@add_own.check
def _(answer, verdict):
    """Promises a message on which nothing lies but the stream of a seed of 16 bytes, at lengths from 0 on; and a seed
    of the operating system, drawn anew in every call, that differs in some 120 bits at least; nothing of either is
    printed or carried along.

    Cannot see whether a library in C took fewer bytes than that from the operating system and stretched them. A right
    answer fails in fewer than one of 10^8 checks.
    """
    letter, vector = _letter_gradient()
    for numbers in (vector, vector[:0], vector[:1], np.tile(vector, 25)):
        result = answer(numbers.copy())
        if not isinstance(result, tuple | list) or len(result) != 2:
            return verdict.wrong(
                "add_own must return two things: the message with the mask on, and the mask's seed; it returned "
                f"{described(result)}"
            )
        message, seed = result
        if not _is_row(message, len(numbers)):
            return verdict.wrong(
                f"the message must be a uint64 array of {len(numbers):,} numbers, like the one it is given, and was "
                f"{described(message)}"
            )
        if not isinstance(seed, bytes | bytearray) or len(seed) != 16:
            return verdict.wrong(f"the seed must be 16 bytes, and was {_said(seed)}")
        if not np.array_equal(message - stream(seed, len(numbers)), numbers):
            pixels = _read_pixels(message, letter)
            if pixels > 392:
                return verdict.not_private(
                    f"a late message: the server has taken the pair masks off already, and {pixels} of 784 "
                    "pixels of the letter lie bare"
                )
            return verdict.wrong("the seed that you return does not take the mask off again")
    beside = tells(answer, *((numbers[:4].copy(),) for numbers in (vector, vector, vector[4:], vector + vector)))
    if beside:
        return verdict.not_private(f"{beside}: what is new in each call beside the message, the server reads too")
    leak = _guessed_seed(lambda: bytes(answer(vector[:4].copy())[1]))
    if leak:
        return verdict.not_private(f"{leak}; let `secrets` draw it")
    return verdict.right("late or not, the message stays noise until the helpers give this seed away")


def _said(seed):
    return f"{len(seed)} bytes" if isinstance(seed, bytes | bytearray) else described(seed)


def _read_pixels(message, letter):
    """How many of a letter's 784 pixels come out when a neuron's gradient is divided by the last of its numbers."""
    if len(message) < 785:
        return 0
    numbers = message.view(np.int64).astype(float)
    with np.errstate(all="ignore"):
        return int((np.rint(255 * numbers[:784] / numbers[784]) == letter).sum())


def _guessed_seed(draw):
    """How somebody may come by a seed of 16 bytes that `draw()` gives, in a sentence; None when nothing is seen."""
    if repeats(draw):
        return (
            "called again from the same start, the clock held still, the seed was the same: whoever knows how it came "
            "about takes the mask off"
        )
    made = simulators(draw)
    if made:
        return f"the seed comes from {made[0]}, which is made for simulations: what it drew before gives it away"
    taken = system_bytes(draw)
    if 0 < taken < 16:
        return (
            f"the seed hangs on {taken} byte{'s' * (taken != 1)} of the operating system: whoever tries all "
            f"2^{8 * taken} takes the mask off"
        )
    seeds = [draw() for _ in range(SEEDS)]
    if len({*seeds}) < SEEDS:
        return f"{SEEDS:,} calls drew {len({*seeds}):,} different seeds: whoever tries them takes the mask off"
    ones = np.unpackbits(np.frombuffer(b"".join(seeds), np.uint8).reshape(SEEDS, 16), axis=1).sum(axis=0, dtype=int)
    steady = int((np.abs(ones - SEEDS // 2) > BIASED).sum())
    if steady > STEADY_BITS:
        return f"of the seed's 128 bits {steady} are nearly always the same: fewer seeds are left to try"
    return None


@exercise(
    "What takes the masks off the sum: which seeds of those online, and which of pairs?",
    "Own seeds of clients online; of pairs only those between one online and one lost. Then think of lists that no "
    "honest server would send.",
    'if set(online) & set(lost) or len(set(online)) < minimum: raise ValueError("..."); return [("own", i) for i in '
    'online] + [("pair", i, j) for i in online for j in lost].',
)
def give(online, lost, minimum):
    if set(online) & set(lost) or len(set(online)) < minimum:
        raise ValueError("these lists would lay an update bare")
    return [("own", i) for i in online] + [("pair", i, j) for i in online for j in lost]


@give.check
def _(answer, verdict):
    """Promises for an honest server's lists the seeds that the sum needs and no other, and a ValueError whenever a
    client is in both lists, at any place, or fewer different clients than `minimum` are online; neither the refusal nor
    what is printed names the seeds that are refused.

    Cannot see what a server gets by asking twice: `give` remembers nothing. Nothing is random.
    """
    for online, lost, minimum in HONEST:
        call = f"give({online}, {lost}, {minimum})"
        result, error = attempted(answer, list(online), list(lost), minimum)
        if isinstance(error, ValueError):
            return verdict.wrong(
                f"{call}: an honest server says that {_names(online)} are online and {_names(lost)} lost, at least "
                f"{minimum} are asked for, and you refuse"
            )
        given = _seeds_in(answer(list(online), list(lost), minimum) if result is None else result)
        if given is None:
            return verdict.wrong(
                f'{call} must return a list of ("own", i) and ("pair", i, j), and returned {described(result)}'
            )
        leak = _too_much(given, online, lost)
        if leak:
            return verdict.not_private(f"{call}: {leak}")
        if not {("own", i) for i in online} <= given:
            return verdict.wrong(f"{call}: without the own seeds of all who are online their masks stay in the sum")
        if not {("pair", i, j) for i in online for j in lost} <= given:
            return verdict.wrong(f"{call}: the pairs' masks of the lost, which nobody cancelled, stay in the sum")
    for online, lost, minimum in DISHONEST:
        call = f"give({online}, {lost}, {minimum})"
        (result, error), beside = seen(attempted, answer, list(online), list(lost), minimum)
        if isinstance(error, ValueError):
            held = re.search(r"""(own|pair)['"],? *\(?\d""", words_of(error) + beside)
            if held:
                return verdict.not_private(
                    f"{call}: it is refused, and the refusal holds the seeds, or what is printed: {held[0]!r} stands "
                    "there for the server to read"
                )
            continue
        if error is not None:
            return verdict.wrong(f"{call} raised {type(error).__name__}: {error}; for such lists raise ValueError")
        twice, given = sorted({*online} & {*lost}), _seeds_in(result) or set()
        both = [i for i in twice if ("own", i) in given and any(seed[0] == "pair" and i in seed for seed in given)]
        if both:
            return verdict.not_private(
                f"{call}: the server names client {both[0]} online and lost, and gets both: its own seed, and those of "
                "its pairs"
            )
        if twice:
            return verdict.wrong(
                f"{call}: client {twice[0]} is online and lost at once, and other helpers are told another list "
                "perhaps: raise ValueError"
            )
        count = len({*online})
        if not given:
            return verdict.wrong(
                f"{call}: nothing is given, and nobody told that the lists are wrong: raise ValueError"
            )
        alone = ": the sum of one client alone is its update" if count == 1 else ": so few hide each other badly"
        return verdict.not_private(
            f"{call}: the server names as online {_names(online)}, {count} different, at least {minimum} were asked "
            f"for, and you give{alone}"
        )
    return verdict.right("an honest server gets its sum, and nobody's update is ever bare")


HONEST: tuple[tuple[list[int], list[int], int], ...] = (
    ([0, 2, 3], [1], 3),
    ([5, 1, 4, 2], [3, 0], 4),
    ([0, 1, 2], [], 3),
    ([7, 3], [8, 1, 0, 5], 2),
    ([0, 1, 2, 3, 4, 5], [9, 7], 3),
)
DISHONEST: tuple[tuple[list[int], list[int], int], ...] = (
    ([0, 1, 2, 3], [3], 3),
    ([3, 0, 1, 2], [4, 3], 3),
    ([0, 1, 2, 3, 4], [7, 0, 8], 3),
    ([0, 1, 2], [2, 1, 0], 3),
    ([0, 1, 2], [0, 1, 2, 3], 2),
    ([3], [0, 1, 2], 3),
    ([3], [0, 1, 2], 2),
    ([3, 3, 3], [0, 1, 2], 3),
    ([0, 1], [2], 3),
    ([0, 1], [2, 3], 3),
    ([0, 1, 1], [2], 3),
    ([0, 1, 2, 4], [3], 5),
    ([1, 2, 1, 2, 3], [], 5),
    ([], [0, 1, 2], 2),
    ([0, 1], [], 3),
)


def _seeds_in(result):
    """The seeds that were given, a set of tuples; None where that is no list of them."""
    try:
        seeds = list(result)
        return None if any(isinstance(seed, str) for seed in seeds) else {tuple(seed) for seed in seeds}
    except TypeError:
        return None


def _too_much(given, online, lost):
    """Which seeds no sum needs, and what the server makes of them, in words; None when there are none."""
    both = {("pair", i, j) for i in online for j in online if i != j} & given
    if both:
        _, i, j = min(both)
        return (
            f"of client {i}, who is online, you give both: its own seed, and the seed of its pair "
            f"with {j}, who is online too; with all pairs its update lies bare"
        )
    own = [j for j in lost if ("own", j) in given]
    if own:
        return (
            f"you give the own seed of client {own[0]}, who is lost, beside the seeds of its "
            "pairs: should its message only be late, its update lies bare"
        )
    others = given - {("own", i) for i in online} - {("pair", i, j) for i in online for j in lost}
    if others:
        return f"you give {min(others, key=repr)} as well, which the sum does not need; i is online, j is lost"
    return None


def _names(numbers):
    return ", ".join(map(str, numbers)) or "none"


def _update(rng, length):
    return np.rint(rng.normal(0, 1, length) * 2**32).astype(np.int64).view(np.uint64)


def _secrets_of_pairs(graph):
    """Fresh secrets of 32 bytes: by each client's number, a dict from each neighbour's."""
    drawn = {pair: secrets.token_bytes(32) for pair in {frozenset((i, j)) for i in graph for j in graph[i]}}
    return {i: {j: drawn[frozenset((i, j))] for j in graph[i]} for i in graph}


def _letter_gradient():
    """A letter's 784 bytes, and one neuron's gradient of it in fixed point: the letter times a number, then the
    number.
    """
    rows, columns = np.indices((28, 28))
    stroke = np.clip(255 - 60 * np.abs(rows + columns - 27), 0, 255)
    letter = np.where((rows > 4) & (rows < 23), stroke, 0).ravel()
    numbers = np.append(letter / 255, 1.0) * 0.01
    return letter, np.rint(numbers * 2**40).astype(np.int64).view(np.uint64)


quiz1 = Quiz(
    id="secure_aggregation.quiz1",
    question="Masks in pairs cancel in the sum. Why does every client add a mask of its own on top?",
    options=(
        ("Masks in pairs are too short", False, "They are as long as the update, and uniform."),
        (
            "So that a message that comes late stays hidden",
            True,
            "Yes. Once a client counts as lost, its pair masks are rebuilt; without another mask its late message "
            "is bare.",
        ),
        ("So that the sum is noisy", False, "The sum is exact: the helpers take the own masks off again."),
        ("So that a client that lies is found out", False, "No mask finds a lie: a client may report what it likes."),
    ),
)


quiz2 = Quiz(
    id="secure_aggregation.quiz2",
    question="Thirty tablets of seven letters each report, and the server learns nothing but the sum. What does it "
    "know?",
    options=(
        (
            "Nothing about any letter",
            False,
            "The sum is a gradient of 210 letters. It says nothing of whose they are, but it is not nothing.",
        ),
        ("Whose letter is which", False, "That is what the sum hides."),
        (
            "Whatever the gradient of a batch of 210 letters tells",
            True,
            "Yes: who is hidden, what is not. With few letters in all, everything.",
        ),
    ),
)


quiz3 = Quiz(
    id="secure_aggregation.quiz3",
    question="Why do the decryptors show each other what they signed before they give a share?",
    options=(
        (
            "So that the server cannot tell some of them that a client is online and others that it is lost",
            True,
            "Yes: half of them would give shares of one mask, half of the other.",
        ),
        ("So that the shares cannot be read on the way", False, "Shares go to the server, which is to have them."),
        ("So that no decryptor has to be trusted", False, "Up to a third may lie; two thirds must be honest."),
    ),
)
