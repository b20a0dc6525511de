"""Pictures of lesson 90. Each function draws on the axes it is given and returns the line of the figure's numbers."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from privlab.lab.style import labels
from privlab.lessons.capstone.outcomes import GRID, every_accuracy, every_choice, recorded_outcome, spent
from privlab.lessons.capstone.scenario import Choice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OPTIONS = {
    "epsilon": ("none", *(f"{epsilon:g}" for epsilon in GRID["epsilon"][1:])),
    "batch": (*map(str, GRID["batch"][:-1]), "all"),
}


@labels(
    letters_a_clinic="letters of a clinic",
    aggregation="updates are added up",
    epsilon="ε of the whole training",
    max_norm="max norm",
    clients="tablets in a round",
    batch="letters of a tablet, at most",
    public_start="public start",
    selection="tablets are called",
    released="released",
    to="released to",
)
def draw_board(
    axes: "Axes",
    letters_a_clinic: int,
    aggregation: str,
    epsilon: str,
    max_norm: float,
    clients: int,
    batch: str,
    public_start: str,
    selection: str,
    released: str,
    to: str,
) -> str:
    """What a choice comes to as recorded, in bars: what is read right, and below it what is lost; the line has the
    numbers.

    The other arguments are those of `Choice`, epsilon and batch as in `OPTIONS`, public_start "yes" or "no".
    `to` moves no bar: it says for whom the first ε counts.
    """
    choice = Choice(
        aggregation,
        GRID["epsilon"][OPTIONS["epsilon"].index(epsilon)],
        max_norm,
        clients,
        GRID["batch"][OPTIONS["batch"].index(batch)],
        public_start == "yes",
        selection,
        released,
        to,
    )
    outcome = recorded_outcome(choice, letters_a_clinic)
    bars = {
        "read right": outcome.accuracy,
        "... with a liar": outcome.attacked_accuracy,
        "the liar's backdoor": outcome.backdoor,
        "pictures by inversion": outcome.inverted,
        "by a planted layer": outcome.planted,
        "letters recognised": outcome.recognised,
        "members, at worst": outcome.members,
        "the busiest named": max(0.0, 2 * outcome.watcher - 1),
    }
    rows, values = np.arange(len(bars)), np.array(list(bars.values()))
    axes.barh(rows, values, height=0.7, color=["C0"] * 2 + ["C1"] * (len(bars) - 2))
    for row, value in zip(rows, values):
        axes.text(value + 0.015, float(row), f"{100 * value:.0f}", va="center")
    axes.set_yticks(rows, list(bars))
    axes.set_xticks([0, 0.5, 1], ["0", "50", "100 %"])
    axes.set(xlim=(0, 1.1), ylim=(len(bars) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0)
    holders = "everyone" if to == "everyone" else "the clinics"
    people, server = (_budget(spent(choice, towards)) for towards in ("everyone", "server"))
    return (
        f"reads {100 * outcome.accuracy:.0f} %, with a liar {100 * outcome.attacked_accuracy:.0f} %; "
        f"backdoor {100 * outcome.backdoor:.0f} %; pictures {100 * outcome.inverted:.0f} % and "
        f"{100 * outcome.planted:.0f} %, recognised {100 * outcome.recognised:.0f} %; "
        f"members +{100 * outcome.members:.0f} points at worst; ε {people} for {holders}"
        f"{f', at least {outcome.audited:.2f} by audit' * (choice.noise_std > 0)}, {server} for the server; "
        f"{choice.megabytes:.0f} MB, {choice.seconds:.0f} s for a tablet in every round\n"
        f"to copy: {as_typed(choice)}"
    )


def as_typed(choice: Choice) -> str:
    """A choice as one would type it: what differs from `Choice()`."""
    typed = (f"{each.name}={getattr(choice, each.name)!r}" for each in dataclasses.fields(choice)
             if getattr(choice, each.name) != each.default)  # fmt: skip
    return f"Choice({', '.join(typed)})"


@labels(letters_a_clinic="letters of a clinic", most_epsilon="ε at most", least_percent="read right at least, %")
def draw_every_choice(axes: "Axes", letters_a_clinic: int, most_epsilon: float, least_percent: int) -> str:
    """Every choice on the board, a dot each, its accuracy over its epsilon; the line counts those in the wanted corner.

    letters_a_clinic  50 or 1,000.  most_epsilon, least_percent  the corner.
    """
    epsilons, accuracies = every_accuracy(letters_a_clinic)
    percents = 100 * accuracies
    steps = sorted(set(epsilons))
    columns = np.searchsorted(steps, epsilons)
    wide = np.searchsorted(steps, most_epsilon, side="right") - 0.5
    axes.fill_between([-0.5, wide], least_percent, 100, color="C2", alpha=0.25, linewidth=0)
    across = columns + np.random.default_rng(0).uniform(-0.3, 0.3, len(columns))
    public = np.array([choice.public_start for choice in every_choice()])
    for which, marker, colour, left, name in (
        (public, ".", "C0", 0.0, "● public start"),
        (~public, "x", "C1", 0.35, "× from nothing"),
    ):
        axes.plot(across[which], percents[which], marker, color=colour, markersize=4, alpha=0.5)
        axes.text(left, 1.03, name, color=colour, transform=axes.transAxes)
    axes.text(0.7, 1.03, "■ wanted", color="C2", transform=axes.transAxes)
    axes.set_xticks(range(len(steps)), [_budget(step) for step in steps])
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100 %"])
    axes.set(xlim=(-0.5, len(steps) - 0.5), ylim=(0, 100), xlabel="ε of the training", ylabel="letters read right")
    within = int(((epsilons <= most_epsilon) & (percents >= least_percent)).sum())
    return (
        f"{len(epsilons):,} choices with {letters_a_clinic:,} letters a clinic; ε at most {most_epsilon:g} and at "
        f"least {least_percent} % read right: {within}"
    )


def _budget(epsilon):
    return "without end" if np.isinf(epsilon) else f"{epsilon:.3g}"
