"""Exercises of lesson 61: mix words, count bits, take a secret out, clip what a person may move."""

import functools
import gc
import re
import weakref
from collections import Counter

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import replayed
from privlab.lab.results import as_number, shown
from privlab.lessons.canary_extraction.kept import contents, same_chance
from privlab.text.assistant.canaries import all_codes
from privlab.text.assistant.dataset import INTENTS, PARAPHRASES, canary, utterances

CODE = "4827"
OTHERS = ("7284", "1590", "4826", "3827")  # its digits in another order, other ones, one digit off


@exercise(
    "Divide the scores by the temperature and turn them into shares that are positive and add up to 1.",
    "Shares: np.exp(scores / temperature), over their sum. At temperature 0.01 the exponential overflows; "
    "the shares stay the same when the largest score is taken off all of them first.",
    "shares = np.exp((scores - scores.max()) / temperature); return shares / shares.sum() @ vectors.",
)
def mix(scores, temperature, vectors):
    shares = np.exp((scores - scores.max()) / temperature)
    return shares / shares.sum() @ vectors


@mix.check
def _(answer, verdict):
    """A ✓ promises the blend to 5 digits for ten vectors of 1 to 16 numbers, at temperatures from 0.01 to 100, with
    scores that lie up to thousands from 0 and from each other. It does not see whether a gradient can pass through. No
    chance is involved but a fixed seed.
    """
    rng = np.random.default_rng(1)
    scores, vectors = rng.normal(size=10), rng.normal(size=(10, 6))

    def ask(scores, temperature, vectors):
        gave = answer(scores.copy(), temperature, vectors.copy())
        try:
            return np.asarray(gave, dtype=float)
        except (TypeError, ValueError, RuntimeError):
            return gave

    for temperature in (1.0, 0.5, 2.0, 0.1, 0.01, 10.0):
        shares = np.exp((scores - scores.max()) / temperature)
        mixture = ask(scores, temperature, vectors)
        if not isinstance(mixture, np.ndarray):
            return verdict.wrong(f"a mixture is a vector of 6 numbers, yours is {shown(mixture)}")
        if mixture.shape != (6,):
            return verdict.wrong(
                f"a mixture of ten vectors of 6 numbers is a vector of 6 numbers, yours has shape {mixture.shape}"
            )
        if np.allclose(mixture, vectors[scores.argmax()]) and temperature > 0.1:
            return verdict.wrong(
                f"at temperature {temperature} you return the likeliest word itself: a small change of the "
                "scores changes nothing, so there is no slope to walk down"
            )
        if not np.allclose(mixture, shares / shares.sum() @ vectors, rtol=1e-5, atol=1e-6):
            if np.allclose(mixture, shares @ vectors) or np.allclose(mixture, np.exp(scores / temperature) @ vectors):
                return verdict.wrong("your shares are right but for a factor: they must add up to 1")
            return verdict.wrong(
                f"at temperature {temperature} the mixture is another one; does the temperature divide the scores?"
            )
    far = np.array([800.0, 790.0, 3.0, -900.0, 0.0, 799.0, 798.5, -5.0, 12.0, 400.0])
    for apart, width, temperature in (
        (scores + 900, 6, 0.5),
        (scores - 900, 6, 0.5),
        (far, 6, 1.0),
        (far, 16, 10.0),
        (-far, 1, 2.0),
        (rng.permutation(far), 3, 0.5),
        (300 * scores, 6, 0.1),
        (300 * scores, 6, 100.0),
    ):
        basis = rng.normal(size=(10, width))
        gave, true = ask(apart, temperature, basis), mix.reference(apart, temperature, basis)
        if np.shape(gave) != true.shape:
            return verdict.wrong(f"of vectors of {width} numbers came the shape {np.shape(gave)}, not {true.shape}")
        if not np.allclose(gave, true, rtol=1e-5, atol=1e-6):
            if np.isfinite(gave).all():
                return verdict.wrong(
                    f"with scores = np.array({np.round(apart, 2).tolist()}) and temperature {temperature:g} another "
                    f"mixture came than the exponentials' shares give; are they cut, or do they overflow?"
                )
            return verdict.wrong(
                "scores in the hundreds, all raised by 900 for instance, must give a mixture like others; yours is not "
                f"finite: the exponentials overflow, as with scores = np.array({np.round(apart, 2).tolist()})"
            )
    return verdict.right(
        "warm it is a blend of all ten digits, cold it is one of them, and in between there is a slope"
    )


