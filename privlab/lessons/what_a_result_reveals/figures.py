"""The figures of lesson 12. Each draws on given axes and returns its numbers in one line."""

import numpy as np

from privlab.mpc.output_leakage import QUESTIONS, all_inputs, interval_of_others


def draw_consistent(axes, question, parties, top):
    """The line of numbers; draws for every result how many inputs give it.

    question : a key of `QUESTIONS`. parties : int. top : int, each party's number lies from 0 to it; 1 for votes.
    """
    inputs = all_inputs(parties, top)
    results = QUESTIONS[question](inputs, top).astype(int)
    possible, counts = np.unique(results, return_counts=True)
    # results and inputs are the same whoever is called first, so the first party stands for every other
    sure = np.array([np.ptp(inputs[results == each, 0]) == 0 for each in possible])
    axes.set_yscale("log")
    axes.vlines(possible, 0.6, counts, colors=["C1" if each else "C0" for each in sure], linewidth=12)
    if len(possible) <= 14:
        for result, count in zip(possible, counts):
            axes.text(result, 1.15 * count, f"{count:,}", ha="center", va="bottom")
    axes.set(
        xlim=(-0.8, possible[-1] + 0.8),
        ylim=(0.6, 12 * len(inputs)),
        xlabel=f"result: {question}",
        ylabel="inputs that give it",
    )
    marked = possible[:: 1 + len(possible) // 15]
    powers_of_ten = 10 ** np.arange(len(str(12 * len(inputs))))
    axes.set_yticks(powers_of_ten, [f"{each:,}" for each in powers_of_ten])  # no small ticks, no formulas: drawn faster
    axes.minorticks_off()
    axes.set_xticks(marked, ["NO", "YES"] if question == "at least half" else [str(each) for each in marked])
    axes.text(0.01, 0.99, "every number is known for sure", color="C1", va="top", transform=axes.transAxes)
    axes.text(0.99, 0.99, "no number is known for sure", color="C0", va="top", ha="right", transform=axes.transAxes)
    return (
        f"{question}, {parties} parties with numbers from 0 to {top}: "
        f"{len(inputs):,} inputs, {len(possible)} results\n"
        f"{sum(sure)} of the results tell every number; {np.sum(counts[sure]):,} of the inputs lead to one of them"
    )


def draw_news(axes, news, error, total, companies):
    """The line of numbers; draws the highest loss another company can have had, against the one in the newspaper.

    news : the loss that the newspaper names. error : by how much that may be off. total : the total that was opened;
    all in million dollars. companies : int, how many took part.
    """
    told = np.linspace(0, total, 101)
    highest = np.array([interval_of_others(total, each, error, companies - 1)[1] for each in told])
    here = interval_of_others(total, news, error, companies - 1)[1]
    axes.fill_between(told, 0, highest, color="C4", alpha=0.3, linewidth=0)
    axes.plot(told, highest, color="C0", linestyle="-")
    axes.plot([news, news], [0, here], color="C1", linestyle="-", linewidth=6)
    axes.plot([0, total], [total, total], color="C7", linestyle="--")
    axes.text(total, 0.97 * total, "from the total alone", color="C7", ha="right", va="top")
    side, alignment = (-1, "right") if news > total / 2 else (1, "left")
    axes.text(news + side * 0.02 * total, 0.05 * total, f"0 to {here:,}", color="C1", ha=alignment, va="bottom")
    axes.set(
        xlim=(0, 1.02 * total),
        ylim=(0, 1.05 * total),
        xlabel="loss in the newspaper, million dollars",
        ylabel="loss of any other",
    )
    return (
        f"total {total:,}, newspaper {news:,} give or take {error:,}: every other company lost from 0 to {here:,}\n"
        f"million dollars, {here / total:.0%} of what the total alone leaves open"
    )


def draw_reuse(axes, first, second, difference):
    """The line of numbers; draws two letters and what the server saw when their masks were the same.

    first, second : uint8 [28, 28], the letters. difference : int [28, 28], the first masked letter less the second.
    """
    titles = "first letter", "second letter", "what the server computes"
    for each, picture, title, low in zip(axes, (first, second, difference), titles, (0, 0, -255)):
        each.imshow(picture, vmin=low, vmax=255)
        each.set(title=title, xticks=[], yticks=[])
    same = np.mean(difference == first.astype(int) - second)
    return f"{same:.0%} of the 784 pixels that the server computes are the first letter less the second"
