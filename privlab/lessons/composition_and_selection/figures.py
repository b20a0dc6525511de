"""The figures of lesson 23: what many releases lose, a budget that runs out, choices, lists, noise that remains."""

import numpy as np

from privlab.dp import composition, exponential, pld
from privlab.dp.distributed_noise import discrete_laplace, epsilon_left, remaining


def draw_total_loss(axes, releases, epsilon, delta):
    """The line of numbers; draws how the total loss of `releases` Laplace releases is distributed, and its bounds.

    epsilon : of each release. delta : at which the exact epsilon holds.
    """
    total = pld.laplace(epsilon, epsilon / 50).compose(releases)
    most, exact = releases * epsilon, total.epsilon(delta)
    edges = np.linspace(-1.02 * most, 1.02 * most, 121)
    chances = np.histogram(total.losses, edges, weights=total.chances)[0]
    axes.stairs(100 * chances, edges, fill=True, color="C4", alpha=0.6)
    top = 130 * chances.max()
    for place, label, colour, line, height in (
        (most, "sum of all ε", "C1", "--", 0.97),
        (exact, "exact ε", "C0", "-", 0.8),
    ):
        axes.axvline(place, color=colour, linestyle=line)
        axes.text(place - 0.015 * most, height * top, label, color=colour, ha="right", va="top")
    axes.set(xlabel="total privacy loss", ylabel="% of runs", xlim=(-1.05 * most, 1.05 * most), ylim=(0, top))
    mean = float(np.dot(total.chances, total.losses))
    return (
        f"{releases} releases of ε = {epsilon:.2f}: the total loss is {mean:.2f} on average, at most {most:.2f};\n"
        f"exactly, they are together private with ε = {exact:.2f} at δ = {delta:g}"
    )


def draw_rules(axes, releases, epsilon, delta, grid, curves):
    """The line of numbers; draws what up to `releases` Laplace releases cost together by each rule.

    epsilon : of each release. grid : int [n], numbers of releases.
    curves : from an epsilon to a dict from a rule's name to its epsilons [n] at `delta`.
    """
    for place, (name, costs) in enumerate(curves[epsilon].items()):
        axes.plot(grid, costs, color=f"C{place}", linestyle=("--", ":", "-.", (0, (1, 1)), "-")[place], label=name)
    axes.set(xlim=(0, releases), xlabel="releases", ylabel="ε of all together", ylim=(0, 1.05 * epsilon * releases))
    axes.legend(loc="upper left")
    costs = composition.all_rules(epsilon, releases, delta)
    return (
        f"{releases} releases of ε = {epsilon}, δ = {delta:g}: basic {costs['basic']:.2f}, "
        f"advanced {costs['advanced']:.2f},\nzero-concentrated {costs['zero-concentrated']:.2f}, "
        f"Rényi {costs['Rényi']:.2f}, exact {costs['exact']:.2f}"
    )


def draw_differencing(axes, budget, epsilon, noise):
    """The line of numbers; draws what an attacker's averages say of Lena when the budget allows `budget` in all.

    epsilon : of each question; a pair of them costs twice as much.
    noise : float [runs, pairs], differences of two unit Laplace numbers.
    """
    pairs = int(budget / (2 * epsilon) + 1e-9)
    errors = noise[:, :pairs].mean(axis=1) / epsilon
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
    return (
        f"a budget of {budget:g} lets {pairs} pairs of questions through: the attacker is right in {right:.0%};\n"
        f"a budget of {budget:g} allows no attack to be right in more than {1 / (1 + np.exp(-budget)):.1%}"
    )


def draw_choice(axes, epsilon, people, shares, names):
    """The line of numbers; draws the chance of each option, with the number of people who approve of it.

    shares : [options], the share of `people` who approve.
    """
    approvals = np.round(np.asarray(shares) * people).astype(int)
    chances = exponential.probabilities(approvals, epsilon)
    places = np.arange(len(names))
    axes.bar(places, 100 * chances, 0.6, color="C0")
    for place, chance in zip(places, chances):
        axes.text(place, 100 * chance + 2, f"{chance:.0%}", ha="center")
    axes.set(
        xticks=places,
        xticklabels=[f"{name}\n{each}" for name, each in zip(names, approvals)],
        ylim=(0, 115),
        ylabel="chance, %",
    )
    within = exponential.shortfall(len(names), epsilon, 0.05)
    return (
        f"ε = {epsilon:.2f}, {people} people: {names[int(np.argmax(chances))]} has a chance of {chances.max():.0%}; "
        f"in 95% of the draws\nthe chosen one is within {within:.1f} approvals of the best"
    )


def draw_intersection(axes, epsilon, common, others):
    """The line of numbers; draws how complete and how true a private list of `common` names among `others` can be."""
    grid = np.linspace(0.1, 12, 60)
    truth = 1 / (1 + np.exp(-grid))
    axes.plot(grid, 100 * truth, color="C0", linestyle="-")
    axes.plot(grid, 100 * exponential.truest_list(1, common, others * np.exp(1 - grid)), color="C1", linestyle="--")
    axes.axvline(epsilon, color="C7", linestyle=":")
    axes.text(11.9, 104, "of those in common: named", color="C0", ha="right")
    axes.text(6.4, 42, "of the names listed: true", color="C1")
    axes.set(xlabel="ε", ylabel="%", xlim=(0, 12), ylim=(0, 115))
    named, false = exponential.randomized_list(epsilon, common, others)
    return (
        f"ε = {epsilon:.1f}: the list names {named:,.0f} of the {common:,} in common and {false:,.0f} others, so that "
        f"{exponential.truest_list(epsilon, common, others):.0%} of it is true"
    )


def draw_remaining(axes, honest, coalition, epsilon, parties):
    """The line of numbers; draws the noise that remains when a coalition subtracts its own, beside what ε needs.

    honest : for how many honest parties of all `parties` the noise is sized. coalition : how many subtract theirs.
    """
    reach = 6
    left = remaining(epsilon, honest, parties - coalition, reach)
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
        f"what remains gives ε = {epsilon_left(epsilon, honest, parties - coalition):.2f}"
    )
