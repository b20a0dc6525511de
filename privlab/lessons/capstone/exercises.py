"""Exercises of lesson 90: a choice for each of three briefs, noise that is what it says, and a note that may be
signed.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from privlab.dp.gaussian import epsilon_at, noise_multiplier_for, total_mu
from privlab.lab.exercise import Quiz, exercise
from privlab.lessons.capstone.briefs import BRIEFS, PRIVACY
from privlab.lessons.capstone.outcomes import recorded_outcome, spent
from privlab.lessons.capstone.release_note import read_note
from privlab.lessons.capstone.scenario import CLINICS, DELTA, ROUNDS, Choice


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Begin with the server: which two controls decide what it sees? Then the budget, and only then accuracy.",
    "A secure sum, a public start and ε = 3. The noise of a round is the same for few letters as for many.",
    'Choice("secure sum", 3.0, 0.25, clients=60, batch=400, public_start=True).',
    stub="open_reader = ...  # Choice(...)",
)
def open_reader():
    return Choice("secure sum", epsilon=3.0, max_norm=0.25, clients=60, batch=400,
                  public_start=True, released="weights", to="everyone")


# fmt: on
@open_reader.check
def _(answer, verdict):
    """Promises every demand of the brief, by the board's record; nothing is random.

    Cannot see choices that are not on the board, nor attackers that are not on it.
    """
    return _judge(
        answer,
        BRIEFS["open"],
        verdict,
        "three quarters are read, everyone may have it, and nobody was laid bare on the way",
    )


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Here the server is trusted and a tablet is not. Which aggregation lets the server refuse a loud update?",
    "Plain. Then the bytes: how many tablets of 60 can report? Few tablets should bring many letters: who has them?",
    'Choice("plain", 8.0, 0.25, clients=15, batch=400, public_start=True, selection="activity", to="clinics").',
    stub="ward_reader = ...  # Choice(...)",
)
def ward_reader():
    return Choice("plain", epsilon=8.0, max_norm=0.25, clients=15, batch=400,
                  public_start=True, selection="activity", to="clinics")


# fmt: on
@ward_reader.check
def _(answer, verdict):
    """Promises every demand of the brief, by the board's record; nothing is random.

    Cannot see choices that are not on the board, nor more than one lying tablet.
    """
    return _judge(
        answer,
        BRIEFS["ward"],
        verdict,
        "a tablet that lies can no longer drown the others: the server sees it, and that was the price",
    )


@exercise(
    "Look for a choice; when there is none, leave out one demand after the other. Which ones can you leave out in "
    "vain?",
    "`brief.meeting(names)` lists all choices on the board that meet some demands. Find names for which it is empty, "
    "and none of them can be left out.",
    'Fifty letters cannot outvote the noise of ε = 1: ("accuracy", "epsilon").',
    stub="village_reader = ...  # Choice(...), or the names of demands that no choice meets together",
)
def village_reader():
    return ("accuracy", "epsilon")


@village_reader.check
def _(answer, verdict):
    """Promises that no choice on the board meets the named demands together, and that one does when any of them is
    left out: all choices are tried.

    Cannot see choices that are not on the board.
    """
    brief = BRIEFS["village"]
    if isinstance(answer, Choice):
        return _judge(answer, brief, verdict, "the board must have changed: this choice meets every demand")
    names = list(answer) if isinstance(answer, Iterable) and not isinstance(answer, str) else [answer]
    if not all(isinstance(name, str) for name in names):
        return verdict.wrong(
            f'the answer is a Choice, or names of demands such as ("server", "megabytes"); yours was {answer!r}'
        )
    if not names:
        return verdict.wrong('name the demands that no choice meets together, such as ("server", "megabytes")')
    try:
        met = brief.meeting(names)
    except ValueError as error:
        return verdict.wrong(str(error))
    if met:
        return verdict.wrong(f"a choice meets them together: {met[0]}")
    for left_out in names:
        rest = [name for name in names if name != left_out]
        if not rest or not brief.meeting(rest):
            return verdict.wrong(
                f"no choice meets them, and even without {left_out!r} none does: name no more than it takes"
            )
    return verdict.right(
        "each can be had without the other, and no choice on the board has both: 150 letters do not outvote such "
        "noise, so leave the public reader alone"
    )


@exercise(
    "What must the noise of a *round* be, so that all rounds together are ε? And how much of it may be missing?",
    "`noise_multiplier_for(epsilon, DELTA, ROUNDS)` counts in sensitivities, and the sensitivity is the max norm. "
    "Variances of the shares that stay add up.",
    "return choice.max_norm * noise_multiplier_for(choice.epsilon, DELTA, ROUNDS) / honest**0.5.",
)
def share(choice, honest):
    return choice.max_norm * noise_multiplier_for(choice.epsilon, DELTA, ROUNDS) / honest**0.5


@share.check
def _(answer, verdict):
    """Promises that what stays of the noise spends the budget: not more than a thousandth above, nor a hundredth
    below, for one to three honest clinics and any max norm, budget, number of tablets and letters.

    Cannot see how the noise is drawn. The accounts are exact; an audit, of a confidence of 0.999, only adds to a leak's
    sentence.
    """
    from privlab.lessons.capstone.attacks import audit_noise

    spends = []
    for max_norm, epsilon, honest, clients, batch in (
        (0.25, 3.0, 2, 60, 400),
        (0.25, 8.0, 3, 60, 400),
        (4.0, 1.0, 1, 60, 5),
        (1.0, 0.1, 1, 3, 1),
    ):
        choice = Choice("secure sum", epsilon, max_norm, clients, batch, True)
        returned = answer(choice, honest)
        deviation = _deviation(returned)
        if deviation is None:
            return verdict.wrong(f"a share has a positive number as its standard deviation, yours was {returned!r}")
        truth = epsilon_at(total_mu([deviation * honest**0.5] * ROUNDS, sensitivity=max_norm), delta=DELTA)
        if truth > epsilon * 1.001:
            audited = audit_noise(
                max_norm=max_norm, noise_std=float(deviation), rng=np.random.default_rng(90), honest=honest
            )
            proof = f"; an audit proves {audited.epsilon:.1f} at least" if audited.catches(epsilon) else ""
            return verdict.not_private(
                f"promised is ε = {epsilon:g} with a clip of {max_norm:g}; share gives {deviation:.4g}, and when "
                f"{CLINICS - honest} of {CLINICS} clinics side with the server, what stays of the noise spends "
                f"{truth:.2f}{proof}"
            )
        spends.append((truth, choice, honest))
    for truth, choice, honest in spends:
        if truth < choice.epsilon * 0.99:
            return verdict.wrong(
                f"at ε = {choice.epsilon:g}, a clip of {choice.max_norm:g} and {honest} honest clinics it is "
                f"more noise than asked for, {truth:.2g} is spent: accuracy is thrown away"
            )
    return verdict.right("whoever takes a share off again, what stays is what was promised")


def _deviation(value):
    """The standard deviation that a value is, a float; None for what is no positive, finite number."""
    try:
        number = None if isinstance(value, str | bool) or getattr(value, "ndim", 0) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and 0 < number < np.inf else None


# What the open reader comes to when it is trained with the colleague's noise (accuracy: the mean of seeds 0 to 5), as
# tests/lessons/test_capstone_training.py measures it again.
COLLEAGUES = {"accuracy": 0.8525, "attacked_accuracy": 0.3525, "members": 0.49}


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Which numbers are promises, and which were merely measured? A promise must follow from the noise that was "
    "really added.",
    "The budget is `spent(choice, noise_std=noise_std)`, for one letter. Beside it stands what is not covered: people "
    "with many letters, a tablet that lies, and a server that sees updates where it does.",
    'Join lines such as f"The budget is epsilon {spent(choice, noise_std=noise_std):.2f} at delta 1e-5 for one '
    'letter"; without noise "No budget was kept" instead, and "The server sees every update, without noise" where '
    'choice.aggregation is "plain".',
    stub="""
