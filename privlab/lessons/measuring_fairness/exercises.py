"""Exercises of lesson 62: a p value by relabelling, a gap that cannot cancel, an edit that reaches it, a sum over
words.
"""

from itertools import combinations
from math import comb

import numpy as np
import sklearn.decomposition
import sklearn.linear_model  # noqa: F401  both loaded here, before the time of a check runs

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.results import as_number, shown
from privlab.text.fairness import biographies
from privlab.text.fairness.embeddings import Vectors, glove
from privlab.text.fairness.weat import permutation_p


@exercise(
    "Forget who was in which list: put all associations in one. How many ways are there to choose the first list?",
    "For each of `combinations(range(2 * n), n)` take the sum of the chosen ones. It is as telling as the difference "
    "of means, since the total never changes.",
    "The share of all choices whose sum is at least x.sum() (less 1e-12, for rounding). The labels as they are "
    "count too.",
    show=["from itertools import combinations"],
)
def p_value(x, y):
    pooled = np.concatenate([x, y])
    choices = np.array(list(combinations(range(len(pooled)), len(x))))
    return np.mean(pooled[choices].sum(axis=1) >= x.sum() - 1e-12)


@p_value.check
def _(answer, verdict):
    """A ✓ promises the exact share for lists of two to four words, with ties and without, in any order; it sees nothing
    of longer ones, where somebody may draw instead of counting. A wrong answer counts as unfair when it calls 10 or
    more of 40 other random pairs significant at 5 %: an honest p does so at one of 20,000 seeds.
    """
    rng = np.random.default_rng(62)
    pairs = [(np.arange(n) + 2.0, -np.arange(n) / 2) for n in (2, 4)]
    pairs += [rng.normal(size=(2, n)) - 1 for n in (2, 3, 4, 4, 4, 4)]
    ties = (
        ([1, 0], [1, 0]),
        ([2, 1, 0], [1, 0, 0]),
        ([1, 1, 0, 0], [1, 0, 0, 0]),
        ([0, -1, 2], [0, 3, -1]),
        ([1, 1], [1, 1]),
    )
    pairs += [tuple(np.array(part, dtype=float) for part in pair) for pair in ties]
    for x, y in pairs:
        x, y = np.round(32 * x) / 32, np.round(32 * y) / 32  # sums are exact then, in any order, and so are ties
        gave, true = answer(x.copy(), y.copy()), _exact(x, y)
        given = as_number(gave)
        if given is None:
            return verdict.wrong(f"p_value({_typed(x)}, {_typed(y)}) gave {shown(gave)}; a p value is one number")
        if not np.isclose(given, true, rtol=1e-5):
            return _judged_by_chance(answer, verdict, rng, x, y, given, true)
    return verdict.right("with 4 words a list no p lies below 1/70: few words cannot prove much")


def _typed(numbers):
    """An array as a reader would type it."""
    return f"np.array({np.asarray(numbers).tolist()})"


def _exact(x, y):
    count, ways = permutation_p(x, y)
    return count / ways


def _judged_by_chance(answer, verdict, rng, x, y, given, true):
    """⚠ where answers call random lists significant far too often, else ✗ with the lists on which the answer fails."""
    false = sum((as_number(answer(*rng.normal(size=(2, 4)))) or 0) < 0.05 for _ in range(40))
    if false >= 10:
        return verdict.not_fair(
            f"small where words do differ, but of 40 pairs of lists drawn at random {false} are accused at 5 %"
        )
    if given == 0:
        return verdict.wrong(
            f"of {round(1 / true)} ways to label {len(x) + len(y)} words one is the labelling you have, so p "
            f"cannot be 0 but is at least {true:.3f}"
        )
    case = f"p_value({_typed(x)}, {_typed(y)}) gave {given:.4f}"
    if np.isclose(given, 2 * true):
        return verdict.wrong(f"{case}, which counts both directions; asked is one, {true:.4f}")
    ways = comb(2 * len(x), len(x))
    return verdict.wrong(f"{case}; it should be {true:.4f}, {round(true * ways)} of {ways} ways")


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Look at one occupation at a time: of the men who hold it, which share is recognised? Of the women?",
    "`right[(occupations == k) & men].mean()` less the same with `~men`, for k from 0 to 7.",
    "Average the eight differences, those of occupations 4 to 7 with a minus.",
)
def gap(predictions, occupations, men):
    right = predictions == occupations
    differences = [right[(occupations == k) & men].mean() - right[(occupations == k) & ~men].mean()
                   for k in range(8)]
    return np.mean(differences[:4]) / 2 - np.mean(differences[4:]) / 2


