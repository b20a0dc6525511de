"""Wrong answers to the exercises of lesson 90, and what their checks must say."""

from privlab.lessons.capstone.briefs import BRIEFS
from privlab.lessons.capstone.exercises import note, open_reader, share, village_reader, ward_reader
from privlab.lessons.capstone.outcomes import spent
from privlab.lessons.capstone.scenario import CLINICS, Choice
from tests.lessons.answers import recognised, wrong

wrong(open_reader, "⚠", "the server", "the server adds the noise", answer=Choice("plain", 3.0, 0.25, 60, 400, True))
wrong(open_reader, "⚠", "no end", "a secure sum without noise", answer=Choice("secure sum", None, 0.25, 60, 400, True))
wrong(open_reader, "✗", "75 %", "few tablets", answer=Choice("secure sum", 3.0, 0.25, 15, 5, True))
wrong(open_reader, "✗", "75 %", "no public start", answer=Choice("secure sum", 3.0, 0.25, 60, 400, False))
wrong(open_reader, "✗", "everyone gets", "kept", answer=Choice("secure sum", 3.0, 0.25, 60, 400, True, to="clinics"))
wrong(
    open_reader, "?", "the board has epsilon", "not on the board", answer=Choice("secure sum", 2.0, 0.25, 60, 400, True)
)
wrong(open_reader, "✗", "a Choice", "no choice", answer="secure sum")

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
    edit=('"Signed', 'f"It reads {100 * outcome.accuracy - 0.9:.1f} % of letters right", "Signed'),
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


test_wrong_answers = recognised("capstone")
