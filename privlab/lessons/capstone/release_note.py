"""A release note: which sentences it may hold, and what is wrong with the ones it does hold (lesson 90)."""

import re
from typing import NamedTuple

from privlab.lessons.capstone.outcomes import Outcome, check_noise_std, spent
from privlab.lessons.capstone.scenario import DELTA, Choice
from privlab.ml.membership.metrics import advantage_bound

NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
NAME = r"[^\W\d_]+(?:['’.-][^\W\d_]+)*[.,]?"  # one word of a name
NOBODY = set("anonymous anybody me name nobody none somebody someone unknown".split()) | {
    "my name",
    "your name",
    "no one",
}
BETWEEN = set("al and bin da de del den der di dos du e el engineer ibn la le privacy ten ter van von y zu".split())
PROMISING = set(
    "attack attacks budget clinic clinics epsilon guaranteed letter letters never no nobody not private promise proved "
    "recovered safe server tablet tablets your".split()
)  # words that stand in no name
BUDGET = f"The budget is epsilon {NUMBER} at delta 1e-5 for one (letter|tablet|clinic)"


class Finding(NamedTuple):
    """What is wrong with a note: `kind` is "promise" for more than holds, "false", "missing" or "unknown"."""

    kind: str
    sentence: str


def read_note(text: str, choice: Choice, outcome: Outcome, noise_std: float) -> list[Finding]:
    """All that is wrong with a note on a training, empty for a note that may be signed.

    "For one letter" means that its page may be blank, as in `Choice`; how many pages a tablet has is public.
    text             one sentence a line; `FORMS` lists those that can be checked, N being a number, rounded: of what
                     is promised to the nearest hundredth or up, of what was measured to the nearest or down.
    choice, outcome  what was trained, and what the attackers found.
    noise_std        at least 0, of the noise that was really in each round's sum, when one clinic of three has taken
                     its share off again.
    Raises ValueError for a text, a noise or a choice that is none.
    """
    if not isinstance(text, str):
        raise ValueError(f"a note is a text, got {text!r}")
    kept = spent(choice, noise_std=check_noise_std(noise_std)) < float("inf")
    lines = [line for line in map(_normal, text.splitlines()) if line]
    findings, said = [], set()
    accuracies = [float(match[1]) for line in lines if (match := re.fullmatch(RULES["accuracy"][0], line, re.I))]
    if accuracies and max(accuracies) - min(accuracies) > 1:
        findings.append(Finding("false", "it states two accuracies that differ, and there is one"))
    for line in lines:
        matches = [(name, re.fullmatch(pattern, line, re.I)) for name, (pattern, _) in RULES.items()]
        name, match = next(((name, match) for name, match in matches if match), ("", None))
        if match is None:
            findings.append(Finding("unknown", f"nobody can check {line!r}; print(FORMS) lists what can be said"))
            continue
        said.add(name)
        wrong = RULES[name][1](choice, outcome, noise_std, *match.groups())
        findings += [wrong] if wrong else []
    needed = {"accuracy": "how much is read right", "signed": "who signs it"}
    needed |= (
        {"budget": "what the training spent", "patients": "what becomes of one who wrote many letters"}
        if kept
        else {"unbudgeted": "that no budget was kept"}
    )
    if outcome.backdoor > 0.1 or outcome.attacked_accuracy < outcome.accuracy - 0.1:
        needed["liar"] = "what one lying tablet can do"
    if choice.aggregation == "plain":
        needed["trust"] = "that the server sees every update, without noise"
    return findings + [
        Finding("missing", f"the note does not say {what}") for name, what in needed.items() if name not in said
    ]


def _normal(line):
    """The line as it is compared: single spaces, one before %, Greek letters by name, no bullet and no full stop."""
    line = line.replace("ε", "epsilon").replace("δ", "delta").strip().lstrip("-*•")
    return " ".join(line.replace("%", " % ").split()).rstrip(". ")


def _unit(stated):
    """What one more in the last digit of a stated number is worth."""
    return 10.0 ** -len(stated.partition(".")[2])


