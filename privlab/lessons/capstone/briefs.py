"""Three briefs: what the clinics ask of their reader, and whether a choice meets it (lesson 90)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from privlab.lessons.capstone.outcomes import Outcome, every_choice, recorded_outcome, spent
from privlab.lessons.capstone.scenario import Choice

PRIVACY = ("server", "epsilon", "members", "watcher", "recipients")  # the others say what the reader must be able to do


@dataclass(frozen=True)
class Brief:
    """What is asked for. letters: of each clinic.  demands: from a name to (sentence, test(choice, outcome))."""

    title: str
    letters: int
    demands: dict[str, tuple[str, Callable[[Choice, Outcome], bool]]]

    def unmet(self, choice: Choice) -> list[str]:
        """The names of the demands that a choice does not meet, by the board's record.

        Raises ValueError for a choice that is not on the board.
        """
        outcome = recorded_outcome(choice, self.letters)
        return [name for name, (_, test) in self.demands.items() if not test(choice, outcome)]

    def meeting(self, names: str | Iterable[str]) -> list[Choice]:
        """The choices on the board that meet all demands of these names.

        Raises ValueError for a name that is no demand of this brief.
        """
        names = list(map(str, [names] if isinstance(names, str) else names))
        unknown = set(names) - set(self.demands)
        if unknown:
            raise ValueError(
                f"{self.title} has the demands {', '.join(self.demands)}, not {', '.join(sorted(unknown))}"
            )
        return [choice for choice, unmet in self.every_choice if not unmet & set(names)]

    @cached_property
    def every_choice(self) -> list[tuple[Choice, frozenset[str]]]:
        """The board's choices, with what is released going where this brief wants it, and the demands each misses."""
        to = "clinics" if "recipients" in self.demands else "everyone"
        choices = [replace(choice, to=to) for choice in every_choice()]
        return [(choice, frozenset(self.unmet(choice))) for choice in choices]

    def __str__(self):
        return "\n".join(
            [
                f"{self.title}: three clinics with {self.letters:,} letters each",
                *(f"  {name:<10} {sentence}" for name, (sentence, _) in self.demands.items()),
            ]
        )


def _nothing_back(choice, outcome):
    return outcome.recognised == 0  # which counts the pictures


BRIEFS = {
    "open": Brief(
        "The open reader",
        1_000,
        {
            "accuracy": ("at least 75 % of letters are read right", lambda choice, outcome: outcome.accuracy >= 0.75),
            "released": (
                "everyone gets the weights",
                lambda choice, outcome: (choice.released, choice.to) == ("weights", "everyone"),
            ),
            "epsilon": ("ε is at most 3 for whoever gets them", lambda choice, outcome: round(spent(choice), 6) <= 3),
            "server": ("the server reads no letter and recognises none", _nothing_back),
        },
    ),
    "ward": Brief(
        "The ward's reader",
        1_000,
        {
            "liar": (
                "with one lying tablet at least 70 % are read right",
                lambda choice, outcome: outcome.attacked_accuracy >= 0.70,
            ),
            "megabytes": ("at most 100 MB in all", lambda choice, outcome: choice.megabytes <= 100),
            "recipients": (
                "nobody but the clinics, who run the server, gets anything",
                lambda choice, outcome: choice.to == "clinics",
            ),
            "members": (
                "in the worst case, who has what is released gains at most 35 points on members",
                lambda choice, outcome: outcome.members <= 0.35,
            ),
        },
    ),
    "village": Brief(
        "The village reader",
        50,
        {
            "accuracy": ("at least 55 % of letters are read right", lambda choice, outcome: outcome.accuracy >= 0.55),
            "recipients": ("nobody but the clinics gets the reader", lambda choice, outcome: choice.to == "clinics"),
            "epsilon": ("ε is at most 1", lambda choice, outcome: round(spent(choice), 6) <= 1),
            "server": ("the server reads no letter and recognises none", _nothing_back),
            "megabytes": ("at most 600 MB in all", lambda choice, outcome: choice.megabytes <= 600),
        },
    ),
}