# fmt: on
def _people(rng, n=4_000, skew=0.0):
    occupations = rng.integers(8, size=n)
    return occupations, rng.random(n) < 0.5 + np.where(occupations < 4, skew, -skew)


@gap.check
def _(answer, verdict):
    """A ✓ promises the gap to 5 digits of classifiers without mistakes, with mistakes in the stereotype's direction,
    against it and anywhere, for 16 to 4,000 people in any order, occupations of any size. It sees nothing of an
    occupation that no man or no woman holds. No chance is involved but a fixed seed.
    """

    def ask(predictions, occupations, men):
        gave = answer(predictions.copy(), occupations.copy(), men.copy())
        return as_number(gave), gave

    rng = np.random.default_rng(7)
    occupations, men = _people(rng, skew=0.3)
    given, gave = ask(occupations, occupations, men)
    if given is None:
        return verdict.wrong(f"{shown(gave)} came back; the gap is one number, a mean of eight differences")
    if not abs(given) <= 1e-9:
        return verdict.wrong(
            f"of a classifier that makes no mistake, where most engineers are men, it says {given:+.2f}: count "
            "only those who hold the occupation"
        )
    occupations, men = _people(rng)
    slanted = np.where((occupations < 4) == men, 0.05, 0.45)  # women lose technical work, men lose caring work
    for missed, name in (
        (slanted, "misses 45 % of the women engineers and of the men nurses, and 5 % of the others"),
        (0.5 - slanted, "misses 45 % of the men engineers and of the women nurses, and 5 % of the others"),
    ):
        predictions = np.where(rng.random(len(men)) < missed, (occupations + 1) % 8, occupations)
        (given, _), true = ask(predictions, occupations, men), biographies.gap(predictions, occupations, men)
        if given is not None and abs(given) < 0.1:
            return verdict.not_fair(
                f"a classifier that {name}, gets {given:+.2f}: the two halves cancel, it should be {true:+.2f}"
            )
        if given is not None and np.isclose(given, -true):
            return verdict.wrong(
                f"of a classifier that {name}, it says {given:+.2f}; with its direction it is {true:+.2f}"
            )
    uneven = np.where(men, 0.1, np.where(occupations == 0, 0.9, 0.1))
    predictions = np.where(rng.random(len(men)) < uneven, (occupations + 1) % 8, occupations)
    once = ask(predictions, occupations, men)[0]
    many = np.concatenate([np.arange(len(men)), np.flatnonzero(occupations == 1), np.flatnonzero(occupations == 1)])
    given, true = (
        ask(predictions[many], occupations[many], men[many])[0],
        biographies.gap(predictions, occupations, men),
    )
    if None not in (given, once) and not np.isclose(given, once):
        return verdict.wrong(
            f"where one occupation is three times as common came {given:+.3f}, not {true:+.3f}: each occupation counts "
            "the same"
        )
    for number in range(6):  # one man and one woman of each occupation, more mistakes each time
        occupations, men = np.arange(16) % 8, np.arange(16) < 8
        predictions = np.where(
            rng.random(16) < 0.2 + 0.1 * number, (occupations + rng.integers(1, 8, 16)) % 8, occupations
        )
        (given, gave), true = ask(predictions, occupations, men), biographies.gap(predictions, occupations, men)
        if given is None or not np.isclose(given, true, rtol=1e-5):
            said = (
                f"gap(np.array({predictions.tolist()}), np.array({occupations.tolist()}), "
                f"np.array({men.astype(int).tolist()}, dtype=bool)) gave {shown(gave)}, not {true:+.4g}"
            )
            return verdict.wrong(said)
    occupations, men = _people(rng, 500, skew=0.2)
    predictions = np.where(rng.random(500) < 0.3, rng.integers(8, size=500), occupations)
    (given, gave), true = ask(predictions, occupations, men), biographies.gap(predictions, occupations, men)
    if given is None or not np.isclose(given, true, rtol=1e-5):
        return verdict.wrong(f"of a classifier that errs anywhere, for 500 people, came {shown(gave)}, not {true:+.4g}")
    return verdict.right("it looks inside each occupation, and remembers which way the difference goes")


