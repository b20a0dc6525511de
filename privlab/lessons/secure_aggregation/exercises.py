"""Exercises of lesson 52: numbers that wrap, masks that cancel, a mask of one's own, shares that are not given."""

import secrets

import numpy as np

from privlab.fl.secagg.masking import UNEVEN, round_seed, stream, unevenness
from privlab.lab.checks import refuses
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import rewound

LENGTH = 20_000
CLIENTS = 4


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
    """Numbers whose encoding is known, 1,000 random ones, then NaN and infinity, which must raise."""
    rng = np.random.default_rng(1)
    for bits, numbers in (
        (1, np.array([0.5, -2.5, 3.0])),
        (8, np.array([0.9999, -0.9999])),
        (32, rng.normal(0, 2, 1000)),
    ):
        with np.errstate(all="ignore"):
            result = answer(numbers.copy(), bits)
        if not isinstance(result, np.ndarray) or result.dtype != np.uint64 or result.shape != numbers.shape:
            return verdict.wrong("encode must return a uint64 array as long as the one it is given")
        expected = np.rint(numbers * 2**bits).astype(np.int64).view(np.uint64)
        if not np.array_equal(result, expected):
            index = int((result != expected).argmax())
            return verdict.wrong(
                f"at bits = {bits}, {numbers[index]:.6g} became {result[index]}, and the nearest multiple "
                f"of 2^-{bits} is {expected[index]}, modulo 2^64"
            )
    for missing in (np.nan, np.inf):
        if not refuses(answer, np.array([1.0, missing]), 8):
            return verdict.wrong(
                f"{'NaN' if np.isnan(missing) else 'infinity'} was encoded as a number, and one client "
                "with it spoils the sum of all: raise ValueError"
            )
    return verdict.right("negative numbers wrap around, sums modulo 2^64 are sums, and NaN stays outside")


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
    """Four clients, two rounds, fresh secrets; chi-square of each byte of 20,000 masks, 8 at 1e-9.

    A right answer fails in fewer than one of 10^8 checks; a mask that leaves out one value in eight is always found.
    """
    rng = np.random.default_rng(2)
    updates = [[_update(rng) for _ in range(CLIENTS)] for _ in range(2)]
    shared = _secrets_of_pairs()
    messages = []
    for round, rows in zip((b"round 1", b"round 2"), updates):
        messages.append([answer(row.copy(), me, dict(shared[me]), round) for me, row in enumerate(rows)])
        for message in messages[-1]:
            if not isinstance(message, np.ndarray) or message.dtype != np.uint64 or message.shape != (LENGTH,):
                return verdict.wrong(f"mask must return a uint64 array of {LENGTH:,} numbers, like the one it is given")
        if not np.array_equal(sum(messages[-1]), sum(rows)):
            return verdict.wrong(
                "the masks do not cancel: the sum of the four messages is not the sum of the four vectors"
            )
    first = messages[0][0] - updates[0][0]
    if not first.any():
        return verdict.not_private("the sum is right, and what client 0 sends is its update, number by number")
    if np.array_equal(first, messages[1][0] - updates[1][0]):
        return verdict.not_private(
            "client 0's masks were the same in two rounds: the server subtracts the two messages "
            "and has how its update changed, without any mask"
        )
    if unevenness(first) > UNEVEN:
        return verdict.not_private(
            "client 0's mask is not uniform over all 2^64 numbers for each place: what is not "
            "uniform lets the update shine through"
        )
    if np.array_equal(answer(updates[0][0].copy(), 0, dict(_secrets_of_pairs()[0]), b"round 1"), messages[0][0]):
        return verdict.not_private(
            "client 0's masks do not hang on its secrets: anyone can draw them and take them off"
        )
    for other in shared[0]:
        changed = shared[0] | {other: secrets.token_bytes(32)}
        if np.array_equal(answer(updates[0][0].copy(), 0, changed, b"round 1"), messages[0][0]):
            return verdict.not_private(
                f"client 0 does not mask with client {other}: if the other two help the server, its "
                f"update lies bare though client {other} is honest"
            )
    return verdict.right("all masks are gone from the sum, and each message alone is noise, new in every round")


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
    """A gradient whose pair masks were taken off, as after a late message: divided as in lesson 51; two calls
    compared.
    """
    letter, vector = _letter_gradient()
    with rewound(answer):
        result = answer(vector.copy())
    if not isinstance(result, tuple) or len(result) != 2:
        return verdict.wrong("add_own must return two things: the message with the mask on, and the mask's seed")
    message, seed = result
    if not isinstance(message, np.ndarray) or message.dtype != np.uint64 or message.shape != vector.shape:
        return verdict.wrong(f"the message must be a uint64 array of {len(vector):,} numbers, like the one it is given")
    if not isinstance(seed, bytes) or len(seed) != 16:
        return verdict.wrong("the seed must be 16 bytes")
    numbers = message.view(np.int64).astype(float)
    with np.errstate(all="ignore"):
        pixels = int((np.rint(255 * numbers[:784] / numbers[784]) == letter).sum())
    if pixels > 750:
        return verdict.not_private(
            f"a late message: the server has taken the pair masks off already, and {pixels} of 784 "
            "pixels of the letter lie bare"
        )
    if not np.array_equal(message - stream(seed, len(vector)), vector):
        return verdict.wrong("the seed that you return does not take the mask off again")
    with rewound(answer):
        again = answer(vector.copy())
    if again[1] == seed:
        return verdict.not_private(
            "called again from the same start, the seed was the same: whoever knows how it came "
            "about takes the mask off; let `secrets` draw it"
        )
    return verdict.right("late or not, the message stays noise until the helpers give this seed away")


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
    """Honest lists, whose sum must come out, then lists of a dishonest server, which must raise."""
    for online, lost, minimum in (([0, 2, 3], [1], 3), ([1, 2, 4, 5], [0, 3], 4), ([0, 1, 2], [], 3)):
        if refuses(answer, list(online), list(lost), minimum):
            return verdict.wrong(
                f"an honest server says that {_names(online)} are online and {_names(lost)} lost, at least "
                f"{minimum} are asked for, and you refuse"
            )
        given = {tuple(seed) for seed in answer(list(online), list(lost), minimum)}
        both = {("pair", i, j) for i in online for j in online if i != j} & given
        if both:
            _, i, j = min(both)
            return verdict.not_private(
                f"of client {i}, who is online, you give both: its own seed, and the seed of its pair "
                f"with {j}, who is online too; with all pairs its update lies bare"
            )
        if given & {("own", j) for j in lost}:
            return verdict.not_private(
                f"you give the own seed of client {lost[0]}, who is lost, beside the seeds of its "
                "pairs: should its message only be late, its update lies bare"
            )
        if not {("own", i) for i in online} <= given:
            return verdict.wrong("without the own seeds of all who are online their masks stay in the sum")
        if not {("pair", i, j) for i in online for j in lost} <= given:
            return verdict.wrong("the pairs' masks of the lost, which nobody cancelled, stay in the sum")
    if not refuses(answer, [0, 1, 2, 3], [3], 3):
        return verdict.not_private(
            "the server names client 3 online and lost, and gets both: its own seed, and those of its pairs"
        )
    for online, lost in (([3], [0, 1, 2]), ([3, 3, 3], [0, 1, 2])):
        if not refuses(answer, online, lost, 3):
            return verdict.not_private(
                f"the server names as online {', '.join(map(str, online))}, at least 3 were asked for, "
                "and you give: the sum of one client alone is its update"
            )
    return verdict.right("an honest server gets its sum, and nobody's update is ever bare")


def _names(numbers):
    return ", ".join(map(str, numbers)) or "none"


def _update(rng):
    return np.rint(rng.normal(0, 1, LENGTH) * 2**32).astype(np.int64).view(np.uint64)


def _secrets_of_pairs():
    drawn = {(i, j): secrets.token_bytes(32) for j in range(CLIENTS) for i in range(j)}
    return [{j: drawn[min(i, j), max(i, j)] for j in range(CLIENTS) if j != i} for i in range(CLIENTS)]


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