def note(choice, outcome, noise_std):
    ...  # noise_std: of a round's sum, when one clinic of three has taken its share off again
""",
)
def note(choice, outcome, noise_std):
    epsilon = spent(choice, noise_std=noise_std)
    budget = [f"The budget is epsilon {epsilon:.2f} at delta 1e-5 for one letter",
              "Who wrote many letters spends the budget many times"]
    lines = [f"It reads {100 * outcome.accuracy:.0f} % of letters right",
             *(budget if noise_std else ["No budget was kept"]),
             "One lying tablet can spoil it or plant a backdoor", "Signed: R. Ader"]
    if choice.aggregation == "plain":
        lines.insert(-1, "The server sees every update, without noise")
    return "\n".join(lines)


# fmt: on
@note.check
def _(answer, verdict):
    """Promises that every line can be checked, that none says more than was proved or other than was measured, and
    that nothing is left out, for the open reader as planned, as the colleague trained it, of other budgets and without
    noise, and for the ward's with and without; nothing is random.

    Cannot see whether who signs is who it says, nor sentences that are none of `FORMS`: those are refused.
    """
    trained = Choice("secure sum", 3.0, 0.25, 60, 400, True)
    ward = Choice("plain", 8.0, 0.25, 15, 400, True, "activity", to="clinics")
    thin = trained.max_norm * noise_multiplier_for(trained.epsilon, DELTA)
    colleagues = replace(recorded_outcome(trained, 1_000), **COLLEAGUES)
    generous, bare = replace(trained, epsilon=8.0, released="letters"), replace(trained, epsilon=None)
    for choice, outcome, noise_std in (
        (trained, None, trained.noise_std),
        (trained, colleagues, thin),
        (ward, None, ward.noise_std),
        (bare, None, 0.0),
        (generous, None, generous.noise_std),
        (replace(ward, epsilon=None), None, 0.0),
    ):
        outcome = outcome or recorded_outcome(choice, 1_000)
        text = answer(choice, outcome, noise_std)
        if isinstance(text, list | tuple) and text and all(isinstance(line, str) for line in text):
            return verdict("?", 'a note is one text, yours was a list of lines: "\\n".join(...) makes a text of them')
        if not isinstance(text, str):
            return verdict.wrong(f"a note is a text, yours was {text!r}")
        findings = read_note(text, choice, outcome, noise_std)
        for first in sorted(findings, key=lambda finding: finding.kind != "promise"):
            return (verdict.not_private if first.kind == "promise" else verdict.wrong)(first.sentence)
    return verdict.right(
        "it promises what is proved, tells what was measured, and says what is not covered: it may be signed"
    )


def _judge(answer, brief, verdict, praise):
    """The verdict on a choice: wrong where the reader cannot do what is asked, not private where only a protection
    is missing.
    """
    if not isinstance(answer, Choice):
        return verdict.wrong(f"the answer is a Choice, yours was {answer!r}")
    try:
        unmet = brief.unmet(answer)
    except ValueError as error:
        return verdict("?", f"this check cannot judge it: {error}")  # to measure it takes longer than a check may
    outcome = recorded_outcome(answer, brief.letters)
    what = {
        "accuracy": f"{100 * outcome.accuracy:.0f} % are",
        "liar": f"with a lying tablet {100 * outcome.attacked_accuracy:.0f} % are",
        "megabytes": f"{answer.megabytes:.0f} MB pass",
        "released": f"the {answer.released} go to {answer.to}",
        "recipients": f"the {answer.released} go to {answer.to}",
        "members": f"{100 * outcome.members:.0f} are gained",
        "epsilon": "there is no end to what is spent"
        if spent(answer) == float("inf")
        else f"{spent(answer):.2f} is spent",
        "server": f"the server reads {100 * max(outcome.inverted, outcome.planted):.0f} % of the letters it is sent "
        f"and recognises "
        f"{100 * outcome.recognised:.0f} %",
    }
    for name in sorted(unmet, key=lambda name: name in PRIVACY):
        say = verdict.not_private if name in PRIVACY else verdict.wrong
        return say(f"{brief.demands[name][0]}, says the brief, and {what[name]}")
    return verdict.right(praise)


quiz1 = Quiz(
    id="capstone.quiz1",
    question="The open reader has a secure sum, ε = 3 and a public start. Which of them keeps the server from "
    "reading a letter?",
    options=(
        ("The secure sum", False, "A planted layer takes a sum apart: 75 of 75 letters came out of one."),
        (
            "The public start",
            False,
            "No exact picture comes back, but the features in a small update still have the letter's shape, and a "
            "list of suspects names it.",
        ),
        (
            "Only the noise is proved to; the others make what is attacked smaller",
            True,
            "Yes. And the noise reaches the server only because the sum keeps it from seeing updates without.",
        ),
    ),
)


quiz2 = Quiz(
    id="capstone.quiz2",
    question="Why does no choice both bound a lying tablet and keep its update secret?",
    options=(
        ("Secure sums are slow", False, "They cost twice the bytes here, and for fewer tablets that is affordable."),
        (
            "To refuse an update that is too loud, somebody has to see how loud it is",
            True,
            "Yes, on this board. Proofs in zero knowledge that an update is short exist, and are not on it.",
        ),
        ("The noise covers the liar", False, "The liar is louder than the noise: it may send what it likes."),
    ),
)