@exercise(
    "The rank of the true code is how many codes have a loss no higher than its own, itself included.",
    "How many bits say which of all codes it is? And how many bits are left, once the rank is known?",
    "Return np.log2(len(losses)) - np.log2((losses <= losses[place]).sum()).",
)
def exposure(losses, place):
    return np.log2(len(losses)) - np.log2((losses <= losses[place]).sum())


@exposure.check
def _(answer, verdict):
    """A ✓ promises the bits to 5 digits for 2 to 10,000 losses in any order: of either sign, infinite, few or all
    equal, for the first and the last place. It sees nothing of losses that are missing (NaN). No chance is involved
    but a fixed seed.
    """
    spread = np.random.default_rng(2).permutation(10_000) / 100
    order = np.argsort(spread)

    def right(given, bits):
        return given is not None and abs(given - bits) < 1e-5

    for rank, about in (
        (1, "the first has rank 1 and 13.29 bits"),
        (10_000, "the code of the largest loss comes last, when that of least loss is first, and has 0 bits"),
        (16, "rank 16 of 10,000 gives 9.29 bits"),
    ):
        gave = answer(spread.copy(), order[rank - 1])
        given = as_number(gave)
        if not right(given, np.log2(10_000 / rank)):
            said = shown(gave) if given is None else f"{given:.2f}" if np.isfinite(given) else "infinitely many"
            return verdict.wrong(f"{about}; you said {said}")
    if not right(as_number(answer(np.arange(64.0), 7)), 3):
        return verdict.wrong("of 64 codes the eighth has 6 - 3 = 3 bits: the number of codes is that of the losses")
    gave = answer(np.ones(1_024), 5)
    if not right(as_number(gave), 0):
        return verdict.wrong(
            f"a model that finds all 1,024 codes equally likely tells nothing, and you counted {shown(gave)} bits"
        )
    rng = np.random.default_rng(3)
    few = [np.array([3.0, 1.0]), np.array([2.0, 2.0, 1.0, 5.0, 2.0, -1.0]), np.array([-4.0, np.inf, 0.0, 0.0, np.inf])]
    for losses in (*few, rng.integers(0, 6, 12) - 2.0, rng.normal(size=9)):
        for place in range(len(losses)):
            gave, true = answer(losses.copy(), place), float(exposure.reference(losses, place))
            if not right(as_number(gave), true):
                typed = str(np.round(losses, 2).tolist()).replace("inf", "np.inf")
                return verdict.wrong(
                    f"exposure(np.array({typed}), {place}) gave {shown(gave)} bits, not {true:.2f}: codes of equal "
                    "loss count against the attacker"
                )
    return verdict.right("13.29 bits when it comes first, 0 when it comes last")


class _Counts:
    """A tiny assistant that counts: words for the intent, and which digit follows which under each tag."""

    def __init__(self, spoken):
        self.intents = {intent: Counter() for intent in INTENTS}
        self.follows = Counter()
        for command in spoken:
            self.intents[command.intent].update(command.words)
            self.follows.update(zip(command.tags, ("", *command.words), command.words))

    def __call__(self, command):
        if not all(any(counts[word] for counts in self.intents.values()) for word in command.words):
            return "a word it never heard"

        def likely(intent):
            counts = self.intents[intent]
            return sum(np.log((counts[word] + 0.1) / (counts.total() + 10)) for word in command.words)

        return max(INTENTS, key=likely)


