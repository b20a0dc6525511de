"""Pictures of lesson 41. Each function draws on the axes it is given and returns the line of the figure's numbers.

What was measured on trained models differs a little from machine to machine: it stands in the picture, and in the line
only in tens of per cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Booleans, Floats, Letters
from privlab.lab.benchmark_figures import recorded_value
from privlab.lab.style import labels
from privlab.ml.membership.metrics import interval, precision, rates, recall_bound
from privlab.ml.membership.one_run_audit import Leakage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Panels = NDArray[np.object_]  # `Axes`, one beside the other

NAMES = {"lira": "shadow models"}
STYLES = {"C0": "-", "C1": "--", "C2": "-.", "C3": ":", "C5": (0, (4, 1, 1, 1, 1, 1))}


@labels(threshold="threshold, margin", prior="prior, %")
def draw_margins(axes: Panels, scores: Floats, members: Booleans, threshold: float, prior: float) -> str:
    """How sure the model is of members and of others (left), and what becomes of those above the threshold (right).

    axes : 2. scores, members : [n]. prior : per cent of members among the asked.
    """
    left, right = axes
    low, high = np.quantile(scores, [0.005, 0.995])
    bins = np.linspace(min(low, -1), high, 40)
    for chosen, colour, name in ((~members, "C0", "others"), (members, "C1", "members")):
        counts, _ = np.histogram(scores[chosen], bins)
        left.stairs(counts, bins, color=colour, linewidth=2.5, linestyle=STYLES[colour], label=name)
    left.axvline(threshold, color="C7", linewidth=2)
    left.set(xlabel="margin: how sure of the letter", ylabel="letters", xlim=(bins[0], bins[-1]))
    left.legend(loc="upper left")
    left.set_title("flagged: right of the line")
    true, false = ((scores[chosen] >= threshold).mean() for chosen in (members, ~members))
    return f"threshold {threshold:g}, prior {prior} %: {_priors(right, true, false, prior)}"


@labels(members="members of the clinic", threshold="threshold, log ratio", prior="prior, %")
def draw_sizes(
    axes: Panels,
    ratios: Mapping[int, Floats],
    truths: Mapping[int, Booleans],
    members: int,
    threshold: float,
    prior: float,
) -> str:
    """Likelihood ratios of members and others (left), and the precision of flagging above the threshold (right).

    axes : 2. ratios, truths : by the number of members; two of a number have one shape.
    members : one of those numbers. prior : per cent of members among the asked.
    """
    left, right = axes
    scores, inside = np.ravel(ratios[members]), np.ravel(truths[members])
    _ratios(left, scores, inside, threshold)
    left.set_ylim(0, 42)
    left.set_title("flagged: right of the line")
    true, false = ((scores[chosen] >= threshold).mean() for chosen in (inside, ~inside))
    return (
        f"{members} members, threshold {threshold:g}, prior {prior} %: "
        f"{_priors(right, true, false, prior)}; {_tens(true)} of all members are flagged"
    )


def draw_accused(axes: Axes, ratios: Floats, members: Booleans, accused: Booleans) -> str:
    """Likelihood ratios of members and others, those accused right of a line; its title has the counts, the interval.

    ratios, members, accused : [n], at least one accused.
    """
    right, all_of_them = int(members[accused].sum()), int(accused.sum())
    low, high = interval(right, all_of_them)
    _ratios(axes, ratios, members, ratios[accused].min())
    axes.set_title(
        f"{all_of_them} accused, {right} of them members; precision, 95 % interval: "
        f"{100 * low:.0f} to {100 * high:.0f} %",
        fontsize=12,
    )
    return f"accused are those right of the line: {_tens(right / all_of_them)} of them are members"


def draw_shadows(
    axes: Panels, letters: Letters, titles: Sequence[str], shadows: Floats, members: Booleans, own: Floats
) -> str:
    """Each letter's scores from shadow models, inside and outside, and the target's; the line counts the models.

    axes, letters, titles : k of each. shadows, members : [models, k]. own : [k], the target's scores.
    """
    for index, panel in enumerate(axes):
        inside, scores = members[:, index], shadows[:, index]
        for row, chosen, colour, name in ((1, inside, "C1", "inside"), (0, ~inside, "C0", "outside")):
            panel.plot(scores[chosen], np.full(chosen.sum(), row), "o", color=colour, markersize=7, alpha=0.6)
            panel.text(0.02, (row + 0.72) / 2.5, name, color=colour, transform=panel.transAxes)
        panel.axvline(own[index], color="C7", linestyle="--", linewidth=2)
        panel.set(xlabel="log odds of the letter", ylim=(-0.5, 2.0), yticks=[], title=titles[index])
        inset = panel.inset_axes([0.78, 0.76, 0.22, 0.24])
        inset.imshow(letters[index], cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        inset.set_axis_off()
    return "; ".join(
        f"{title}: {inside.sum()} shadow models inside, {(~inside).sum()} outside; the dashed line is the target"
        for title, inside in zip(titles, members.T)
    )


def draw_rates(axes: Axes, curves: Mapping[str, tuple[Floats, Booleans]]) -> str:
    """True positives against false positives on two logarithmic axes, a curve for each attack; the line names them.

    curves : scores and members, of one shape, by the attack's name.
    """
    _rates(axes, curves)
    return "curves: " + ", ".join(curves)


SHADOWS = (2, 4, 8, 16, 32)  # numbers of shadow models, as benchmarks.membership records them


def draw_shadow_numbers(axes: Panels) -> str:
    """Members found at 1 % false positives (left) and the precision of accusing (right), as recorded for each number of
    shadow models; the line gives the first.

    axes : 2.
    """
    left, right = axes
    found = {
        name: [100 * recorded_value(f"membership_{name}_at_1_shadows_{number}") for number in SHADOWS]
        for name in ("lira", "offline")
    }
    for shares, colour, title in zip(found.values(), ("C3", "C2"), ("shadow models", "offline")):
        left.plot(SHADOWS, shares, color=colour, linestyle=STYLES[colour], marker="o", label=title)
    left.set(ylabel="members found at 1 %, %", ylim=(0, 60))
    left.legend(loc="lower right")
    precisions = [100 * recorded_value(f"membership_precision_shadows_{number}") for number in SHADOWS[1:]]
    right.plot(SHADOWS[1:], precisions, color="C3", marker="o")
    right.set(ylabel="precision of the accusation, %", ylim=(80, 100))
    for panel in axes:
        panel.set(xscale="log", xlabel="shadow models", xticks=SHADOWS, xticklabels=map(str, SHADOWS))
        panel.minorticks_off()
    return "; ".join(
        f"{number} shadow models: {full:.0f} % found, offline {part:.0f} %"
        for number, full, part in zip(SHADOWS, *found.values())
    )


@labels(epsilon="ε proved")
def draw_leakage(
    axes: Panels,
    leakages: Mapping[float | None, Leakage],
    curves: Mapping[float | None, Mapping[str, Floats]],
    members: Booleans,
    epsilon: str,
    delta: float,
) -> str:
    """Attacks on models of one budget beneath their bound (left), and leakage shown against leakage proved (right).

    axes : 2. leakages, curves : by epsilon, None without noise; of the curves an attack's scores by its name.
    members : of the shape of those scores. epsilon : one of the keys in words, "none" for None.
    """
    left, right = axes
    chosen = None if epsilon == "none" else float(epsilon)
    leakage = leakages[chosen]
    _rates(
        left,
        {NAMES.get(name, name): (scores, members) for name, scores in curves[chosen].items()},
        None if chosen is None else (chosen, delta),
    )
    proved = [budget for budget in leakages if budget is not None]
    right.plot([0, 8.5], [0, 8.5], color="C7", linestyle=":", label="proved: no more")
    right.plot(
        proved, [leakages[budget].epsilon_lower for budget in proved], "o-", color="C1", label="shown by the attack"
    )
    right.axhline(leakages[None].epsilon_lower, color="C2", linestyle="--", linewidth=2)
    right.text(0.1, leakages[None].epsilon_lower + 0.15, "shown without noise", color="C2")
    if chosen is not None:
        right.plot([chosen], [leakage.epsilon_lower], "o", color="C1", markersize=13, fillstyle="none")
    right.set(xlim=(0, 8.5), ylim=(0, 8.5), xlabel="ε proved", ylabel="ε shown")
    right.legend(loc="upper left")
    if chosen is None:
        share = _tens(leakage.right / leakage.guesses)
        return f"no noise, nothing is proved; of {leakage.guesses:,} guesses {share} are right"
    side = "below" if leakage.epsilon_lower < chosen else "NOT below"
    return f"ε = {chosen:g} is proved; what the attack shows is {side} it"


def _priors(panel, true, false, prior):
    """Draws precision against the prior with a dot at `prior`; returns in tens of per cent how many flagged are
    members.
    """
    flagged = dict(true_positive_rate=true, false_positive_rate=false)
    share = np.geomspace(0.001, 0.9, 60)
    panel.plot(100 * share, 100 * precision(**flagged, prior=share), color="C2")
    panel.plot([0.1, 90], [97, 97], color="C7", linestyle=":", linewidth=1.5)
    panel.text(0.11, 90, "97 %", color="0.35", va="top")
    here = float(precision(**flagged, prior=prior / 100))
    panel.plot([prior], [100 * here], "o", color="C2", markersize=10)
    panel.set(
        xscale="log",
        xlim=(0.1, 90),
        ylim=(0, 103),
        xlabel="prior: members among the asked, %",
        ylabel="precision, %",
        xticks=[0.1, 1, 10, 50],
        xticklabels=["0.1", "1", "10", "50"],
    )
    panel.minorticks_off()
    panel.set_title(f"precision {100 * here:.0f} %" if here == here else "nobody is flagged")
    return "nobody is flagged" if here != here else f"{_tens(here)} of those flagged are members"


def _ratios(panel, scores, members, threshold):
    """Draws two histograms of likelihood ratios, of members and others, and a line at the threshold."""
    bins = np.linspace(-20, 20, 41)
    for chosen, colour, name in ((~members, "C0", "others"), (members, "C1", "members")):
        counts, _ = np.histogram(np.clip(scores[chosen], -20, 20), bins)
        panel.stairs(
            100 * counts / chosen.sum(), bins, color=colour, linewidth=2.5, linestyle=STYLES[colour], label=name
        )
    panel.axvline(threshold, color="C7", linewidth=2)
    panel.set(xlabel="ln of the likelihood ratio", ylabel="share, %", xlim=(-20, 20))
    panel.legend(loc="upper left", bbox_to_anchor=(0.06, 1))


def _rates(panel, curves, bound=None):
    grid = np.geomspace(1e-3, 1, 200)
    panel.plot(grid, grid, color="C7", linestyle=":", linewidth=1.5, label="a coin")
    for (name, (scores, members)), colour in zip(curves.items(), STYLES):
        false, true = rates(scores, members)
        panel.plot(grid, np.interp(grid, false, true), color=colour, linestyle=STYLES[colour], label=name)
    if bound is not None:
        panel.plot(grid, recall_bound(grid, *bound), color="C5", linestyle=STYLES["C5"], label="the most allowed")
    panel.set(
        xscale="log",
        yscale="log",
        xlim=(1e-3, 1),
        ylim=(1e-3, 1.1),
        xlabel="false-positive rate",
        ylabel="true-positive rate",
        xticks=[0.001, 0.01, 0.1, 1],
        xticklabels=["0.1 %", "1 %", "10 %", "100 %"],
        yticks=[0.001, 0.01, 0.1, 1],
        yticklabels=["0.1 %", "1 %", "10 %", "100 %"],
    )
    panel.minorticks_off()
    panel.set_title("")
    panel.legend(loc="lower right")


def _tens(share):
    """A share in words, ten per cent wide, so that it is the same on every machine: "20 to 30 %"."""
    low = min(int(10 * share), 9)
    return f"{10 * low} to {10 * low + 10} %"
