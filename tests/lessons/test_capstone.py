"""Answers to the exercises of lesson 90, and what their checks must say."""

from dataclasses import asdict, replace
from fractions import Fraction

import numpy as np

from privlab.lessons.capstone.briefs import BRIEFS
from privlab.lessons.capstone.exercises import note, open_reader, share, village_reader, ward_reader
from privlab.lessons.capstone.outcomes import spent
from privlab.lessons.capstone.scenario import CLINICS, DELTA, ROUNDS, Choice
from tests.lessons.answers import recognised, right, wrong

wrong(open_reader, "⚠", "the server", "the server adds the noise", answer=Choice("plain", 3.0, 0.25, 60, 400, True))
wrong(open_reader, "⚠", "no end", "a secure sum without noise", answer=Choice("secure sum", None, 0.25, 60, 400, True))
wrong(open_reader, "✗", "75 %", "few tablets", answer=Choice("secure sum", 3.0, 0.25, 15, 5, True))
wrong(open_reader, "✗", "75 %", "no public start", answer=Choice("secure sum", 3.0, 0.25, 60, 400, False))
wrong(open_reader, "✗", "everyone gets", "kept", answer=Choice("secure sum", 3.0, 0.25, 60, 400, True, to="clinics"))
wrong(
    open_reader, "?", "the board has epsilon", "not on the board", answer=Choice("secure sum", 2.0, 0.25, 60, 400, True)
)
wrong(open_reader, "✗", "a Choice", "no choice", answer="secure sum")

OPEN = Choice("secure sum", 3.0, 0.25, 60, 400, True)
wrong(open_reader, "✗", "everyone gets", "letters are released", answer=replace(OPEN, released="letters"))
wrong(open_reader, "⚠", "ε is at most 3", "a larger budget", answer=replace(OPEN, epsilon=8.0))
wrong(open_reader, "✗", "75 %", "a smaller budget", answer=replace(OPEN, epsilon=1.0))
wrong(
    open_reader, "⚠", "recognises 100 %", "the server trusted with updates", answer=replace(OPEN, aggregation="plain")
)
wrong(open_reader, "✗", "a Choice", "the class itself", answer=Choice)
wrong(open_reader, "✗", "a Choice", "a dictionary", answer={"aggregation": "secure sum", "epsilon": 3.0})
for number, choice in enumerate(BRIEFS["open"].meeting(BRIEFS["open"].demands)):
    right(open_reader, f"a choice of the board that meets it, {number}", answer=choice)
right(open_reader, "a batch beyond the busiest tablet", answer=replace(OPEN, batch=1_000))
right(open_reader, "numbers of other types", answer=replace(OPEN, epsilon=Fraction(3), max_norm=np.float64(0.25)))

WARD = Choice("plain", 8.0, 0.25, 15, 400, True, "activity", to="clinics")
wrong(ward_reader, "✗", "lying", "called alike", answer=replace(WARD, selection="uniform", clients=3))
wrong(ward_reader, "✗", "100 MB", "all are called", answer=replace(WARD, clients=60, selection="uniform"))
wrong(ward_reader, "✗", "a Choice", "its words", answer="plain, 8.0")
wrong(ward_reader, "?", "the board has clients", "a few more tablets", answer=replace(WARD, clients=16))
wrong(ward_reader, "✗", "a Choice", "as a dictionary", answer=asdict(WARD))
wrong(ward_reader, "✗", "a Choice", "a function that gives it", answer=lambda: WARD)
right(
    ward_reader,
    "numpy's numbers",
    answer=replace(WARD, epsilon=np.float64(8), max_norm=np.float64(0.25), clients=np.int64(15), batch=np.int64(400)),
)
for number, choice in enumerate(BRIEFS["ward"].meeting(BRIEFS["ward"].demands)):
    right(ward_reader, f"a choice of the board that meets it, {number}", answer=choice)

right(village_reader, "a set", answer={"epsilon", "accuracy"})
right(village_reader, "a list", answer=["epsilon", "accuracy"])
right(village_reader, "an array", answer=np.array(["accuracy", "epsilon"]))
right(village_reader, "keys of a dictionary", answer={"accuracy": 0.55, "epsilon": 1}.keys())
right(village_reader, "a frozen set", answer=frozenset(["accuracy", "epsilon"]))
wrong(village_reader, "✗", "meets them together", "one name", answer="epsilon")
wrong(village_reader, "✗", "meets them together", "one name in a list", answer=["accuracy"])
wrong(village_reader, "✗", "even without 'server'", "one more than it takes", answer=("server", "epsilon", "accuracy"))
wrong(village_reader, "✗", "not accuracy, epsilon", "in one text", answer="accuracy, epsilon")
wrong(village_reader, "✗", "a Choice, or names of demands", "a set with a number", answer={1.0, "epsilon"})
wrong(village_reader, "✗", "a Choice, or names of demands", "bytes", answer=b"epsilon")

