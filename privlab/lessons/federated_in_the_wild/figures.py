"""The pictures of lesson 54: who has letters, who is asked, who differs, who lies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers, Labels, Rows
from privlab.dp.gaussian import noise_multiplier_for
from privlab.fl.simulation.algorithms import Course
from privlab.fl.simulation.byzantine import Outcome
from privlab.fl.simulation.client_selection import calls, selection_probabilities, watcher_score
from privlab.fl.simulation.population import deal, divergence
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_shares(axes: "Axes", sizes: Integers) -> str:
    """The share of all letters that the lightest devices hold together (a Lorenz curve)."""
    held = np.concatenate([[0], np.cumsum(np.sort(sizes))]) / np.sum(sizes)
    part = np.linspace(0, 100, len(held))
    axes.plot(part, 100 * held)
    axes.plot([0, 100], [0, 100], "C7--")
    axes.text(45, 52, "all alike", color="C7", rotation=38)
    axes.set(
        xlabel="devices, from few letters to many (%)", ylabel="letters they hold (%)", xlim=(0, 100), ylim=(0, 100)
    )
    top = 1 - held[-11]
    return (
        f"{len(sizes)} devices, {np.sum(sizes):,} letters: the largest has {np.max(sizes):,}, half have at most "
        f"{int(np.median(sizes))}; ten devices hold {100 * top:.0f} % of all"
    )


@labels(epsilon="ε of a device", devices="devices")
def draw_counts(axes: "Axes", epsilon: float, devices: int, shares: Floats, seed: int = 54) -> str:
    """True counts of an answer beside those that are opened, with the noise of one sum; the line says how far off.

    epsilon : at delta 1e-5, of one answer a device. shares : [answers], of all devices. seed : of the noise shown.
    """
    true, places = np.rint(devices * shares), np.arange(len(shares))
    noise_std = noise_multiplier_for(epsilon, 1e-5)
    opened = true + np.random.default_rng(seed).normal(0, noise_std, len(shares))
    axes.bar(places - 0.2, true, 0.4, color="C0", label="true")
    axes.bar(places + 0.2, opened, 0.4, color="C1", hatch="//", label="opened", yerr=1.96 * noise_std, capsize=4)
    axes.axhline(0, color="C7", linewidth=1)
    axes.set(
        xticks=places,
        xticklabels=["a-f", "g-k", "l-p", "q-u", "v-z"],
        xlabel="where the letter lies that it has most",
        ylabel="devices",
        ylim=(min(0, opened.min()) - 2.5 * noise_std, 1.4 * max(true.max(), opened.max()) + 2 * noise_std),
    )
    axes.legend(loc="upper right", ncols=2)
    return (
        f"ε = {epsilon:g}, {devices:,} devices: a count is right to ± {1.96 * noise_std:.1f} in 95 % of sums, "
        f"which is {196 * noise_std / devices:.2g} % of the devices"
    )


STAGES = (
    "the server has a model, and nobody has been asked yet",
    "it draws some of the devices and sends them the model",
    "each of them learns on its own letters, which stay",
    "each sends back its update: what has changed in its model",
    "the server adds up the updates, each with its weight, and has a new model",
)


@labels(step="step", devices="devices", asked="asked in a round")
def draw_round(axes: "Axes", step: int, devices: int = 12, asked: int = 4) -> str:
    """Where the model and the updates are at one step: five steps make a round, and the next draws other devices.

    step : from 0; `STAGES` names the five.
    """
    number, stage = divmod(step, len(STAGES))
    chosen = np.random.default_rng(number).choice(devices, asked, replace=False)
    x, height = (np.arange(devices) + 0.5) / devices, 0.18
    active = np.isin(np.arange(devices), chosen) & (stage > 0)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    axes.text(
        0.5,
        0.86,
        f"server: model {number + (stage == 4)}",
        ha="center",
        va="center",
        bbox=dict(boxstyle="round", fc="C0", alpha=0.25),
    )
    axes.plot(x[~active], np.full((~active).sum(), height), "o", color="C7", markersize=14, fillstyle="none")
    axes.plot(x[active], np.full(active.sum(), height), "o", color="C1", markersize=14)
    axes.text(0.5, 0.02, "devices, each with its own letters", ha="center", va="bottom")
    for place in x[active]:
        ends = ((0.5, 0.78), (place, height + 0.08))
        if stage in (1, 3):
            head, tail = (ends[1], ends[0]) if stage == 1 else ends
            axes.annotate("", head, tail, arrowprops=dict(arrowstyle="->", color="C0" if stage == 1 else "C1", lw=2))
        if stage == 2:
            axes.text(place, height + 0.1, "learns", ha="center", va="bottom", color="C1")
    said = {1: "model", 3: "updates"}.get(stage)
    if said:
        axes.text(0.03, 0.5, said, color="C0" if stage == 1 else "C1", va="center")
    return f"round {number + 1}, step {stage + 1} of {len(STAGES)}: {STAGES[stage]}"


@labels(beta="β, weight of activity")
def draw_watcher(axes: "Axes", sizes: Integers, beta: float, rounds: int) -> str:
    """How often each device was called in the rounds, against its number of letters; the heaviest tenth in another
    colour.
    """
    called = calls(selection_probabilities(sizes, beta), np.random.default_rng(54), rounds=rounds, count=10)
    heavy = np.zeros(len(sizes), bool)
    heavy[np.argsort(-sizes, kind="stable")[: len(sizes) // 10]] = True
    for group, colour, mark in ((~heavy, "C0", "."), (heavy, "C1", "^")):
        axes.plot(sizes[group], called[group], mark, color=colour, alpha=0.7)
    axes.set(
        xscale="log",
        xlabel="letters of a device",
        ylabel="times called",
        ylim=(-0.05 * called.max(), 1.05 * called.max()),
        title="triangles: the heaviest tenth",
        xticks=[10, 100, 1_000],
        xticklabels=["10", "100", "1,000"],
    )
    axes.minorticks_off()
    return (
        f"beta {beta:.1f}, {rounds} rounds of 10: a watcher of the calls tells a heavy device from another with a "
        f"score of {watcher_score(sizes, called):.2f} (0.50 is a guess)"
    )


def draw_gain(axes: "Sequence[Axes]", static: Floats, continual: Floats, at: Sequence[int]) -> str:
    """Accuracy over the rounds, asked alike and by activity: all letters at once on the left, period by period on the
    right.

    static, continual  [seeds, 2, len(at)], alike and by activity.
    """
    for panel, accuracies, title in zip(axes, (static, continual), ("static", "continual")):
        for row, (colour, style, name) in enumerate((("C0", "--", "alike"), ("C1", "-", "by activity"))):
            mean = 100 * accuracies[:, row].mean(0)
            panel.plot(at, mean, style, color=colour, marker="o")
            panel.annotate(
                name, (at[-1], mean[-1]), (0, 10 if row else -20), textcoords="offset points", color=colour, ha="right"
            )
        panel.set(title=title, xlabel="round", ylim=(0, 75), xlim=(0, max(at) + 2))
    axes[0].set_ylabel("letters read right (%)")
    return f"mean of {len(static)} federations, after {', '.join(map(str, at))} rounds of 10 devices"


@labels(strength="how alike devices are")
def draw_mixes(axes: "Axes", pixels: Rows, labels: Labels, strength: float) -> str:
    """The mix of letters of thirty devices, a column each; brighter for more. strength: a Dirichlet parameter."""
    devices = deal(pixels, labels, np.full(30, 200), np.random.default_rng(5), skew=strength)
    mixes = np.stack([np.bincount(devices.labels[devices.rows_of(device)], minlength=26) for device in range(30)], 1)
    axes.imshow(mixes / 200, cmap="cividis", aspect="auto", vmin=0, vmax=0.4)
    axes.set(xlabel="device", ylabel="letter", yticks=(0, 12, 25), yticklabels=("a", "m", "z"))
    return (
        f"strength {strength:g}: two devices differ by {divergence(devices):.2f} bits; a device has "
        f"{np.mean((mixes > 0).sum(0)):.0f} different letters in the mean"
    )


def draw_courses(axes: "Axes", courses: dict[str, Course], central: float) -> str:
    """Accuracy over the rounds of several algorithms, by name. central: 0..1, where all letters lie in one place."""
    for (name, course), style in zip(courses.items(), ("-", "--", "-.", ":")):
        axes.plot(course.rounds, 100 * course.accuracy, style, label=name)
    axes.axhline(100 * central, color="C7", linestyle=":")
    axes.text(course.rounds[0], 100 * central + 1, "all letters in one place", color="C7")
    axes.set(xlabel="round", ylabel="letters read right (%)", ylim=(0, 90))
    axes.legend(loc="lower right")
    return (
        f"{', '.join(courses)}: accuracy over {course.rounds[-1]} rounds; the dotted line is the same network on all "
        "letters"
    )


def draw_periods(axes: "Axes", scores: Floats) -> str:
    """Three scores [periods, 3]: before learning, after learning on the same letters, and the truth."""
    periods = np.arange(1, len(scores) + 1)
    for column, (name, style) in enumerate(
        (("arriving letters, before", "C0o-"), ("the same letters, after", "C1s--"), ("truth", "C2^:"))
    ):
        axes.plot(periods, 100 * scores[:, column], style, label=name)
    axes.set(xlabel="period", ylabel="letters read right (%)", xticks=periods, ylim=(0, 100))
    axes.legend(loc="lower right")
    return f"{len(scores)} periods, each with letters of its own, then deleted"


def draw_outcomes(axes: "Axes", outcomes: dict[str, Outcome], rounds: int) -> str:
    """Accuracy and backdoor rate of several servers, a row each, by name."""
    rows = np.arange(len(outcomes))[::-1]
    for value, colour, mark in ((0, "C0", "o"), (1, "C1", "X")):
        axes.plot([100 * outcome[value] for outcome in outcomes.values()], rows, mark, color=colour, markersize=9)
    axes.set(
        yticks=rows,
        yticklabels=list(outcomes),
        xlim=(-3, 103),
        ylim=(-0.6, len(outcomes) - 0.4),
        xlabel="circles: read right, crosses: backdoor (%)",
    )
    axes.grid(axis="y", alpha=0.3)
    return f"{len(outcomes)} servers, 200 devices, one of them attacking from round 30 of {rounds}"
