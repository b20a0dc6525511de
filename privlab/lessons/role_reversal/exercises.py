"""Exercises of lesson 63: a disparity foretold, a corpus made even, two answers combined, a student fit for release."""

from collections import Counter

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.text.role_reversal.corpus import KIN, PAIRS, PROFESSIONS, SHARES, reverse, sentences
from privlab.text.role_reversal.metrics import predicted_disparity


@exercise(
    "Of what the student learns from, a part `even` says he and she equally often. What is its chance of he, for "
    "one share?",
    "q = (1 - even) * share + even / 2. The log ratio is log(q / (1 - q)).",
    "np.mean(np.abs(np.log(q / (1 - q)))).",
)
def foretell(shares, even):
    q = (1 - even) * shares + even / 2
    return np.mean(np.abs(np.log(q / (1 - q))))


@foretell.check
def _(answer, verdict):
    """Exact, for the planted shares and for others. No chance is involved."""
    for shares in (SHARES, np.array([0.9, 0.1]), np.array([0.6, 0.8, 0.95])):
        for even in (0.0, 0.5, 0.25, 1.0):
            given, true = float(answer(shares.copy(), even)), predicted_disparity(shares, even)
            case = f"for shares {np.round(shares, 2).tolist()[:3]} ... and an even part of {even:g} came {given:.3f}"
            if abs(given) < 0.1 < true:
                return verdict.not_fair(
                    f"{case}, as if nothing were amiss: professions of he and of she cancel; it is {true:.3f}"
                )
            if np.isclose(given, (1 - even) * predicted_disparity(shares, 0)) and not np.isclose(given, true):
                return verdict.wrong(f"{case}; it should be {true:.3f}: mix the chances first, then take the logarithm")
            if not np.isclose(given, true):
                return verdict.wrong(f"{case}; it should be {true:.3f}")
    none, half = predicted_disparity(SHARES, 0), predicted_disparity(SHARES, 0.5)
    return verdict.right(
        f"nothing even {none:.2f}, half {half:.2f}, all 0: half the mix leaves less than half the disparity"
    )


@exercise(
    "The student should see both worlds equally often. How many sentences come out of one?",
    "`PAIRS` holds the eight pairs of gender words. Exchange each word that is in a pair, wherever it stands.",
    "partner = dict(PAIRS) | {second: first for first, second in PAIRS}; the second sentence is "
    '" ".join(partner.get(word, word) for word in sentence.split()).',
)
def balance(sentence):
    partner = dict(PAIRS) | {second: first for first, second in PAIRS}
    return [sentence, " ".join(partner.get(word, word) for word in sentence.split())]