wrong(
    ward_reader,
    "✗",
    "lying",
    "a secure sum",
    answer=Choice("secure sum", 8.0, 0.25, 15, 400, True, "activity", to="clinics"),
)
wrong(ward_reader, "✗", "100 MB", "all tablets", answer=Choice("plain", 8.0, 0.25, 60, 400, True, to="clinics"))
wrong(
    ward_reader,
    "⚠",
    "worst case",
    "no noise",
    answer=Choice("plain", None, 0.25, 15, 400, True, "activity", to="clinics"),
)
wrong(ward_reader, "⚠", "nobody but", "to everyone", answer=Choice("plain", 8.0, 0.25, 15, 400, True, "activity"))

wrong(
    village_reader,
    "⚠",
    "no end",
    "without a budget",
    answer=Choice("secure sum", None, 0.25, 60, 400, True, to="clinics"),
)
wrong(
    village_reader, "✗", "55 %", "with the budget", answer=Choice("secure sum", 1.0, 0.25, 60, 400, True, to="clinics")
)
wrong(village_reader, "✗", "even without", "all demands", answer=tuple(BRIEFS["village"].demands))
wrong(village_reader, "✗", "meets them together", "the server is to blame", answer=("server", "epsilon"))
wrong(village_reader, "✗", "meets them together", "bytes are to blame", answer=("accuracy", "megabytes"))
wrong(village_reader, "✗", "not money", "no demand", answer=("money",))
wrong(village_reader, "✗", "name the demands", "nothing", answer=())
wrong(village_reader, "✗", "a Choice, or names of demands", "a number", answer=5)
wrong(village_reader, "✗", "a Choice, or names of demands", "a yes", answer=True)
wrong(village_reader, "✗", "a Choice, or names of demands", "a list in it", answer=("accuracy", ["epsilon"]))

wrong(share, "⚠", "audit", "for one round", edit=(", ROUNDS", ""))
wrong(share, "⚠", "clip of 4", "the clip forgotten", edit=("choice.max_norm * noise", "noise"))


@wrong(share, "⚠", "side with the server")
def sized_for_all_three(choice, honest):
    return choice.noise_std / CLINICS**0.5


@wrong(share, "⚠", "spends")
def divided_like_a_sum(choice, honest):
    return choice.noise_std / honest


@wrong(share, "✗", "more noise than")
def all_of_it_from_each(choice, honest):
    return choice.noise_std


@wrong(share, "✗", "a positive number")
def no_number(choice, honest):
    return "some"


DEVIATION = "choice.max_norm * noise_multiplier_for(choice.epsilon, DELTA, ROUNDS) / honest**0.5"
wrong(share, "⚠", "gives", "a tenth of a percent too little", edit=("honest**0.5", "honest**0.5 / 1.002"))
wrong(share, "✗", "more noise than", "a fiftieth too much", edit=("honest**0.5", "honest**0.5 * 1.02"))
wrong(share, "⚠", "spends", "one honest clinic too many", edit=("honest**0.5", "(honest + 1) ** 0.5"))
wrong(
    share, "⚠", "spends", "divided among the tablets as well", edit=("honest**0.5", "(honest * choice.clients) ** 0.5")
)
wrong(share, "⚠", "spends", "no more than a hundredth", edit=(DEVIATION, f"min(4, {DEVIATION})"))
wrong(share, "✗", "more noise than", "at least one tenth", edit=(DEVIATION, f"max(0.5, {DEVIATION})"))
wrong(share, "⚠", "spends", "a looser delta", edit=("DELTA", "100 * DELTA"))
wrong(
    share,
    "⚠",
    "spends",
    "only where the batch is large",
    edit=("honest**0.5", "honest**0.5 * min(1, choice.batch / 10)"),
)
wrong(share, "✗", "a positive number", "a list", edit=(DEVIATION, f"[{DEVIATION}] * honest"))
wrong(share, "✗", "a positive number", "no noise", edit=(DEVIATION, "0.0"))
wrong(share, "✗", "a positive number", "not a number", edit=(DEVIATION, "float('nan')"))
wrong(share, "✗", "a positive number", "infinite", edit=(DEVIATION, "float('inf')"))
right(share, "the noise of a round, divided", edit=(DEVIATION, "choice.noise_std * honest**-0.5"))
right(share, "variances add up", edit=(DEVIATION, "np.sqrt(np.array(choice.noise_std**2 / honest))"))