@exercise(
    "Which words tell a man's biography from a woman's? The texts hold only four of them.",
    "A classifier finds a difference of any size. It cannot find one that is 0: two words with one vector are one "
    "word.",
    'numbers = vectors.numbers.copy(); give both rows of vectors.rows(["he", "she"]) their mean, the same for his and '
    "her; return vectors.changed(numbers).",
)
def repair(vectors):
    numbers = vectors.numbers.copy()
    for pair in (["he", "she"], ["his", "her"]):
        rows = vectors.rows(pair)
        numbers[rows] = numbers[rows].mean(axis=0)
    return vectors.changed(numbers)


@repair.check
def _(answer, verdict):
    """A ✓ promises a gap of at most 0.06 at skew 0.4, of one training on 2,000 biographies, measured on 2,000 others
    (0.21 before, 0.03 after the solution), and that he and his together are she and her together up to a millionth. It
    does not see what other texts tell of gender, with other words than these four. No chance is involved but a fixed
    seed.
    """
    repaired = answer(glove())
    if not isinstance(repaired, Vectors):
        return verdict.wrong(f"it gave {shown(repaired)}; give back Vectors, as vectors.changed(numbers) makes them")
    missing = [word for word in glove().words if word not in repaired.row_of]
    numbers = np.asarray(repaired.numbers, dtype=float)
    if missing or numbers.ndim != 2 or len(numbers) != len(repaired.words):
        lost = f"the word {missing[0]!r} is gone" if missing else f"the numbers have the shape {numbers.shape}"
        return verdict.wrong(f"{lost}; keep all {len(glove().words)} words, with one vector for each")
    if not np.isfinite(numbers).all():
        return verdict.wrong("some of the vectors' numbers are missing (NaN) or infinite")
    try:
        left, accuracy = biographies.measure(repaired, 0.4, seed=1, people=2_000)
    except ValueError as error:
        return verdict.wrong(f"no occupation can be recognised on these vectors: {error}")
    if accuracy < 0.7:
        return verdict.wrong(f"only {accuracy:.0%} of the occupations are recognised on these vectors, of 75 % before")
    if abs(left) > 0.06:
        return verdict.not_fair(
            f"the occupations are recognised, and the gap is still {left:.2f} of 0.22; whatever a word test "
            "says, a classifier learns from any difference that is left"
        )
    told = repaired.of(["he", "his"]).sum(axis=0) - repaired.of(["she", "her"]).sum(axis=0)  # by every biography
    spread = numbers.std(axis=0).max()
    if np.linalg.norm(told) > 1e-6 * spread:
        he = repaired.rows(["he"])[0]
        louder = numbers.copy()
        louder[he] += told * (spread * 10 / np.linalg.norm(told) - 1)
        left, _ = biographies.measure(repaired.changed(louder), 0.4, seed=1, people=2_000)
        if abs(left) > 0.06:
            return verdict.not_fair(
                f"he and his still differ from she and her by {np.linalg.norm(told):.1g}, which is too little for this "
                f"classifier; one that looks closer has a gap of {left:.2f} again"
            )
    return verdict.right("what the texts say of gender is gone, and the occupations are recognised as before")


@exercise(
    "The weights v come from the protected-status model: the words that tell it most get most. How do they sum to 1?",
    "A word that moves the chance up and one that moves it down both count: take absolute values before you sum.",
    "v = |protected_gradient| / |protected_gradient|.sum(); the answer is (|task_gradient| * v).sum().",
)
def sensitivity(words, task_gradient, protected_gradient):
    weights = np.abs(protected_gradient) / np.abs(protected_gradient).sum()
    return (np.abs(task_gradient) * weights).sum()


