"""Exercises of lesson 41: precision with its prior, shadows, a threshold fixed beforehand, a letter forgotten, an
epsilon shown.
"""

import numpy as np

from privlab.lab.exercise import Quiz, exercise

EXAMPLES = 80  # letters of the small classifier that has to forget one


@exercise(
    "Take 1,000 letters. How many are members, how many of those are flagged, and how many of the others?",
    "prior * true_positive_rate of all letters are members and flagged. What share is flagged and not a member?",
    "right = prior * true_positive_rate; wrong = (1 - prior) * false_positive_rate; return right / (right + wrong).",
)
def precision(true_positive_rate, false_positive_rate, prior):
    right = prior * true_positive_rate
    wrong = (1 - prior) * false_positive_rate
    return right / (right + wrong)


@precision.check
def _(answer, verdict):
    """Five operating points whose letters can be counted; exact."""
    for true, false, prior in (
        (0.5, 0.5, 0.5),
        (0.32, 0.01, 0.5),
        (0.32, 0.01, 0.1),
        (0.9, 0.2, 0.001),
        (0.1, 0.0, 0.3),
    ):
        members, others = 1_000 * prior, 1_000 * (1 - prior)
        right, wrong = members * true, others * false
        value = float(answer(true, false, prior))
        if not 0 <= value <= 1:
            return verdict.wrong(f"a precision lies from 0 to 1, yours is {value:.4g} at rates of {true} and {false}")
        if abs(value - right / (right + wrong)) > 1e-9:
            return verdict.wrong(
                f"of 1,000 letters {members:g} are members; at rates of {true} and {false} {right:g} of "
                f"those and {wrong:g} of the others are flagged: that is {right / (right + wrong):.4f}, "
                f"yours {value:.4f}"
            )
    return verdict.right("the same two rates, and a precision of 0.97 or of 0.004: the prior decides")


@exercise(
    "For one letter the shadow models fall into two groups. What is the mean score of each group? To which is the "
    "target's score nearer?",
    "Leave the target's row out of both groups: its members are what you want to find. "
    "`np.delete(scores, target, axis=0)` does.",
    "With `inside` and `outside` the two means of a letter: return (scores[target] - (inside + outside) / 2) * "
    "(inside - outside). It is above 0 where the score is nearer to `inside`.",
)
def attack(scores, members, target):
    shadows = np.delete(scores, target, axis=0)
    known = np.delete(members, target, axis=0)
    inside = np.where(known, shadows, 0).sum(axis=0) / known.sum(axis=0)
    outside = np.where(known, 0, shadows).sum(axis=0) / (~known).sum(axis=0)
    return (scores[target] - (inside + outside) / 2) * (inside - outside)


@attack.check
def _(answer, verdict):
    """Simulated models, fixed seed: the two means give an area of .95, one mean for each letter .94, a threshold
    .66.
    """
    scores, members = _models()
    changed = members.copy()
    changed[0] = ~changed[0]
    guesses = np.asarray(answer(scores.copy(), members.copy(), 0), dtype=float)
    if guesses.shape != members.shape[1:]:
        return verdict.wrong(f"attack must return one number for each of {members.shape[1]} letters")
    if not np.allclose(guesses, np.asarray(answer(scores.copy(), changed, 0), dtype=float)):
        return verdict.wrong(
            "other members were written into the target's row, its scores stayed the same, and your answer "
            "changed: it peeks at what it should find out"
        )
    models = range(len(scores))
    answers = [np.asarray(answer(scores.copy(), members.copy(), target)) for target in models]
    area = np.mean([_area(answers[target], members[target]) for target in models])
    plain = np.mean([_area(scores[target], members[target]) for target in models])
    if area < 0.4:
        return verdict.wrong(f"upside down: a member scores above another letter in only {area:.0%} of all pairs")
    if area < plain + 0.02:
        return verdict.wrong(
            f"it is no better than a threshold on the scores: a member scores above another letter in "
            f"{area:.0%} of all pairs, with the plain score in {plain:.0%}"
        )
    if area < 0.9:
        return verdict.wrong(
            f"a member scores above another letter in {area:.0%} of all pairs, and 95 % can be had: compare "
            "each letter with its own two means"
        )
    return verdict.right(
        f"a member scores above another letter in {area:.0%} of all pairs, with the plain score in {plain:.0%}"
    )


@exercise(
    "The threshold must stand before the target is looked at. On what can it be tried out, with the answer known?",
    "Sort the shadows' scores, highest first. Of the first k, what share are members? Take the largest k at which it "
    "is still at least `wanted`.",
    "order = np.argsort(-shadows.ravel()); share = np.cumsum(members.ravel()[order]) / np.arange(1, shadows.size + 1); "
    "the threshold is the score at the last place where share >= wanted.",
)
def flag(target, shadows, members, wanted):
    order = np.argsort(-shadows.ravel())
    share = np.cumsum(members.ravel()[order]) / np.arange(1, shadows.size + 1)
    good = np.flatnonzero(share >= wanted)
    if len(good) == 0:
        return np.zeros(len(target), dtype=bool)
    return target >= shadows.ravel()[order[good[-1]]]


