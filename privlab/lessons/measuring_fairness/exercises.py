"""Exercises of lesson 62: a p value by relabelling, a gap that cannot cancel, an edit that reaches it, a sum over
words.
"""

from itertools import combinations

import numpy as np
import sklearn.decomposition
import sklearn.linear_model  # noqa: F401  both loaded here, before the time of a check runs

from privlab.lab.exercise import Quiz, exercise
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
    """Counts exactly for three pairs of lists and for 40 drawn at random, at a fixed seed. A wrong answer counts as
    unfair
    when it calls 10 or more of 40 other random pairs significant at 5 %: an honest p does so at one of 20,000 seeds.
    """
    rng = np.random.default_rng(62)
    for n in (2, 3, 4):
        x, y = np.arange(n) + 2.0, -np.arange(n) / 2
        given, true = float(answer(x.copy(), y.copy())), _exact(x, y)
        if not np.isclose(given, true):
            return _judged_by_chance(answer, verdict, rng, x, y, given, true)
    noise = [rng.normal(size=(2, 4)) for _ in range(40)]
    for x, y in noise:
        given, true = float(answer(x.copy(), y.copy())), _exact(x, y)
        if not np.isclose(given, true):
            return _judged_by_chance(answer, verdict, rng, x, y, given, true)
    return verdict.right("with 4 words a list no p lies below 1/70: few words cannot prove much")


def _exact(x, y):
    count, ways = permutation_p(x, y)
    return count / ways


def _judged_by_chance(answer, verdict, rng, x, y, given, true):
    """⚠ where answers call random lists significant far too often, else ✗ with the lists on which the answer fails."""
    false = sum(float(answer(*rng.normal(size=(2, 4)))) < 0.05 for _ in range(40))
    if false >= 10:
        return verdict.not_fair(
            f"small where words do differ, but of 40 pairs of lists drawn at random {false} are accused at 5 %"
        )
    if given == 0:
        return verdict.wrong(
            f"of {round(1 / true)} ways to label {len(x) + len(y)} words one is the labelling you have, so p "
            f"cannot be 0 but is at least {true:.3f}"
        )
    case = f"for x = {np.round(x, 2).tolist()}, y = {np.round(y, 2).tolist()} came {given:.4f}"
    if np.isclose(given, 2 * true):
        return verdict.wrong(f"{case}, which counts both directions; asked is one, {true:.4f}")
    return verdict.wrong(f"{case}; it should be {true:.4f}")


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
    """Five classifiers with mistakes of a known kind. No chance is involved but a fixed seed."""
    rng = np.random.default_rng(7)
    occupations, men = _people(rng, skew=0.3)
    if abs(given := float(answer(occupations.copy(), occupations, men))) > 1e-9:
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
        given, true = float(answer(predictions, occupations, men)), biographies.gap(predictions, occupations, men)
        if abs(given) < 0.1:
            return verdict.not_fair(
                f"a classifier that {name}, gets {given:+.2f}: the two halves cancel, it should be {true:+.2f}"
            )
        if np.isclose(given, -true) or np.isclose(abs(given), abs(true)) and not np.isclose(given, true):
            return verdict.wrong(
                f"of a classifier that {name}, it says {given:+.2f}; with its direction it is {true:+.2f}"
            )
    uneven = np.where(men, 0.1, np.where(occupations == 0, 0.9, 0.1))
    many = np.concatenate([np.arange(len(men)), np.flatnonzero(occupations == 1), np.flatnonzero(occupations == 1)])
    predictions = np.where(rng.random(len(men)) < uneven, (occupations + 1) % 8, occupations)[many]
    given, true = (
        float(answer(predictions, occupations[many], men[many])),
        biographies.gap(predictions, occupations[many], men[many]),
    )
    if not np.isclose(given, true):
        return verdict.wrong(
            f"where one occupation is three times as common came {given:+.3f}, not {true:+.3f}: each occupation counts "
            "the same"
        )
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
    """One training on 2,000 biographies at skew 0.4, a gap on 2,000 others: 0.21 before, 0.03 after the solution,
    fixed seed.
    """
    repaired = answer(glove())
    if not isinstance(repaired, Vectors):
        return verdict.wrong(
            f"it gave {type(repaired).__name__}; give back Vectors, as vectors.changed(numbers) makes them"
        )
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
    """Four texts of five words with gradients written by hand. No chance is involved."""
    words = np.array(["he", "fixed", "engine", "his", "football"])
    protected_gradient = np.array([0.4, 0.0, 0.0, 0.4, 0.2])

    def ask(task, protected=protected_gradient, words=words):
        return float(answer(words.copy(), np.array(task), np.array(protected)))

    if ask([0.0, 0.3, 0.5, 0.0, 0.0]) > 1e-9:
        return verdict.wrong(
            "a text whose task hangs on words that say nothing of gender should get 0, "
            f"it got {ask([0.0, 0.3, 0.5, 0.0, 0.0]):.3f}"
        )
    they = np.array(["they", "fixed", "engine", "their", "football"])
    by_proxy = ask([0.0, 0.1, 0.1, 0.0, 0.3], [0.0, 0.0, 0.0, 0.0, 0.5], they)
    if by_proxy < 0.01:
        return verdict.not_fair(
            'right where there are pronouns; where the text says "they" and the task hangs on "football", which '
            f"tells the protected-status model all, it says {by_proxy:.2f} instead of 0.30"
        )
    if not np.isclose(ask([0.2, 0.0, 0.0, -0.2, 0.0]), 0.16):
        return verdict.wrong(
            f'gradients of +0.2 on "he" and -0.2 on "his" gave {ask([0.2, 0.0, 0.0, -0.2, 0.0]):.3f}, not 0.160: '
            "a push up and a push down must not cancel"
            if ask([0.2, 0.0, 0.0, -0.2, 0.0]) < 0.01
            else "twice 0.2 on words with weights of 0.4 is 0.160; do your weights sum to 1?"
        )
    if not np.isclose(ask([0.2, 0, 0, 0.2, 0], 10 * protected_gradient), 0.16):
        return verdict.wrong(
            "a protected-status model with ten times the gradients gives the same weights, since they sum to 1; "
            f"you gave {ask([0.2, 0, 0, 0.2, 0], 10 * protected_gradient):.3f}, not 0.160"
        )
    if not np.isclose(by_proxy, 0.3):
        return verdict.wrong(
            f"where one word alone has a weight, its gradient of 0.3 is the answer, not {by_proxy:.3f}"
        )
    return verdict.right("whatever word gives gender away is weighed, listed or not")


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