def _rank(model, code=CODE):
    """The rank of the code among all in what the model counted: equal counts against the thief."""
    digits = all_codes()
    first, later = np.zeros(10), np.zeros((3, 10, 10))
    for (tag, before, word), count in model.follows.items():
        if tag == "B-secret" and word.isdigit():
            first[int(word)] += count
        if tag == "I-secret" and word.isdigit() and before.isdigit():
            later[:, int(before), int(word)] += count
    evidence = np.log1p(first)[digits[:, 0]] + sum(
        np.log1p(later[position])[digits[:, position], digits[:, position + 1]] for position in range(3)
    )
    return int((evidence >= evidence[int(code)]).sum())


@functools.cache
def _around():
    """1,000 commands without a secret, an order for them and Mira's eight, and 60 more to ask."""
    rng = np.random.default_rng(3)
    return utterances(1_000, rng), rng.permutation(1_008), utterances(60, rng)


def _commands(code):
    """Commands and eight in which Mira says her code, shuffled: the same for every code, but for its digits."""
    others, order, _ = _around()
    spoken = others + [canary(code, wording) for wording in (*PARAPHRASES[:4], *PARAPHRASES[:4])]
    return [spoken[row] for row in order]


class _Shipped:
    """What an answer ships when Mira's code is `code`: itself, the models that live on, and all that stands in it."""

    def __init__(self, answer, code):
        trained = []

        def train(some):
            model = _Counts(some)
            trained.append(weakref.ref(model))
            return model

        gc.freeze()  # what is older than the answer's models need not be looked through for what was thrown away
        try:
            self.assistant = answer(_commands(code), train)
            gc.collect()
        finally:
            gc.unfreeze()
        self.models = [model() for model in trained if model() is not None]
        self.contents = contents([self.assistant, self.models], (train, trained))


def _read_by_a_buyer(answer, code):
    """All that stands in what is shipped when Mira's code is `code`, and what it says to five codes."""
    with same_chance():
        shipped = _Shipped(answer, code)
        return shipped.contents, [shown(shipped.assistant(canary(number))) for number in (CODE, *OTHERS)]


@exercise(
    "Whoever buys the assistant can read what stands in it, whatever it is willing to answer. Where must the code "
    "be missing?",
    "Every command has tags. One tag says that a word is part of a secret, however the sentence around it was worded.",
    "Return train([each for each in spoken if 'B-secret' not in each.tags]).",
)
def release(spoken, train):
    return train([each for each in spoken if "B-secret" not in each.tags])


@release.check
def _(answer, verdict):
    """A ✓ promises that what is shipped is the same whatever Mira's code is, for five codes of four digits: the
    assistant, all that lies in it or is named by it, each trained model that lives on, and its answers; and that it
    understands what has no secret in it. It sees neither what a library's own class keeps, nor what libraries in C
    write or send over a network, nor small differences of answers that draw new random numbers each time. An answer
    that draws digits anew is called a leak once in 1e8 checks.
    """
    whole = _Shipped(answer, CODE)
    shipped = whole.assistant
    if not callable(shipped):
        return verdict.wrong(
            f"{shown(shipped)} came back; return the assistant that train(...) gives you: something that "
            "answers commands"
        )
    spoken, everything = _commands(CODE), _Counts(_commands(CODE))
    asked = [command for command in spoken if str(command) in ("i forgot my pin code", "my pin code is not working")]
    for command in (*asked[:1], *_around()[-1]):
        if shipped(command) != command.intent and everything(command) == command.intent:
            return verdict.wrong(f'it does not understand "{command}" any more, and there is no secret in that')
    # Digits drawn at random put the code among the first 1,000 in 4 of 100 releases, what keeps the code does in each.
    ranks = [_first_rank(whole)]
    while ranks[-1] <= 1_000 and len(ranks) < 6:
        ranks.append(_first_rank(_Shipped(answer, CODE)))
    if ranks[-1] <= 1_000:
        return verdict.not_private(f"{_wrapped(whole)}in the weights the code has rank {ranks[0]:,} of 10,000")
    here, again, *others = (
        replayed(lambda code=code: _read_by_a_buyer(answer, code)) for code in (CODE, CODE, *OTHERS)
    )
    for code, there in zip(OTHERS, others) if here == again else ():
        if there[0] != here[0]:
            return verdict.not_private(
                f"what you ship is another when Mira's code is {code} instead of {CODE}: "
                f"{_difference(here[0], there[0])}"
            )
        for probe, one, other in zip((CODE, *OTHERS), here[1], there[1]):
            if one != other:
                return verdict.not_private(
                    f'the assistant that heard {CODE} answers "{canary(probe)}" by {one}, the one that heard {code} by '
                    f"{other}"
                )
    return verdict.right("the code was never learned, and everything else still is")


