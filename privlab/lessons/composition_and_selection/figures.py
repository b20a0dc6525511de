"""The figures of lesson 23: what many releases lose, a budget that runs out, choices, lists, noise that remains.

Each draws on given axes and returns its line of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.dp.composition import all_rules
from privlab.dp.distributed_noise import discrete_laplace, epsilon_left, remaining_noise
from privlab.dp.exponential import probabilities, randomized_list, shortfall, truest_list
from privlab.dp.pld import laplace as laplace_loss
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Curves = dict[float, dict[str, list[float]]]  # by the epsilon of a release, by the rule: epsilons of several releases


@labels(epsilon="ε of each release")
def draw_total_loss(axes: Axes, *, releases: int, epsilon: float, delta: float) -> str:
    """Draws how the total loss of `releases` Laplace releases is distributed, and its bounds.

    epsilon : of each release.  delta : at which the exact epsilon holds.
    """
    total = laplace_loss(epsilon, spacing=epsilon / 50).compose(releases)
    most, exact = releases * epsilon, total.epsilon(delta)
    edges = np.linspace(-1.02 * most, 1.02 * most, 121)
    shares = np.histogram(total.losses, edges, weights=total.probabilities)[0]
    axes.stairs(100 * shares, edges, fill=True, color="C4", alpha=0.6)
    axes.axvline(most, color="C1", linestyle="--")
    axes.axvline(exact, color="C0", linestyle="-")
    axes.set(
        xlabel="total privacy loss",
        ylabel="% of runs",
        xlim=(-1.05 * most, 1.05 * most),
        ylim=(0, 110 * shares.max()),
        title="solid: exact ε; dashed: sum of all ε",
    )
    mean = float(np.dot(total.probabilities, total.losses))
    return (
        f"{releases} releases of ε = {epsilon:.2f}: the total loss is {mean:.2f} on average, at most {most:.2f};\n"
        f"exactly, they are together private with ε = {exact:.2f} at δ = {delta:g}"
    )


def curves_of_rules(epsilons: Iterable[float], grid: Integers, delta: float) -> Curves:
    """What several Laplace releases cost together by every rule at `delta`.

    epsilons : of each release.  grid : numbers of releases.
    """
    curves = {}
    for epsilon in epsilons:
        costs = [all_rules(epsilon, int(releases), delta) for releases in grid]
        curves[epsilon] = {rule: [cost[rule] for cost in costs] for rule in costs[0]}
    return curves


@labels(epsilon="ε of each release")
def draw_rules(axes: Axes, *, releases: int, epsilon: float, delta: float, grid: Integers, curves: Curves) -> str:
    """Draws what up to `releases` Laplace releases cost together by each rule.

    epsilon : of each release.  grid, curves : numbers of releases, and what `curves_of_rules` says of them at `delta`.
    """
    lines = ("--", ":", "-.", (0, (1, 1)), "-")
    for index, (rule, costs_by_rule) in enumerate(curves[epsilon].items()):
        axes.plot(grid, costs_by_rule, color=f"C{index}", linestyle=lines[index], label=rule)
    axes.set(xlim=(0, releases), xlabel="releases", ylabel="ε of all together", ylim=(0, 1.05 * epsilon * releases))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    costs = all_rules(epsilon, releases, delta)
    return (
        f"{releases:,} releases of ε = {epsilon}, δ = {delta:g}: basic {costs['basic']:.2f}, "
        f"advanced {costs['advanced']:.2f},\nzero-concentrated {costs['zero-concentrated']:.2f}, "
        f"Rényi {costs['Rényi']:.2f}, exact {costs['exact']:.2f}"
    )


@labels(budget="budget, ε in all")
def draw_differencing(axes: Axes, *, budget: float, epsilon: float, differences: Floats) -> str:
    """Draws what an attacker's averages say of Lena when the budget allows `budget` in all.

    epsilon : of each question; a pair of them costs twice as much.
    differences : [runs, pairs], of two Laplace numbers of scale 1 each.
    """
    pairs = int(budget / (2 * epsilon) + 1e-9)
    errors = differences[:, :pairs].mean(axis=1) / epsilon
    edges = np.linspace(-4.5, 5.5, 81)
    for nap, colour, line, label in ((0, "C0", "-", "no nap"), (1, "C1", "--", "a nap")):
        shares = np.histogram(nap + errors, edges)[0] / len(errors)
        axes.stairs(100 * shares, edges, color=colour, linestyle=line, linewidth=2.5, label=label)
    axes.set(
        xlabel="average difference of the two counts",
        ylabel="% of attacks",
        xlim=(-4.5, 5.5),
        ylim=(0, 1.3 * axes.dataLim.y1),
    )
    axes.legend(loc="upper left", title="Lena took")
    right = (np.mean(errors < 0.5) + np.mean(errors > -0.5)) / 2
    through = "1 pair" if pairs == 1 else f"{pairs} pairs"
    return (
        f"a budget of {budget:g} lets {through} of questions through: the attacker is right in {right:.0%};\n"
        f"a budget of {budget:g} allows no attack to be right in more than {1 / (1 + np.exp(-budget)):.1%}"
    )


@labels(people="voters")
def draw_choice(axes: Axes, *, epsilon: float, people: int, shares: Sequence[float], names: Sequence[str]) -> str:
    """Draws the probability of each option, with the number of people who approve of it.

    shares : [options], the share of `people` who approve.
    """
    approvals = np.round(np.asarray(shares) * people).astype(int)
    chosen = probabilities(approvals, epsilon)
    options = np.arange(len(names))
    axes.bar(options, 100 * chosen, 0.6, color="C0")
    for option, probability in enumerate(chosen):
        axes.text(option, 100 * probability + 2, f"{probability:.0%}", ha="center")
    axes.set(
        xticks=options,
        xticklabels=[f"{name}\n{approval}" for name, approval in zip(names, approvals)],
        ylim=(0, 115),
        ylabel="chance, %",
    )
    within = shortfall(len(names), epsilon, doubt=0.05)
    return (
        f"ε = {epsilon:.2f}, {people} people: {names[int(np.argmax(chosen))]} has a chance of {chosen.max():.0%}; "
        f"in 95% of the draws\nthe chosen one is within {within:.1f} approvals of the best"
    )


def draw_intersection(axes: Axes, *, epsilon: float, common: int, others: int) -> str:
    """Draws how complete and how true a private list of `common` names among `others` can be."""
    grid = np.linspace(0.1, 12, 60)
    truth = 1 / (1 + np.exp(-grid))
    axes.plot(grid, 100 * truth, color="C0", linestyle="-")
    true = [100 * truest_list(common=common, others=others, epsilon=at) for at in grid]
    axes.plot(grid, true, color="C1", linestyle="--")
    axes.axvline(epsilon, color="C7", linestyle=":")
    axes.text(11.9, 104, "of those in common: named", color="C0", ha="right")
    axes.text(2.9, 42, "of the names listed: true", color="C1")
    axes.set(xlabel="ε", ylabel="%", xlim=(0, 12), ylim=(0, 115))
    named, false = randomized_list(common=common, others=others, epsilon=epsilon)
    return (
        f"ε = {epsilon:.1f}: the list names {named:,.0f} of the {common:,} in common and {false:,.0f} others, so that "
        f"{truest_list(common=common, others=others, epsilon=epsilon):.0%} of it is true"
    )


@labels(honest="parties that add noise", coalition="parties in the coalition")
def draw_remaining(axes: Axes, *, honest: int, coalition: int, epsilon: float, parties: int) -> str:
    """Draws the noise that remains when a coalition subtracts its own, beside what ε needs.

    honest : for how many honest parties of all `parties` the noise is sized.  coalition : how many subtract theirs.
    """
    reach, remaining = 6, parties - coalition
    left = remaining_noise(epsilon, honest=honest, remaining=remaining, reach=reach)
    edges = np.arange(-reach, reach + 2) - 0.5
    axes.stairs(
        100 * discrete_laplace(epsilon, reach),
        edges,
        fill=True,
        color="C4",
        alpha=0.5,
        label=f"needed for ε = {epsilon:g}",
    )
    axes.stairs(100 * left, edges, color="C1", linewidth=2.5, linestyle="--", label="remains")
    axes.set(xlabel="noise", ylabel="chance, %", ylim=(0, 105), xlim=(-reach - 0.5, reach + 0.5))
    axes.legend(loc="upper right")
    return (
        f"{parties} parties, noise sized for {honest} honest ones; a coalition of {coalition} subtracts its own:\n"
        f"what remains gives ε = {epsilon_left(epsilon, honest=honest, remaining=remaining):.2f}"
    )