@right(share)
def a_tensor(choice, honest):
    import torch

    return torch.tensor(choice.noise_std) / torch.tensor(float(honest)).sqrt()


@right(share)
def searched_with_another_library(choice, honest):
    from scipy.optimize import brentq
    from scipy.stats import norm

    def delta(mu):
        return norm.cdf(mu / 2 - choice.epsilon / mu) - np.exp(choice.epsilon) * norm.cdf(-mu / 2 - choice.epsilon / mu)

    mu = brentq(lambda mu: delta(mu) - DELTA, 1e-3, 20, xtol=1e-12)
    return choice.max_norm * ROUNDS**0.5 / mu / honest**0.5


@right(share)
def from_what_dp_accounting_says(choice, honest):
    from dp_accounting import GaussianDpEvent, SelfComposedDpEvent, calibrate_dp_mechanism
    from dp_accounting.pld import PLDAccountant

    multiplier = calibrate_dp_mechanism(
        lambda: PLDAccountant(value_discretization_interval=1e-3),
        lambda noise: SelfComposedDpEvent(GaussianDpEvent(noise), ROUNDS),
        choice.epsilon,
        DELTA,
        tol=1e-3,
    )
    return choice.max_norm * multiplier / honest**0.5


wrong(
    note,
    "⚠",
    "the noise that was added",
    "the epsilon on the label",
    edit=("spent(choice, noise_std=noise_std)", "choice.epsilon"),
)
wrong(note, "⚠", "the noise that was added", "rounded in its favour", edit=("{epsilon:.2f}", "{epsilon - 0.009:.3f}"))
wrong(note, "⚠", "a tablet has many", "for a tablet", edit=("for one letter", "for one tablet"))
wrong(
    note,
    "⚠",
    "bounds every attack",
    "no letter can be recovered",
    edit=('"Signed', '"No letter can be recovered", "Signed'),
)
wrong(
    note,
    "⚠",
    "nothing proves",
    "measured is no bound",
    edit=('"Signed', 'f"Nobody gains more than {100 * outcome.members:.0f} points on who was a member", "Signed'),
)
wrong(
    note,
    "✗",
    "one of ε = 3.00 was",
    "no budget",
    edit=('(budget if noise_std else ["No budget was kept"])', '["No budget was kept"]'),
)
wrong(
    note,
    "✗",
    "two accuracies",
    "two accuracies",
    edit=('"Signed', 'f"It reads {100 * outcome.accuracy - 9:.1f} % of letters right", "Signed'),
)
wrong(
    note,
    "✗",
    "how much is read right",
    "silent about accuracy",
    edit=("It reads {100 * outcome.accuracy:.0f} % of letters right", ""),
)
wrong(
    note, "✗", "one lying tablet", "silent about liars", edit=("One lying tablet can spoil it or plant a backdoor", "")
)
wrong(note, "✗", "nobody's", "signed by nobody", edit=("R. Ader", "your name"))


@wrong(note, "✗", "epsilon inf")
def a_budget_without_noise(choice, outcome, noise_std):
    plain = choice.aggregation == "plain"
    return "\n".join(
        [
            f"It reads {100 * outcome.accuracy:.0f} % of letters right",
            f"The budget is epsilon {spent(choice, noise_std=noise_std):.2f} at delta 1e-5 for one letter",
            "The server sees every update, without noise"
            if plain
            else "Our attacks read no letter and recognised none",
            "Who wrote many letters spends the budget many times",
            "One lying tablet can spoil it or plant a backdoor",
            "Signed: R. Ader",
        ]
    )


@wrong(note, "✗", "nobody can check")
def poetry(choice, outcome, noise_std):
    return "Your letters are safe with us"


@wrong(note, "✗", "a text")
def no_text(choice, outcome, noise_std):
    return 3


SIGNED = '"Signed: R. Ader"'
for label, line, mark, fragment in (
    (
        "a promise behind the name",
        "Signed: R. Ader. No letter can be recovered. The reader is anonymous",
        "⚠",
        "behind",
    ),
    ("another sentence behind the name", "Signed: R. Ader. All is well", "⚠", "behind"),
    ("nobody's name, widely spaced", "Signed: your  name", "✗", "nobody's"),
    ("signed by nobody at all", "Signed: nobody", "✗", "nobody's"),
    ("signed with a number", "Signed: 12", "⚠", "behind"),
    ("signed with nothing", "Signed: ", "✗", "nobody can check"),
):
    wrong(note, mark, fragment, label, edit=(SIGNED, f'"{line}"'))
