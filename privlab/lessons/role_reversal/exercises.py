"""Exercises of lesson 63: a disparity foretold, a corpus made even, two answers combined, a student fit for release."""

from collections import Counter

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.results import as_number, shown
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
    """A ✓ promises the mean to 5 digits, for the planted shares and for one to forty others, whatever the even part.
    It does not see what is done with shares of exactly 0 or 1 of which nothing is even. No chance is involved.
    """
    rng = np.random.default_rng(63)
    several = [np.array(shares) for shares in ([0.9, 0.1], [0.6, 0.8, 0.95], [0.8], [0.5, 0.5], [0.02, 0.97, 0.4])]
    for shares in (SHARES, *several, rng.permutation(SHARES), rng.uniform(0.05, 0.95, 40)):
        for even in (0.0, 0.5, 0.25, 0.9, 1.0):
            gave, true = answer(shares.copy(), even), predicted_disparity(shares, even)
            given = as_number(gave)
            asked = f"foretell(np.array({np.round(shares, 3).tolist()}), {even:g})"
            if len(shares) > 3:
                asked = f"for shares {np.round(shares, 2).tolist()[:3]} ... and an even part of {even:g}"
            if given is None:
                return verdict.wrong(f"{asked} gave {shown(gave)}; the disparity is one number, the mean of all")
            case = f"{asked} came {given:.3f}" if len(shares) > 3 else f"{asked} gave {given:.3f}"
            if abs(given) < 0.1 < true:
                return verdict.not_fair(
                    f"{case}, as if nothing were amiss: professions of he and of she cancel; it is {true:.3f}"
                )
            if np.isclose(given, true, rtol=1e-5, atol=1e-8):
                continue
            if np.isclose(given, (1 - even) * predicted_disparity(shares, 0)):
                return verdict.wrong(f"{case}; it should be {true:.3f}: mix the chances first, then take the logarithm")
            if abs(given - true) < 0.0051:
                return verdict.wrong(f"{case}, which is nearly {true:.5f}: do not round it")
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
    """A ✓ promises that of each of 2,000 sentences came itself and its reverse, in any order; one without a word of
    gender, which is its own reverse, may come once or twice. It sees nothing of words outside the corpus, such as "him"
    or "She". No chance is involved but a fixed seed.
    """
    text = sentences(2_000, np.random.default_rng(63))
    first, all_made = answer("the nurse said that she was tired ."), []
    for gave in (first, *map(answer, text)):
        made = [] if isinstance(gave, str) or not hasattr(gave, "__iter__") else list(gave)
        if not made or not all(isinstance(one, str) for one in made):
            what = repr(gave) if isinstance(gave, str) else shown(made or gave)
            return verdict.wrong(f"of a sentence came {what}; give back a list of sentences")
        all_made.append(made)
    made = [one for gave in all_made[1:] for one in gave]
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
    for sentence, gave in zip(text, all_made[1:]):
        turned = reverse(sentence)
        if sorted(gave) != sorted([sentence, turned]) and (sentence != turned or gave != [sentence]):
            return verdict.wrong(
                f"balance({sentence!r}) gave {shown(gave)}, and should give the sentence and {turned!r}: "
                "keep all else as it is"
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
    """A ✓ promises probabilities right to 5 digits: for contexts over six words, written by hand, and over 3 to 60
    words with partners anywhere. It does not see what becomes of words whose probability is 0, or too small for e to
    its power. No chance is involved but a fixed seed.
    """
    exchange = np.array([1, 0, 2, 3, 5, 4])  # he, she, was, tired, king, queen

    def ask(seen, turned, exchange=exchange):
        gave = answer(np.log(seen), np.log(turned), exchange.copy())
        try:
            return np.asarray(gave, dtype=float)
        except (TypeError, ValueError):
            return gave

    nurse = np.array([0.08, 0.72, 0.1, 0.06, 0.03, 0.01])
    queen = np.array([0.01, 0.9, 0.04, 0.03, 0.01, 0.01])
    king = queen[exchange]  # what the teacher says where the king stands for the queen
    neutral = ask(nurse, nurse)  # no gender word in the context: the reversed sentence is the same one
    if not isinstance(neutral, np.ndarray):
        return verdict.wrong(f"{shown(neutral)} came back; give the probabilities of the six words, an array [6]")
    if neutral.shape != nurse.shape:
        return verdict.wrong(f"there are six words, and the answer has the shape {neutral.shape}")
    if not abs(neutral.sum() - 1) <= 1e-5:
        return verdict.wrong(f"the probabilities of six words sum to {neutral.sum():.3f}, not to 1")
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
    cases = [(nurse, nurse, exchange), (queen, king, exchange), (nurse, queen, exchange)]
    cases.append((nurse, np.array([0.3, 0.1, 0.4, 0.1, 0.05, 0.05]), exchange))
    rng = np.random.default_rng(63)
    for words in (3, 5, 12, 60):
        order, partners = rng.permutation(words), np.arange(words)
        for first, second in order[: words // 3 * 2].reshape(-1, 2):
            partners[first], partners[second] = second, first
        cases.append((*(rng.dirichlet(np.ones(words)) for _ in range(2)), partners))
    for seen, turned, partners in cases:
        seen, turned = np.round(seen + 1e-3, 4), np.round(turned + 1e-3, 4)
        seen, turned = seen / seen.sum(), turned / turned.sum()
        given, true = (ask(seen, turned, partners), combine.reference(np.log(seen), np.log(turned), partners))
        if np.shape(given) == true.shape and np.allclose(given, true, rtol=1e-5, atol=1e-6):
            continue
        if np.shape(given) == true.shape and np.allclose(given, (seen + turned[partners]) / 2):
            return verdict.wrong(
                "this is expMean, the mean of probabilities; asked is the mean of their logarithms, scaled to sum 1"
            )
        few = len(seen) <= 6
        if not few:
            return verdict.wrong(
                f"with {len(seen)} words, and partners elsewhere than in the lesson's corpus, the probabilities are "
                "others: exchange says for each word where its partner stands"
            )
        numbers = [np.round(part, 4).tolist() for part in (seen, turned)]
        return verdict.wrong(
            f"combine(np.log({numbers[0]}), np.log({numbers[1]}), np.array({partners.tolist()})) gave "
            f"{shown(np.round(given, 3))}, not {np.round(true, 3).tolist()}"
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
    """A ✓ promises the right names in 40 groups of students: about every bound, at it, on both sides, with and without
    anybody who is fit, in any order, "base" among them. It does not see what happens to a figure that is missing (NaN).
    No chance is involved but a fixed seed.
    """

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
    groups = [students, {name: student for name, student in students.items() if name != "both"}]
    rng = np.random.default_rng(63)
    bounds = (0.0, 0.25), (2.5, 6.0), (20.0, 21.0)  # of 20, 1.05 times is 21 to the last digit, however it is computed
    beyond = (0.26, 0.5, 1.7), (2.49, 1.0, 0.0, -2.5, -4.0), (21.01, 22.0, 39.0, np.inf)
    for number in range(38):
        group = {"base": report(0.25 if number % 2 else 1.5, 2.5, 20.0)}
        for name in ("text", "teacher", "both", "hurried", "swap"):
            figures = [float(rng.choice([*ends, rng.uniform(*ends)])) for ends in bounds]
            if rng.random() < 0.7:
                failing = rng.integers(3)
                figures[failing] = float(rng.choice(beyond[failing]))
            group[name] = report(*figures)
        groups.append({name: group[name] for name in rng.permutation(list(group)).tolist()})
    for group in groups:
        fit = release.reference(group)
        gave = answer({name: dict(student) for name, student in group.items()})
        if isinstance(gave, str) or not hasattr(gave, "__iter__"):
            return verdict.wrong(f"{shown(gave)} came back; give a list of names, also when it is empty or holds one")
        released = list(gave)
        strange = [name for name in released if not isinstance(name, str) or name not in group]
        if strange:
            return verdict.wrong(f"the list holds {shown(strange[0])}, which is no student's name")
        for name in released:
            if name in fit:
                continue
            student = group[name]
            if student["disparity"] > 0.25:
                return verdict.not_fair(f"{name!r} speaks well, and has a disparity of {student['disparity']:.4g}")
            if student["legitimate"] < 2.5:
                likely = (
                    "he is likelier than she"
                    if student["legitimate"] < -0.5
                    else "he is as likely as she"
                    if student["legitimate"] < 0.5
                    else "she is not likely enough"
                )
                return verdict.not_fair(
                    f"{name!r} has a disparity of {student['disparity']:.4g} because it does not know gender: behind "
                    f'"the queen said that" {likely} (log ratio {student["legitimate"]:.4g}, asked 2.5)'
                )
            return verdict.wrong(
                f"{name!r} has a perplexity of {student['perplexity']:.4g}, base has {group['base']['perplexity']:.4g}"
            )
        if len(set(released)) < len(released):
            return verdict.wrong(f"a name stands in the list twice: {shown(released)}")
        if left_out := [name for name in fit if name not in released]:
            return verdict.wrong(
                f"{left_out[0]!r} is fit for release and was left out: {group[left_out[0]]}, where base has a "
                f"perplexity of {group['base']['perplexity']:.4g}"
            )
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