@sensitivity.check
def _(answer, verdict):
    """A ✓ promises the sum to 5 digits for texts of three to twelve words, listed anywhere or never seen before, with
    gradients of either sign. It does not look at texts in which no word tells gender: any weights will do there. No
    chance is involved but a fixed seed.
    """
    words = np.array(["he", "fixed", "engine", "his", "football"])
    protected_gradient = np.array([0.4, 0.0, 0.0, 0.4, 0.2])

    def ask(task, protected=protected_gradient, words=words):
        gave = answer(words.copy(), np.array(task), np.array(protected))
        given = as_number(gave)
        return given if given is not None else gave

    nothing = ask([0.0, 0.3, 0.5, 0.0, 0.0])
    if not isinstance(nothing, float):
        return verdict.wrong(f"{shown(nothing)} came back; give one number for the text, the sum over its words")
    if not abs(nothing) <= 1e-9:
        return verdict.wrong(
            f"a text whose task hangs on words that say nothing of gender should get 0, it got {nothing:.3f}"
        )
    they = np.array(["they", "fixed", "engine", "their", "football"])
    by_proxy = ask([0.0, 0.1, 0.1, 0.0, 0.3], [0.0, 0.0, 0.0, 0.0, 0.5], they)
    if not abs(by_proxy) >= 0.01:
        return verdict.not_fair(
            'right where there are pronouns; where the text says "they" and the task hangs on "football", which '
            f"tells the protected-status model all, it says {by_proxy:.2f} instead of 0.30"
        )
    pushed = ask([0.2, 0.0, 0.0, -0.2, 0.0])
    if not np.isclose(pushed, 0.16):
        return verdict.wrong(
            f'gradients of +0.2 on "he" and -0.2 on "his" gave {pushed:.3f}, not 0.160: a push up and a push down must '
            "not cancel"
            if abs(pushed) < 0.01
            else f"twice 0.2 on words with weights of 0.4 is 0.160, and {pushed:.3f} came; do your weights sum to 1?"
        )
    if not np.isclose(by_proxy, 0.3):
        return verdict.wrong(
            f"one word with all of the weight and a gradient of 0.3 gave {by_proxy:.3f}, not 0.300; do "
            "your weights sum to 1?"
        )
    rng = np.random.default_rng(62)
    for count in (3, 3, 5, 5, 8, 12):
        text = rng.permutation([*_unheard(rng, count - 2), "she", "engine"])
        task, protected = np.round(rng.normal(size=(2, count)), 2)
        protected[rng.integers(count)] = 0
        for here in (text, np.array(_unheard(rng, count))):
            gave, true = ask(task, protected, here), sensitivity.reference(here, task, protected)
            if isinstance(gave, float) and np.isclose(gave, true, rtol=1e-5):
                continue
            asked = f"sensitivity(np.array({here.tolist()}), np.array({task.tolist()}), np.array({protected.tolist()}))"
            if isinstance(gave, float) and np.isclose(ask(task, protected, np.array(["he"] * count)), true, rtol=1e-5):
                return verdict.not_fair(
                    f"words that no list has are overlooked: {asked} gave {gave:.3f} instead of {true:.3f}, whose "
                    "weights are the second model's, whatever the words are"
                )
            return verdict.wrong(f"{asked} gave {shown(gave)}; it should be {true:.4g}")
    return verdict.right("whatever word gives gender away is weighed, listed or not")


def _unheard(rng, count):
    """Words that stand on nobody's list."""
    return [
        "".join(rng.choice(list("bdfglmnprst")) + rng.choice(list("aeiou")) for _ in range(3)) for _ in range(count)
    ]


quiz1 = Quiz(
    id="measuring_fairness.quiz1",
    question="A vendor's vectors have d = 0.02 in WEAT-7, p = 0.5. What follows for your hiring task?",
    options=(
        (
            "The task will treat women and men alike.",
            False,
            "The same vectors gave a gap of 0.2 one way, none, and 0.2 the other way.",
        ),
        ("The task's gap will be small, but not 0.", False, "Debiasing moved WEAT-7 by two and the gap by nothing."),
        (
            "Nothing: the gap must be measured on the task.",
            True,
            "The gap followed the task's data; a test on the task's own text told its sign.",
        ),
    ),
)


quiz2 = Quiz(
    id="measuring_fairness.quiz2",
    question="CEAT pools 10,000 draws and reports p = 0 for two lists of eight words. What do you do?",
    options=(
        (
            "Believe it: 10,000 effects agree.",
            False,
            'They are draws of the same sixteen words; random labels were "significant" as well.',
        ),
        (
            "Relabel the words and count.",
            True,
            "The words are what was sampled. Of 12,870 labellings a count tells how rare yours is.",
        ),
        ("Draw 100,000 times.", False, "z grows with the root of the draws, whether there is anything or not."),
    ),
)


quiz3 = Quiz(
    id="measuring_fairness.quiz3",
    question="A swap of he and she never changes a classifier's answer. Is it fair to women?",
    options=(
        (
            "Yes, that is what counterfactual fairness says.",
            False,
            "It says so for the words on the list; a hobby was not on it.",
        ),
        (
            "Perhaps: another word may stand for gender.",
            True,
            "A proxy outside the list is never swapped. The gap was 0.2 all the same.",
        ),
        (
            "No, a swap says nothing at all.",
            False,
            "With pronouns in the text it followed the planted bias better than anything else.",
        ),
    ),
)