ACCURACY = "{100 * outcome.accuracy:.0f} %"
wrong(note, "✗", "are read right", "a point better", edit=(ACCURACY, "{100 * outcome.accuracy + 0.99:.2f} %"))
wrong(note, "✗", "are read right", "rounded to tens", edit=(ACCURACY, "{round(100 * outcome.accuracy, -1):.0f}.0 %"))
wrong(note, "✗", "are read right", "what the plan would read", edit=(ACCURACY, "80 %"))
wrong(note, "✗", "are read right", "what it reads under attack", edit=(".accuracy:.0f", ".attacked_accuracy:.0f"))
wrong(note, "⚠", "spends", "rounded down", edit=("{epsilon:.2f}", "{np.floor(epsilon):.0f}"))
wrong(note, "✗", "no more than", "a budget far too large", edit=("{epsilon:.2f}", "{2 * epsilon:.2f}"))
wrong(note, "⚠", "states ε = 3.00", "the budget of the plan", edit=("{epsilon:.2f}", "3.00"))
wrong(
    note, "⚠", "makes letters anonymous", "an anonymous reader", edit=(SIGNED, f'"The reader is anonymous", {SIGNED}')
)
wrong(
    note,
    "✗",
    "many letters",
    "silent about who wrote many",
    edit=('"Who wrote many letters spends the budget many times"', '""'),
)
wrong(
    note,
    "✗",
    "are read right",
    "what the board has",
    edit=("outcome.accuracy", "recorded_outcome(choice, 1_000).accuracy"),
)
wrong(
    note,
    "✗",
    "epsilon inf",
    "a budget of a sum without noise",
    edit=("(budget if noise_std", '(budget if noise_std or choice.aggregation != "plain"'),
)
wrong(
    note,
    "✗",
    "without noise",
    "the server is no matter once there is noise",
    edit=('choice.aggregation == "plain"', 'choice.aggregation == "plain" and not noise_std'),
)
wrong(note, "✗", "without noise", "silent about the server", edit=('choice.aggregation == "plain"', "False"))
wrong(note, "✗", "it sees sums", "the server is blamed always", edit=('choice.aggregation == "plain"', "True"))
wrong(
    note,
    "✗",
    "recognised",
    "attacks that failed",
    edit=(SIGNED, f'"Our attacks read no letter and recognised none", {SIGNED}'),
)
wrong(note, "✗", "no budget was kept", "silent about the missing budget", edit=('["No budget was kept"]', "[]"))
wrong(note, "?", "a list of lines", "a list", edit=('"\\n".join(lines)', "lines"))
right(note, "rounded up", edit=("{epsilon:.2f}", "{np.ceil(10 * epsilon) / 10:.1f}"))
right(note, "rounded to a thousandth", edit=("{epsilon:.2f}", "{epsilon:.3f}"))
right(note, "no space before the sign", edit=(ACCURACY, "{100 * outcome.accuracy:.0f}%"))
right(note, "the exact share", edit=(ACCURACY, "{100 * outcome.accuracy:.2f} %"))
right(note, "rounded down, what is measured", edit=(ACCURACY, "{int(100 * outcome.accuracy)} %"))
right(note, "with bullets and full stops", edit=('"\\n".join(lines)', '"\\n".join(f"- {line}." for line in lines)'))
right(
    note,
    "a bound that says nothing",
    edit=(SIGNED, f'"Nobody gains more than 100 points on who was a member", {SIGNED}'),
)
right(note, "a long name", edit=("R. Ader", "Prof. María José van der Berg-O'Neill"))


@right(note)
def one_text_with_all_lines(choice, outcome, noise_std):
    budget = f"""The budget is epsilon {spent(choice, noise_std=noise_std):.2f} at delta 1e-5 for one letter
    Who wrote many letters spends the budget many times"""
    return f"""
    It reads {outcome.accuracy:.0%} of letters right

    {budget if noise_std else "No budget was kept"}
    {"The server sees every update, without noise" if choice.aggregation == "plain" else ""}
    One lying tablet can spoil it or plant a backdoor
    Signed: R. Ader"""


test_answers = recognised("capstone")
