"""The figures of the randomized poll. Each draws on given axes and returns its numbers in one line."""

import numpy as np

from privlab.dp.randomized_response import (
    central_standard_error,
    estimate_share,
    posterior,
    standard_error,
    truth_probability,
)

SIDE = 50  # people in a row of the poll


def draw_poll(axes, answered, answers, truths, epsilon):
    """The line of numbers; draws who has answered what (left) and the estimate after each answer (right).

    answered : how many have answered so far, at least 2.  answers, truths : [people] of 0 and 1, people a multiple of
    50.
    """
    people, seen, truth = len(answers), np.array(answers[:answered]), np.mean(truths)
    shown = np.full(people, 0.75)
    shown[:answered] = np.where(seen == 1, 0.3, 1)
    left, right = axes
    left.imshow(shown.reshape(-1, SIDE), vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    left.set(
        xticks=[],
        yticks=[],
        title=f"{answered:,} answers: dark is yes",
        xlabel="one square, one person; grey has not answered",
    )
    counts = np.arange(1, answered + 1)
    keep = truth_probability(epsilon)
    running = (np.cumsum(seen) / counts - (1 - keep)) / (2 * keep - 1)
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
    estimate = estimate_share(seen, epsilon)
    return (
        f"{answered:,} answers, {seen.sum():,} of them yes: estimate {estimate:.1%} "
        f"± {2 * standard_error(answered, epsilon):.1%}, truth {truth:.0%}"
    )


def draw_belief(axes, truth_chance, prior):
    """The line of numbers; draws what somebody believes after a yes and after a no, against what they believed before.

    truth_chance : in per cent, how often the first coin says "the truth"; the second is fair.
    prior : in per cent, the belief before that the truth is yes.
    """
    epsilon = np.log((100 + truth_chance) / (100 - truth_chance))
    before = np.linspace(0, 1, 101)
    for yes, colour, line, name in ((1, "C1", "-", "after a yes"), (0, "C0", "--", "after a no")):
        axes.plot(
            100 * before, 100 * posterior(before, epsilon, yes, 1 - yes), color=colour, linestyle=line, label=name
        )
    axes.plot([0, 100], [0, 100], color="C7", linestyle=":", linewidth=1.5, label="no answer heard")
    after = {yes: 100 * float(posterior(prior / 100, epsilon, yes, 1 - yes)) for yes in (0, 1)}
    axes.scatter([prior, prior], [after[1], after[0]], s=60, marker="o", color=["C1", "C0"], zorder=3)
    axes.set(xlim=(0, 100), ylim=(0, 102), xlabel="belief before that the truth is yes, %", ylabel="belief after, %")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"the truth on {truth_chance} % of first coins: ε = {epsilon:.2f}, "
        f"odds move by a factor of at most {np.exp(epsilon):.2f}\n"
        f"believed {prior} % before; after a yes {after[1]:.1f} %, after a no {after[0]:.1f} %"
    )


def draw_errors(axes, epsilon, people):
    """The line of numbers; draws the standard error of the share against the number of people, for two ways to add
    noise.
    """
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
    axes.scatter([people, people], here, s=60, color=["C1", "C0"], zorder=3)
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


def draw_days(axes, epsilon, months):
    """The line of numbers; draws an employer's belief that the truth is yes after each day's answer, from 50 % at
    first.

    months : {name: [days] of 0 and 1}, one respondent's answers day by day under each name.
    """
    days = 0
    for place, (name, answers) in enumerate(months.items()):
        days, yes = len(answers), np.concatenate([[0], np.cumsum(answers)])
        belief = posterior(0.5, epsilon, yes, np.arange(days + 1) - yes)
        axes.plot(np.arange(days + 1), 100 * belief, color=f"C{1 - place}", linestyle=("-", "--")[place], label=name)
    axes.axhspan(
        *(100 * float(posterior(0.5, epsilon, yes, 1 - yes)) for yes in (0, 1)), color="C7", alpha=0.2, linewidth=0
    )
    axes.text(days, 50, "what one answer allows", ha="right", va="center", color="0.3")
    axes.set(xlim=(0, days), ylim=(-2, 102), xlabel="days asked", ylabel="belief in a yes, %")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    margins = {name: 2 * sum(answers) - len(answers) for name, answers in months.items()}
    return "\n".join(
        f"{name}: {sum(answers)} yes in {len(answers)} days, "
        f"odds {np.exp(epsilon * abs(margins[name])):,.0f} to 1 for {'yes' if margins[name] > 0 else 'no'}"
        for name, answers in months.items()
    )