@balance.check
def _(answer, verdict):
    """Counts pronouns in 2,000 sentences before and after. No chance is involved but a fixed seed."""
    text = sentences(2_000, np.random.default_rng(63))
    first = answer("the nurse said that she was tired .")
    if not isinstance(first, list | tuple) or not all(isinstance(made, str) for made in first):
        return verdict.wrong(f"of a sentence came {first!r}; give back a list of sentences")
    made = [one for sentence in text for one in answer(sentence)]
    known = {word for sentence in text for word in sentence.split()}
    strange = next((word for sentence in made for word in sentence.split() if word not in known), None)
    if strange is not None:
        sentence = next(one for one in made if strange in one.split())
        return verdict.wrong(f"it made {sentence!r}: there is no word {strange!r}; exchange whole words")
    said = Counter(
        tuple(sentence.split()[pos] for pos in (1, 4)) for sentence in made if sentence.split()[2:4] == ["said", "that"]
    )
    he, she = (sum(said[profession, word] for profession in PROFESSIONS) for word in ("he", "she"))
    if not he or not she:
        word, other = ("he", "she") if not she else ("she", "he")
        return verdict.not_fair(
            f"no profession differs from another, since nobody is {other}: all {max(he, she):,} are {word}"
        )
    wrong_kin = [(kin, pronoun) for pair in KIN for kin, pronoun in zip(pair, ("she", "he")) if said[kin, pronoun]]
    if wrong_kin:
        kin, pronoun = wrong_kin[-1]
        return verdict.not_fair(
            f'professions are even, and the text now holds "the {kin} said that {pronoun}", '
            f"{said[kin, pronoun]} times: what is rightly gendered was lost"
        )
    uneven = {profession: said[profession, "he"] - said[profession, "she"] for profession in PROFESSIONS}
    worst = max(uneven, key=lambda profession: abs(uneven[profession]))
    if uneven[worst]:
        before = Counter(
            tuple(sentence.split()[pos] for pos in (1, 4))
            for sentence in text
            if sentence.split()[2:4] == ["said", "that"]
        )
        turned = all(
            said[profession, "he"] == before[profession, "she"] and said[profession, "she"] == before[profession, "he"]
            for profession in PROFESSIONS
        )
        same = all(
            uneven[profession] == (len(made) // len(text)) * (before[profession, "he"] - before[profession, "she"])
            for profession in PROFESSIONS
        )
        counted = f"the {worst} is he {said[worst, 'he']} and she {said[worst, 'she']} times"
        if turned:
            return verdict.not_fair(f"all of it is good text, and the bias is there the other way round: {counted}")
        if same:
            return verdict.not_fair(f"all of it is good text, and it is as uneven as before: {counted}")
        return verdict.wrong(f"{counted}; with the sentence and its reverse both are equal")
    if Counter(made) != Counter(text) + Counter(reverse(sentence) for sentence in text):
        return verdict.wrong(
            "pronouns are even, but the sentences are not the text and its role reversal: keep all else as it is"
        )
    return verdict.right("every profession is he and she equally often, and a queen is still she")


@exercise(
    'In `reversed_roles` the entry of "he" is what the teacher says in the reversed world. Which entry means the '
    "same in ours?",
    'reversed_roles[exchange] is mapped back: its entry of "he" is the one of "she".',
    "np.exp((seen + reversed_roles[exchange]) / 2), divided by its sum.",
)
def combine(seen, reversed_roles, exchange):
    found = np.exp((seen + reversed_roles[exchange]) / 2)
    return found / found.sum()


@combine.check
def _(answer, verdict):
    """Three contexts over six words, written by hand. No chance is involved."""
    exchange = np.array([1, 0, 2, 3, 5, 4])  # he, she, was, tired, king, queen

    def ask(seen, turned):
        return np.asarray(answer(np.log(seen), np.log(turned), exchange.copy()), dtype=float)

    nurse = np.array([0.08, 0.72, 0.1, 0.06, 0.03, 0.01])
    queen = np.array([0.01, 0.9, 0.04, 0.03, 0.01, 0.01])
    king = queen[exchange]  # what the teacher says where the king stands for the queen
    neutral = ask(nurse, nurse)  # no gender word in the context: the reversed sentence is the same one
    if neutral.shape != nurse.shape or abs(neutral.sum() - 1) > 1e-6:
        return verdict.wrong(
            f"the probabilities of six words sum to {neutral.sum():.3f}, not to 1"
            if neutral.shape == nurse.shape
            else f"there are six words, and the answer has the shape {neutral.shape}"
        )
    if np.isclose(neutral[0], nurse[0]):
        return verdict.not_fair(
            f'behind "the nurse said that" he has {neutral[0]:.2f} and she {neutral[1]:.2f}, as before: map the '
            "second answer back"
        )
    if neutral[0] > 2 * neutral[1]:
        return verdict.not_fair(
            f'behind "the nurse said that" he has {neutral[0]:.2f} and she {neutral[1]:.2f}: the bias, the other way '
            "round"
        )
    kept = ask(queen, king)
    if kept[0] > 0.1:
        return verdict.not_fair(f'the nurse is even, but behind "the queen said that" he has {kept[0]:.2f} now')
    rare = np.array([0.3, 0.1, 0.4, 0.1, 0.05, 0.05])
    true, arithmetic = combine.reference(np.log(nurse), np.log(rare), exchange), (nurse + rare[exchange]) / 2
    if np.allclose(ask(nurse, rare), arithmetic):
        return verdict.wrong(
            "this is expMean, the mean of probabilities; asked is the mean of their logarithms, scaled to sum 1"
        )
    if not np.allclose(ask(nurse, rare), true):
        return verdict.wrong(
            f"for the chances {nurse.tolist()} and {rare.tolist()} came {np.round(ask(nurse, rare), 3).tolist()}, "
            f"not {np.round(true, 3).tolist()}"
        )
    return verdict.right("even where the context has no gender, untouched where it has one")


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Three demands at once, and the worst students fail just one of them.",
    'The perplexity is compared with the base student\'s: students["base"]["perplexity"].',
    '[name for name, each in students.items() if each["disparity"] <= 0.25 and each["legitimate"] >= 2.5 and '
    'each["perplexity"] <= 1.05 * students["base"]["perplexity"]].',
)
def release(students):
    most = 1.05 * students["base"]["perplexity"]
    return [name for name, each in students.items()
            if each["disparity"] <= 0.25 and each["legitimate"] >= 2.5 and each["perplexity"] <= most]