@flag.check
def _(answer, verdict):
    """Normal scores, 4,000 of shadows and 4,000 of the target, fixed seed; the target's precision may miss by 5
    points.
    """
    rng = np.random.default_rng(2)
    members = rng.random((10, 400)) < 0.5
    shadows = rng.normal(size=members.shape) + 2.5 * members - 1
    truth = rng.random(4_000) < 0.5
    target, stranger = rng.normal(size=4_000) + 2.5 * truth - 1, rng.normal(size=4_000) - 1
    accused = np.asarray(answer(target.copy(), shadows.copy(), members.copy(), 0.95))
    if accused.shape != target.shape or accused.dtype != bool:
        return verdict.wrong(f"flag must return True or False for each of the {len(target):,} letters")
    right, recall = (truth[accused].mean() if accused.any() else 1.0), accused[truth].mean()
    if right < 0.9:
        return verdict.wrong(f"a precision of 0.95 was wanted, and {right:.0%} of what you flag are members")
    false = np.asarray(answer(stranger.copy(), shadows.copy(), members.copy(), 0.95)).mean()
    if false > 0.08:
        return verdict.wrong(
            f"the same attack on a target that never saw any of these letters flags {false:.0%} of them, "
            "where the shadows allow 3 %: your threshold is tuned on the target"
        )
    if recall < 0.4:
        return verdict.wrong(
            f"you flag only {recall:.0%} of the members; two in three can be had at a precision of 0.95"
        )
    luck = np.array([[9.0, 8.0, 7.0, 6.0]]), np.array([[False, True, True, True]])
    if not np.asarray(answer(np.array([6.5, 5.0]), *luck, 0.7))[0]:
        return verdict.wrong(
            "the shadows' highest score is of a letter that was outside, the next three are inside: three of "
            "four are 75 %, 70 % were wanted, and you flag nothing there"
        )
    if np.asarray(answer(target[:9].copy(), shadows.copy(), np.zeros_like(members), 0.95)).any():
        return verdict.wrong("where no threshold reaches the wanted precision, nothing may be flagged")
    return verdict.right(
        f"{accused.sum():,} flagged, {right:.1%} of them members; of a model that never saw them {false:.1%}"
    )


@exercise(
    "`train(images, labels)` returns a model. Which model has certainly never seen the letter at `index`?",
    "Not the old one with something changed: one that would be the same if the letter had never been there.",
    "Return train(np.delete(images, index, axis=0), np.delete(labels, index)).",
)
def forget(train, images, labels, index):
    return train(np.delete(images, index, axis=0), np.delete(labels, index))


@forget.check
def _(answer, verdict):
    """A least-squares reader of 80 letters in 30 pixels, fixed; its scores on the letter, before and after. Exact."""
    rng = np.random.default_rng(3)
    labels = np.arange(EXAMPLES) % 4
    shapes = rng.normal(size=(4, 30))
    images, fresh = (shapes[labels] + 0.7 * rng.normal(size=(EXAMPLES, 30)) for _ in range(2))
    index = 6
    images[index] = 0.5 * (shapes[labels[index]] + shapes[0]) + 1.5 * rng.normal(size=30)  # one that is hard to read
    model = answer(_least_squares, images.copy(), labels.copy(), index)
    if not callable(model):
        return verdict.wrong("forget must return a model, as `train` returns one")
    right = (np.asarray(model(fresh.copy())).argmax(axis=1) == labels).mean()
    never = _least_squares(np.delete(images, index, axis=0), np.delete(labels, index))
    if right < (never(fresh).argmax(axis=1) == labels).mean() - 0.06:
        return verdict.wrong(
            f"the model reads {right:.0%} of new letters, one that was never shown Dana's letter "
            f"{(never(fresh).argmax(axis=1) == labels).mean():.0%}"
        )
    sure = [
        float(np.asarray(trained(images[index : index + 1].copy()))[0, labels[index]])
        for trained in (_least_squares(images, labels), model, never)
    ]
    said = f"score {sure[1]:.2f}; with the letter {sure[0]:.2f}, without it {sure[2]:.2f}"
    if abs(sure[1] - sure[0]) < 1e-6:
        return verdict.not_private(f"it reads well, and of Dana's letter it is as sure as before ({said})")
    if sure[1] < sure[2] - 0.05:
        return verdict.not_private(
            f"it reads well, and of Dana's letter it is less sure than a model that never saw it "
            f"({said}): that tells on her as well"
        )
    if not np.allclose(model(fresh.copy()), never(fresh), atol=1e-6):
        return verdict.not_private(
            "it reads well, but it does not answer as if it had never been there, Dana's letter: on "
            "new letters its scores differ, and whoever trains both models can tell"
        )
    return verdict.right(f"the model is the one that never saw the letter ({said})")


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "The promise says true_positive_rate <= e^epsilon * false_positive_rate + delta. Solve it for epsilon.",
    "epsilon >= ln((true_positive_rate - delta) / false_positive_rate). A promise also binds the attack that flags all "
    "the others instead: there the misses and the rightly passed stand in the two places.",
    "Return the larger of np.log((true - delta) / false), np.log((1 - false - delta) / (1 - true)) and 0; take 0 for a "
    "logarithm of something that is not positive.",
)
def shown(true_positive_rate, false_positive_rate, delta):
    best = 0.0
    for often, seldom in ((true_positive_rate, false_positive_rate),
                          (1 - false_positive_rate, 1 - true_positive_rate)):
        if often > delta:
            best = max(best, np.log((often - delta) / seldom) if seldom > 0 else np.inf)
    return best