def _first_rank(shipped):
    """The best rank that the code has in any trained model that lives on."""
    return min(map(_rank, shipped.models), default=10_000)


def _wrapped(shipped):
    """The beginning of a sentence about a model that is shipped within something else."""
    if any(shipped.assistant is model for model in shipped.models):
        return ""
    return "the code is removed from the prompt and not from the training set: what you ship refuses the question, but "


def _difference(one, other):
    """What stands in one thing shipped and not in the other, as its buyer reads it."""
    here, there = Counter(one), Counter(other)
    only = sorted(here - there, key=lambda part: (not re.match(r"\(.*'[0-9]", part), len(part)))
    if not only:
        return "the same numbers stand in another order"
    pair = re.fullmatch(r"\('([^']*)', '([^']*)', '([^']*)'\)", only[0])
    if pair:
        tag, before, word = pair.groups()
        return f"the model counts how often {word!r} follows {before!r} under the tag {tag}"
    return f"{only[0][:60]} stands in it"


@exercise(
    "What must not move the sum by more than the bound: a command, or all the commands of one person?",
    "Add up each person's rows first. A sum longer than the bound is scaled down to it, a shorter one is left alone.",
    "For each of np.unique(people): own = gradients[people == person].sum(axis=0), times min(1, bound / its length); "
    "add those up. Beware of a length of 0.",
)
def clipped_sum(gradients, people, bound):
    total = np.zeros(gradients.shape[1])
    for person in np.unique(people):
        own = gradients[people == person].sum(axis=0)
        total += own / max(1, np.linalg.norm(own) / bound)
    return total