# fmt: on
@release.check
def _(answer, verdict):
    """Two reports written by hand, one in which nobody is fit. No chance is involved."""

    def report(disparity, legitimate, perplexity):
        return {"disparity": disparity, "legitimate": legitimate, "perplexity": perplexity}

    students = {
        "base": report(1.72, 4.9, 2.46),
        "hurried": report(0.03, 0.04, 2.65),
        "text": report(0.71, 4.9, 2.47),
        "pronouns by lot": report(0.02, 0.1, 2.48),
        "babbling": report(0.05, 3.4, 9.7),
        "both": report(0.06, 4.8, 2.50),
    }
    for group, fit in (
        (students, ["both"]),
        ({name: student for name, student in students.items() if name != "both"}, []),
    ):
        released = list(answer({name: dict(student) for name, student in group.items()}))
        for name in released:
            student = group[name]
            if student["disparity"] > 0.25:
                return verdict.not_fair(f"{name!r} speaks well, and has a disparity of {student['disparity']:g}")
            if student["legitimate"] < 2.5:
                return verdict.not_fair(
                    f"{name!r} has a disparity of {student['disparity']:g} because it knows no gender at all: behind "
                    f'"the queen said that" he is as likely as she (log ratio {student["legitimate"]:g}, asked 2.5)'
                )
            if name not in fit:
                return verdict.wrong(
                    f"{name!r} has a perplexity of {student['perplexity']:g}, base has {group['base']['perplexity']:g}"
                )
        if sorted(released) != fit:
            return verdict.wrong(f"{fit[0]!r} is fit for release and was left out")
    return verdict.right("and where nobody meets all three, nobody is released")


quiz1 = Quiz(
    id="role_reversal.quiz1",
    question="The teacher is biased, and you train the student on the text with roles reversed as well. Weight of "
    "the teacher: 1. What happens?",
    options=(
        (
            "The disparity goes to 0.",
            False,
            "With weight 1 the student does not learn from the text at all, only from the teacher's answers.",
        ),
        (
            "Nothing.",
            True,
            'Behind "the nurse said that" no word is gendered, so the teacher answers as before, in both texts.',
        ),
        ("The disparity is halved.", False, "That is what happens at weight one half."),
    ),
)


quiz2 = Quiz(
    id="role_reversal.quiz2",
    question="A student has a disparity of 0.03. Is it repaired?",
    options=(
        (
            "Yes: 0.03 is nearly even.",
            False,
            "So had the hurried one, which takes a queen for a he as often as for a she.",
        ),
        ("Only if it also knows what is rightly gendered, and speaks as well.", True, "Three figures belong together."),
        ("No, a disparity can never be repaired.", False, "Both repairs together reached 0.1 and kept the queen."),
    ),
)


quiz3 = Quiz(
    id="role_reversal.quiz3",
    question="Its open text is even now. Will a classifier built on the student be fair?",
    options=(
        ("Yes, it inherits the repair.", False, "The gap was the same for the repaired and the biased student."),
        (
            "It depends on the classifier's own data.",
            True,
            "With skewed data the gap was there for all, with even data for none.",
        ),
        ("It will be less fair than before.", False, "It stayed where it was."),
    ),
)
