"""The figures of the randomized poll. Each draws on given axes and returns its line of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Integers
from privlab.dp.randomized_response import (
    central_standard_error,
    estimate_share,
    posterior,
    standard_error,
    truth_probability,
)
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 50  # people in a row of the poll


@labels(answered="people who have answered")
def draw_poll(axes: NDArray[Any], *, answered: int, answers: Integers, truths: Integers, epsilon: float) -> str:
    """Draws who has answered what (left) and the estimate after each answer (right).

    answered : how many have answered so far, at least 2.  answers, truths : [people] of 0 and 1, people a multiple of
    50.
    """
    people, so_far, truth = len(answers), np.array(answers[:answered]), np.mean(truths)
    shades = np.full(people, 0.75)
    shades[:answered] = np.where(so_far == 1, 0.3, 1)
    left, right = axes
    left.imshow(shades.reshape(-1, SIDE), vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    left.set(
        xticks=[],
        yticks=[],
        title=f"{answered:,} answers: dark is yes",
        xlabel="one square, one person; grey has not answered",
    )
    counts = np.arange(1, answered + 1)
    keep = truth_probability(epsilon)
    running = (np.cumsum(so_far) / counts - (1 - keep)) / (2 * keep - 1)
    error = standard_error(np.arange(10, people + 1), epsilon)
    for sign in (-2, 2):
        right.plot(np.arange(10, people + 1), truth + sign * error, color="C7", linestyle=":", linewidth=1.5)
    right.axhline(truth, color="C0", linestyle="--", linewidth=2)
    right.plot(counts, running, color="C1", linestyle="-")
    right.set(
        xscale="log",
        xlim=(2, people * 1.1),
        ylim=(-0.2, 1.4),
        xlabel="answers so far",
        title="estimate of the share of yes",
        xticks=[10, 100, 1000],
        xticklabels=["10", "100", "1,000"],
        yticks=[0, 0.5, 1],
        yticklabels=["0 %", "50 %", "100 %"],
    )
    right.minorticks_off()
    right.text(people, 1.24, "dotted: truth ± 2 standard errors", ha="right", color="0.35")
    right.text(people, truth - 0.16, f"truth {truth:.0%}", ha="right", color="C0")
    estimate = estimate_share(so_far, epsilon)
    return (
        f"{answered:,} answers, {so_far.sum():,} of them yes: estimate {estimate:.1%} "
        f"± {2 * standard_error(answered, epsilon):.1%}, truth {truth:.0%}"
    )


@labels(truth_percent="first coin says the truth, %", prior_percent="believed before, %")
def draw_belief(axes: Axes, *, truth_percent: float, prior_percent: float) -> str:
    """Draws what somebody believes after a yes and after a no, against what they believed before.

    truth_percent : how often the first coin says "the truth"; the second is fair.
    prior_percent : the belief before that the truth is yes.
    """
    epsilon = np.log((100 + truth_percent) / (100 - truth_percent))
    before = np.linspace(0, 1, 101)
    for yes, colour, line, name in ((1, "C1", "-", "after a yes"), (0, "C0", "--", "after a no")):
        after = posterior(before, epsilon=epsilon, yes=yes, no=1 - yes)
        axes.plot(100 * before, 100 * after, color=colour, linestyle=line, label=name)
    axes.plot([0, 100], [0, 100], color="C7", linestyle=":", linewidth=1.5, label="no answer heard")
    after_yes, after_no = (
        100 * float(posterior(prior_percent / 100, epsilon=epsilon, yes=yes, no=1 - yes)) for yes in (1, 0)
    )
    axes.scatter(
        [prior_percent, prior_percent],
        [after_yes, after_no],
        s=60,
        marker="o",
        color=["C1", "C0"],
        zorder=3,
        clip_on=False,
    )
    axes.set(xlim=(0, 100), ylim=(0, 102), xlabel="belief before that the truth is yes, %", ylabel="belief after, %")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"the truth on {truth_percent} % of first coins: ε = {epsilon:.2f}, "
        f"odds move by a factor of at most {np.exp(epsilon):.2f}\n"
        f"believed {prior_percent} % before; after a yes {after_yes:.1f} %, after a no {after_no:.1f} %"
    )


def draw_errors(axes: Axes, *, epsilon: float, people: int) -> str:
    """Draws the standard error of the share against the number of people, for two ways to add noise."""
    counts = np.geomspace(100, 1_000_000, 41)
    local, central = standard_error(counts, epsilon), central_standard_error(counts, epsilon)
    sampling = np.sqrt(0.25 / counts)
    for values, colour, line, name in (
        (local, "C1", "-", "each adds noise"),
        (central, "C0", "--", "noise on the count"),
        (sampling, "C7", ":", "sampling alone"),
    ):
        axes.plot(counts, 100 * values, color=colour, linestyle=line, label=name)
    here = 100 * standard_error(people, epsilon), 100 * central_standard_error(people, epsilon)
    axes.scatter([people, people], here, s=60, color=["C1", "C0"], zorder=3, clip_on=False)
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(100, 1e6),
        ylim=(1e-4, 300),
        xlabel="people asked",
        ylabel="standard error, percentage points",
        yticks=[1e-4, 1e-2, 1, 100],
        yticklabels=["0.0001", "0.01", "1", "100"],
        xticks=[100, 10_000, 1_000_000],
        xticklabels=["100", "10,000", "1,000,000"],
    )
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"ε = {epsilon:.1f}, {people:,} people: a standard error of {here[0]:.3g} points when each adds noise,\n"
        f"of {here[1]:.3g} when only the count gets it, {here[0] / here[1]:,.0f} times less"
    )


def draw_days(axes: Axes, *, epsilon: float, months: dict[str, Integers]) -> str:
    """Draws an employer's belief that the truth is yes after each day's answer, from 50 % at first.

    months : two respondents' answers day by day, [days] of 0 and 1, under their names.
    """
    days = 0
    for index, (name, answers) in enumerate(months.items()):
        days, yes = len(answers), np.concatenate([[0], np.cumsum(answers)])
        belief = posterior(0.5, epsilon=epsilon, yes=yes, no=np.arange(days + 1) - yes)
        axes.plot(np.arange(days + 1), 100 * belief, color=f"C{1 - index}", linestyle=("-", "--")[index], label=name)
    low, high = (100 * float(posterior(0.5, epsilon=epsilon, yes=yes, no=1 - yes)) for yes in (0, 1))
    axes.axhspan(low, high, color="C7", alpha=0.2, linewidth=0)
    axes.text(days, 50, "what one answer allows", ha="right", va="center", color="0.3")
    axes.set(xlim=(0, days), ylim=(-2, 102), xlabel="days asked", ylabel="belief in a yes, %")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    margins = {name: 2 * sum(answers) - len(answers) for name, answers in months.items()}
    return "\n".join(
        f"{name}: {sum(answers)} yes in {len(answers)} days, "
        f"odds {np.exp(epsilon * abs(margins[name])):,.0f} to 1 for {'yes' if margins[name] > 0 else 'no'}"
        for name, answers in months.items()
    )
