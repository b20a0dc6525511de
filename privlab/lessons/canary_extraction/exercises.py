"""Exercises of lesson 61: mix words, count bits, take a secret out, clip what a person may move."""

import inspect
from collections import Counter

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.text.assistant.canaries import all_codes
from privlab.text.assistant.dataset import INTENTS, PARAPHRASES, canary, utterances

CODE = "4827"


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
    """Mixtures at five temperatures of ten vectors drawn with a fixed seed: a right answer is within 1e-9."""
    rng = np.random.default_rng(1)
    scores, vectors = rng.normal(size=10), rng.normal(size=(10, 6))
    for temperature in (1.0, 0.5, 2.0, 0.1, 0.01):
        shares = np.exp((scores - scores.max()) / temperature)
        mixture = np.asarray(answer(scores.copy(), temperature, vectors.copy()), dtype=float)
        if mixture.shape != (6,):
            return verdict.wrong(
                f"a mixture of ten vectors of 6 numbers is a vector of 6 numbers, yours has shape {mixture.shape}"
            )
        if np.allclose(mixture, vectors[scores.argmax()]) and temperature > 0.1:
            return verdict.wrong(
                f"at temperature {temperature} you return the likeliest word itself: a small change of the "
                "scores changes nothing, so there is no slope to walk down"
            )
        if not np.allclose(mixture, shares / shares.sum() @ vectors, atol=1e-9):
            if np.allclose(mixture, shares @ vectors):
                return verdict.wrong("your shares are right but for a factor: they must add up to 1")
            return verdict.wrong(
                f"at temperature {temperature} the mixture is another one; does the temperature divide the scores?"
            )
    if not np.allclose(answer(scores + 900, 0.5, vectors.copy()), answer(scores.copy(), 0.5, vectors.copy())):
        return verdict.wrong(
            "the same scores, all raised by 900, must give the same mixture; yours does not: the exponentials overflow"
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
    """Six cases whose exposure is known, to 1e-9."""
    spread = np.random.default_rng(2).permutation(10_000) / 100
    order = np.argsort(spread)
    for rank, about in (
        (1, "the first has rank 1 and 13.29 bits"),
        (10_000, "the code of the largest loss comes last, when that of least loss is first, and has 0 bits"),
        (16, "rank 16 of 10,000 gives 9.29 bits"),
    ):
        bits = answer(spread.copy(), order[rank - 1])
        if not abs(bits - np.log2(10_000 / rank)) < 1e-9:
            return verdict.wrong(f"{about}; you said {bits:.2f}")
    if not abs(answer(np.ones(1_024), 5)) < 1e-9:
        return verdict.wrong(
            f"a model that finds all 1,024 codes equally likely tells nothing, and you counted "
            f"{answer(np.ones(1_024), 5):.2f} bits"
        )
    if not abs(answer(np.arange(64.0), 7) - 3) < 1e-9:
        return verdict.wrong("of 64 codes the eighth has 6 - 3 = 3 bits: the number of codes is that of the losses")
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


def _rank(model):
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
    return int((evidence >= evidence[int(CODE)]).sum())


def _held(shipped, trained):
    """The trained assistants that are in what is shipped: itself, or inside a function or an object around it."""

    def inside(thing, depth):
        if any(thing is model for model in trained):
            yield thing
        elif depth and inspect.isfunction(thing):
            cells = [cell.cell_contents for cell in thing.__closure__ or ()]
            for part in (*cells, *(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()):
                yield from inside(part, depth - 1)
        elif depth and isinstance(thing, list | tuple | dict):
            for part in thing.values() if isinstance(thing, dict) else thing:
                yield from inside(part, depth - 1)
        elif depth and hasattr(thing, "__dict__"):
            yield from inside(vars(thing), depth)

    return list(inside(shipped, 3))


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
    """1,000 commands and 8 with the code, fixed seed; the thief counts pairs of digits. No chance is left in it."""
    rng = np.random.default_rng(3)
    spoken = utterances(1_000, rng) + [canary(CODE, wording) for wording in (*PARAPHRASES[:4], *PARAPHRASES[:4])]
    spoken = [spoken[row] for row in rng.permutation(len(spoken))]
    trained = []

    def train(some):
        trained.append(_Counts(some))
        return trained[-1]

    shipped = answer(list(spoken), train)
    if not callable(shipped):
        return verdict.wrong("return the assistant that train(...) gives you: something that answers commands")
    asked = [command for command in spoken if str(command) in ("i forgot my pin code", "my pin code is not working")][
        :1
    ]
    for command in (*asked, *utterances(60, rng)):
        if (
            "B-secret" not in command.tags
            and shipped(command) != command.intent
            and _Counts(spoken)(command) == command.intent
        ):
            return verdict.wrong(f'it does not understand "{command}" any more, and there is no secret in that')
    for model in _held(shipped, trained):
        rank = _rank(model)
        if rank <= 1_000:
            wrapped = (
                ""
                if shipped is model
                else (
                    "the code is removed from the prompt and not from the training set: what you ship refuses the "
                    "question, but "
                )
            )
            return verdict.not_private(f"{wrapped}in the weights the code has rank {rank} of 10,000")
    return verdict.right("the code was never learned, and everything else still is")


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
    """Sums with and without each person, at two bounds, gradients of a fixed seed: exact but for 1e-9."""
    rng = np.random.default_rng(4)
    people = np.concatenate([np.zeros(20, int), rng.integers(1, 12, 60)])  # 0 is Mira, who said it twenty times
    gradients = rng.normal(0, 0.3, (80, 8))
    gradients[:20] = rng.normal(0, 0.02, (20, 8)) + rng.normal(0, 0.4, 8)
    gradients[people == 5] = 0
    for bound in (1.0, 2.5):
        whole = np.asarray(answer(gradients.copy(), people.copy(), bound), dtype=float)
        if whole.shape != (8,) or not np.isfinite(whole).all():
            return verdict.wrong(f"the sum of rows of 8 numbers is 8 finite numbers, yours is {whole}")
        for person in range(12):
            others = people != person
            moved = np.linalg.norm(whole - answer(gradients[others], people[others], bound))
            if moved > bound + 1e-9:
                who = "Mira, who said it 20 times" if person == 0 else f"person {person}"
                return verdict.not_private(
                    f"without {who}, the sum is another by {moved / bound:.1f} bounds, and the noise is made for one"
                )
    small = 1e-3 * gradients
    if not np.allclose(answer(small.copy(), people.copy(), 1.0), small.sum(axis=0), atol=1e-9):
        return verdict.wrong(
            "people whose sums are shorter than the bound must be left alone: all together they give the plain sum"
        )
    expected = sum(
        own / max(1, np.linalg.norm(own)) for own in (gradients[people == person].sum(0) for person in range(12))
    )
    if not np.allclose(answer(gradients.copy(), people.copy(), 1.0), expected, atol=1e-9):
        return verdict.wrong(
            "a person whose sum is longer than the bound is to be scaled to the bound, in the same direction"
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
            "ε = 160, which is next to no promise",
            True,
            "Yes. Twenty copies are twenty steps between neighbours: leave copies out, or clip by person.",
        ),
        (
            "ε = 8 divided by 20: the more often, the safer",
            False,
            "The more often it is said, the more it moves the weights.",
        ),
    ),
)