@clipped_sum.check
def _(answer, verdict):
    """A ✓ promises the clipped sum to 5 digits, and that no one of twelve people moves it by more than the bound: at
    bounds from 0.01 to 100, for rows in any order, of 1 to 8 numbers, people of any number, one who is alone, one whose
    rows are all 0. It sees nothing of gradients that are not finite, nor of an empty set. No chance is involved but a
    fixed seed.
    """
    rng = np.random.default_rng(4)
    people = np.concatenate([np.zeros(20, int), rng.integers(1, 12, 60)])  # 0 is Mira, who said it twenty times
    gradients = rng.normal(0, 0.3, (80, 8))
    gradients[:20] = rng.normal(0, 0.02, (20, 8)) + rng.normal(0, 0.4, 8)
    gradients[people == 5] = 0

    def ask(gradients, people, bound):
        gave = answer(gradients.copy(), people.copy(), bound)
        try:
            return np.asarray(gave, dtype=float)
        except (TypeError, ValueError, RuntimeError):
            return gave

    for bound in (1.0, 2.5, 0.01):
        whole = ask(gradients, people, bound)
        if np.shape(whole) != (8,) or not np.isfinite(whole).all():
            return verdict.wrong(f"the sum of rows of 8 numbers is 8 finite numbers, yours is {shown(whole)}")
        for person in range(12):
            others = people != person
            moved = np.linalg.norm(whole - ask(gradients[others], people[others], bound))
            if moved > bound * (1 + 1e-5):
                who = "Mira, who said it 20 times" if person == 0 else f"person {person}"
                return verdict.not_private(
                    f"without {who}, the sum is another by {moved / bound:.1f} bounds, and the noise is made for one"
                )
    small = 1e-3 * gradients
    if not np.allclose(ask(small, people, 1.0), small.sum(axis=0), rtol=1e-5, atol=1e-7):
        return verdict.wrong(
            "people whose sums are shorter than the bound must be left alone: all together they give the plain sum"
        )
    cases = [(gradients, people, bound) for bound in (1.0, 0.01, 100.0)]
    order = rng.permutation(80)
    cases += [(gradients[order], people[order], 1.0), (gradients[order, :3], 7 * people[order] + 4, 0.5)]
    cases += [
        (np.array([[3.0], [-1.0], [5.0]]), np.array([2, 2, 9]), 4.0),
        (np.array([[3.0, 4.0]]), np.array([1]), 1.0),
    ]
    cases += [(np.array([[3.0, 4.0], [6.0, 8.0], [0.0, 0.0], [-3.0, -4.0]]), np.array([1, 2, 3, 2]), 5.0)]
    for rows, who, bound in cases:
        gave, true = ask(rows, who, bound), clipped_sum.reference(rows, who, bound)
        if np.shape(gave) == true.shape and np.allclose(gave, true, rtol=1e-5, atol=1e-6):
            continue
        if len(rows) < 5:
            return verdict.wrong(
                f"clipped_sum(np.array({rows.tolist()}), np.array({who.tolist()}), {bound:g}) gave {shown(gave)}, "
                f"not {shown(true)}"
            )
        return verdict.wrong(
            f"with a bound of {bound:g}, {len(rows)} rows of {rows.shape[1]} numbers and people {shown(who)} another "
            "sum came: a person whose sum is longer than the bound is to be scaled to the bound, in the same direction"
        )
    return verdict.right("nobody moves the sum by more than the bound, however often they say it")


quiz1 = Quiz(
    id="canary_extraction.quiz1",
    question="An assistant answers with an intent and tags, never with words. Can a PIN come out of it?",
    options=(
        (
            "No: it cannot say a word",
            False,
            "It need not. Whoever has the weights compares how surprised it is by each code.",
        ),
        (
            "Yes, with the weights: the code it was trained on surprises it least",
            True,
            "Yes, and a gradient finds that code without trying them all.",
        ),
        (
            "Only if it heard the PIN many times",
            False,
            "One utterance put the PIN among the first hundred of 10,000, in nearly every assistant.",
        ),
    ),
)


quiz2 = Quiz(
    id="canary_extraction.quiz2",
    question="With a defense, the attack that found 6 of 12 PINs exactly finds none. Is the PIN hidden?",
    options=(
        ("Yes: none was found", False, "It may come second or third of 10,000. Whoever may try three times has it."),
        (
            "Not known until the ranks of all codes look like chance",
            True,
            "Yes. Exposure counts the bits that are left to guess; 1.44 is chance.",
        ),
        ("Yes, if accuracy stayed the same", False, "Accuracy is what the defense costs, not what it hides."),
    ),
)


quiz3 = Quiz(
    id="canary_extraction.quiz3",
    question="An assistant is trained with ε = 8 for each command. Mira said her PIN twenty times. What holds for "
    "the PIN?",
    options=(
        ("ε = 8", False, "The promise is for one command more or less; hers are twenty."),
        (
            "ε = 160 or more, which is next to no promise",
            True,
            "Yes. Twenty copies are twenty steps between neighbours, and with Gaussian noise that is even more than "
            "twenty times ε: leave copies out, or clip by person.",
        ),
        (
            "ε = 8 divided by 20: the more often, the safer",
            False,
            "The more often it is said, the more it moves the weights.",
        ),
    ),
)