def _budget(choice, outcome, noise_std, stated, unit):
    truth = spent(choice, noise_std=noise_std)
    if unit != "letter":
        return Finding("promise", f"the clip bounds one letter, and a {unit} has many: no budget was kept for a {unit}")
    if float(stated) < truth - min(_unit(stated) / 2, 0.005, 0.01 * truth) - 1e-6:
        return Finding(
            "promise",
            f"it states ε = {stated}, and the noise that was added spends "
            f"{'without bound' if truth == float('inf') else f'{truth:.2f}'}",
        )
    if float(stated) > min(truth + _unit(stated), 1.1 * truth) + 1e-6:  # rounded up, a promise still holds
        return Finding("false", f"it states ε = {stated}, and no more than {truth:.2f} was spent")


def _unbudgeted(choice, outcome, noise_std):
    if spent(choice, noise_std=noise_std) < float("inf"):
        return Finding(
            "false", f"it says that no budget was kept, and one of ε = {spent(choice, noise_std=noise_std):.2f} was"
        )


def _signed(choice, outcome, noise_std, name):
    if name.lower().rstrip(" .,") in NOBODY:
        return Finding("missing", f"{name!r} is nobody's: somebody must sign it")
    words = name.split()
    ended = any(word.endswith(".") and len(word) > 4 and word != "Prof." for word in words[:-1])  # that is a sentence
    promising = PROMISING.intersection(word.lower().strip(".,") for word in words)
    small = len(words) > 3 and any(word[0].islower() and word.strip(",") not in BETWEEN for word in words)
    if ended or promising or small or len(words) > 6 or not all(re.fullmatch(NAME, word) for word in words):
        return Finding("promise", f"behind 'Signed:' stands a name and nothing that could be relied on, got {name!r}")


def _accuracy(choice, outcome, noise_std, stated):
    above, unit = float(stated) - 100 * outcome.accuracy, _unit(stated)
    if not -unit < above <= unit / 2 + 1e-6:
        return Finding("false", f"it says {stated} % are read right, and {100 * outcome.accuracy:.2f} % are")


def _attacks(choice, outcome, noise_std):
    if outcome.recognised:  # which counts the pictures
        return Finding("false", "it says that our attacks got no letter, and the board has letters read or recognised")


def _advantage(choice, outcome, noise_std, stated):
    proved = 100 * advantage_bound(min(spent(choice, noise_std=noise_std), 700.0), DELTA)
    if float(stated) < proved - _unit(stated) / 2 - 1e-6:
        return Finding(
            "promise",
            f"nothing proves that nobody gains more than {stated} points on members: at this ε the proof "
            f"allows {proved:.0f}, and what our attack gained bounds nobody else's",
        )


def _trust(choice, outcome, noise_std):
    if choice.aggregation != "plain":
        return Finding("false", "it says that the server sees every update, and it sees sums")


def _never(said):
    return lambda choice, outcome, noise_std: Finding("promise", said)


def _fine(choice, outcome, noise_std, *numbers):
    return None


RULES = {
    "budget": (BUDGET, _budget),
    "unbudgeted": ("No budget was kept", _unbudgeted),
    "accuracy": (f"It reads {NUMBER} % of letters right", _accuracy),
    "attacks": ("Our attacks read no letter and recognised none", _attacks),
    "nobody": (
        "No letter can be recovered",
        _never(
            "that our attacks got none does not mean that none can be recovered: an ε bounds every attack, and never "
            "at nothing"
        ),
    ),
    "anonymous": (
        "The reader is anonymous",
        _never("no training makes letters anonymous: say what was spent, and for what unit"),
    ),
    "advantage": (f"Nobody gains more than {NUMBER} points on who was a member", _advantage),
    "patients": ("Who wrote many letters spends the budget many times", _fine),
    "liar": ("One lying tablet can spoil it or plant a backdoor", _fine),
    "trust": ("The server sees every update, without noise", _trust),
    "signed": (r"Signed: (\S.*)", _signed),
}
FORMS = "\n".join(
    [
        "The budget is epsilon N at delta 1e-5 for one letter (or: tablet, clinic)",
        *(pattern.replace(NUMBER, "N") for name, (pattern, _) in RULES.items() if name not in ("budget", "signed")),
        "Signed: your name",
    ]
)