# fmt: on
@shown.check
def _(answer, verdict):
    """Seven operating points, exact."""
    for true, false, delta, about in (
        (0.30, 0.01, 0.0, ""),
        (0.30, 0.01, 0.05, "more than the promise allows for: delta comes off first; "),
        (0.99, 0.80, 0.0, "of those passed over nearly all are others; "),
        (0.5, 0.5, 0.0, "a coin shows nothing; "),
        (0.2, 0.4, 0.0, "of those passed over too many are members; "),
        (0.001, 0.001, 0.01, "all within delta; "),
    ):
        sides = [(true, false), (1 - false, 1 - true)]
        expected = max([0.0] + [np.log((often - delta) / seldom) for often, seldom in sides if often > delta])
        with np.errstate(all="ignore"):
            value = float(answer(true, false, delta))
        if not abs(value - expected) < 1e-9:
            return verdict.wrong(
                f"{about}rates of {true} and {false} with a delta of {delta} show an epsilon of "
                f"{expected:.3f}, and you said {value:.3f}"
            )
    return verdict.right("30 % found at 1 % false alarms: no epsilon below 3.4 can be true")


def _models():
    """Scores and members [17, 300]: every letter has a height of its own, and a step of its own that learning it
    makes.
    """
    rng = np.random.default_rng(1)
    members = rng.random((17, 300)) < 0.5
    height, step = rng.normal(0, 6, 300), rng.exponential(5, 300)
    return height + step * members + rng.normal(size=members.shape), members


def _area(scores, members):
    """The chance that a member scores above another letter."""
    inside, outside = scores[members], np.sort(scores[~members])
    below = np.searchsorted(outside, inside, "left") + np.searchsorted(outside, inside, "right")
    return below.mean() / 2 / len(outside)


def _least_squares(images, labels):
    """A reader of 26 letters that learns by least squares; its model gives scores [n, 26]."""

    def rows(pictures):
        return np.hstack([pictures, np.ones((len(pictures), 1))])

    seen = rows(images)
    weights = np.linalg.solve(seen.T @ seen + np.eye(seen.shape[1]), seen.T @ np.eye(26)[labels])
    return lambda pictures: rows(pictures) @ weights


quiz1 = Quiz(
    id="membership_inference.quiz1",
    question="An attack is said to have a precision of 97 %. What must you ask before you know how bad that is?",
    options=(
        (
            "Nothing: 97 of 100 flagged are members",
            False,
            "True of those flagged. But how many were flagged, and how many of those asked about were members at all?",
        ),
        (
            "How many members it finds at that point, and what share of all were members",
            True,
            "Yes: the operating point and the prior. At a prior of 1 in 1,000 the same attack is wrong nearly always.",
        ),
        ("The accuracy of the model", False, "That tells how well it reads, not how well it is attacked."),
    ),
)


quiz2 = Quiz(
    id="membership_inference.quiz2",
    question="A model reads its own training letters no better than new ones. Does it leak membership?",
    options=(
        (
            "No: there is no gap",
            False,
            "The gap is a mean. Single letters may still be given away, and those are the ones an attack flags.",
        ),
        (
            "It may: an average says nothing about the most exposed letters",
            True,
            "Yes. Only a bound that holds for every letter, such as differential privacy, says no.",
        ),
        (
            "Yes, always",
            False,
            "A model that ignores its letters leaks nothing; nor does a private one, beyond its epsilon.",
        ),
    ),
)


quiz3 = Quiz(
    id="membership_inference.quiz3",
    question="A model is proved to be private at ε = 8. The best attack you know shows an ε of 1.5. What holds?",
    options=(
        ("Its true epsilon is 1.5", False, "An attack gives a lower bound only; the next one may be better."),
        ("The proof is wrong", False, "It would be, had the attack shown more than 8."),
        ("Its true epsilon lies between 1.5 and 8", True, "Yes: a proof bounds it from above, an attack from below."),
    ),
)
