"""The figures of lesson 62: words between two groups, relabelled effects, a test beside a task, two measures of a
classifier.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Booleans, Floats
from privlab.lab.style import labels
from privlab.text.fairness.ceat import pooled, significant
from privlab.text.fairness.weat import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIMIT = 1.96  # a two-sided p value of 0.05


@labels(test="word test")
def draw_words(
    axes: "Axes", test: str, results: Mapping[str, Result], words: Mapping[str, tuple[Sequence[str], Sequence[str]]]
) -> str:
    """The association of each target word, the highest on top, labelled; the line says d and the p value's count.

    results : by test. words : from a test to (X, Y).
    """
    result, (first, second) = results[test], words[test]
    values, labels = np.concatenate([result.x, result.y]), [*first, *second]
    order = np.argsort(values)
    height = np.empty(len(values))
    height[order] = np.arange(len(values))
    n = len(first)
    for part, colour, marker, name in ((slice(0, n), "C0", "o", "X"), (slice(n, None), "C1", "s", "Y")):
        axes.plot(
            values[part],
            height[part],
            linestyle="none",
            color=colour,
            marker=marker,
            label=f"{name}: {labels[part][0]} ...",
        )
    span = max(np.abs(values).max(), 0.02)
    for number, label in enumerate(labels):
        colour = "C0" if number < n else "C1"
        side = 1 if values[number] > 0 else -1  # away from the line at 0
        axes.text(
            values[number] + 0.05 * side * span,
            height[number],
            label,
            va="center",
            ha="left" if side > 0 else "right",
            color=colour,
        )
    axes.axvline(0, color="C7", linestyle=":")
    axes.set(
        xlim=(-1.6 * span, 1.6 * span),
        ylim=(-1, len(values)),
        yticks=[],
        xlabel="nearer to B   ←   association   →   nearer to A",
    )
    axes.legend(loc="lower right", handletextpad=0.1)
    return (
        f"{test}: d = {result.effect:.2f}, difference of cosines {result.difference:+.2f};\n"
        f"of {result.ways:,} ways to label the words, {result.as_large:,} ha{'ve' if result.as_large > 1 else 's'} "
        "a difference as large"
    )


@labels(draws="draws of each word")
def draw_relabelled(axes: "Axes", draws: int, table: Floats, labels: Booleans) -> str:
    """The pooled effects of relabelled words, and from where CEAT calls them significant; the line says how many.

    draws : how many rows of `table` [most, words] are pooled. labels : [ways, words].
    """
    few = table[:draws]
    effects, true = pooled(few, labels), float(pooled(few).effect)
    border = float(LIMIT * np.mean(effects.effect / effects.z))
    significant_ones = significant(effects).sum()
    axes.stairs(np.histogram(effects.effect, np.linspace(-2, 2, 41))[0], np.linspace(-2, 2, 41), fill=True, color="C4")
    axes.axvspan(-border, border, color="C7", alpha=0.5, linewidth=0)
    axes.axvline(true, color="C1", linestyle="--")
    axes.text(true + 0.04, 13.6, "true labels", color="C1", va="top")
    axes.text(-1.95, 13.6, "grey: not significant", color="black", va="top")
    axes.set(xlim=(-2, 2), ylim=(0, 14), xlabel="pooled effect", ylabel="relabellings")
    return (
        f"{draws:,} draws: of {len(labels)} random relabellings CEAT calls {significant_ones} significant at 5 %; "
        f"the true labels have {true:.2f}"
    )


@labels(edit="vectors", skew="skew of the data")
def draw_test_and_task(
    axes: "Sequence[Axes]",
    edit: str,
    skew: float,
    skews: Sequence[float],
    effects: Mapping[str, Mapping[str, float]],
    gaps: Mapping[str, Sequence[float]],
) -> str:
    """Four word tests of edited vectors beside the gap of a task on them; the line says d and which way the gap goes.

    axes : two. edit : which vectors. skew : of the task's data, one of `skews` [k].
    effects : from an edit to d by test. gaps : from an edit to its gaps [k].
    """
    left, right = axes
    names, values = zip(*effects[edit].items())
    bars = np.arange(len(names))
    left.vlines(bars, 0, values, color="C0", linestyle="-", linewidth=30)  # one artist, where bars would be four
    left.axhline(0, color="C7", linestyle=":")
    left.set(xticks=bars, xticklabels=names, ylim=(-2, 2), xlim=(-0.6, len(names) - 0.4), ylabel="d of word tests")
    for number, (name, line) in enumerate(gaps.items()):
        right.plot(
            skews,
            line,
            color=f"C{number}",
            linestyle=("-", "--", ":")[number],
            marker="os^"[number],
            label=name,
            markersize=6,
            linewidth=3.5 if name == edit else 1.2,
        )
    right.axvline(skew, color="C7", linestyle=":")
    right.set(xlabel="skew of the task's data", ylabel="gap", ylim=(-0.3, 0.3), xlim=(-0.45, 0.45))
    right.legend(loc="upper left")
    gap = gaps[edit][list(skews).index(skew)]
    which = "about none" if abs(gap) < 0.04 else "the stereotype's way" if gap > 0 else "against the stereotype"
    tests = ", ".join(f"{name} {value:.2f}" for name, value in effects[edit].items())
    return f"vectors {edit}, skew {skew:+.1f}: {tests}; the gap: {which}"


def draw_own_text(axes: "Sequence[Axes]", own: Sequence[float], general: Sequence[float], gaps: Sequence[float]) -> str:
    """The same gaps against a test on two kinds of vectors; the line says how many tasks they are.

    own, general : effects d [n] on vectors of the task's text and on general ones. gaps : [n].
    """
    for panel, effects, title in zip(axes, (general, own), ("general vectors", "vectors of the task's text")):
        panel.plot(effects, gaps, linestyle="none", marker="o", color="C0")
        panel.axhline(0, color="C7", linestyle=":")
        panel.axvline(0, color="C7", linestyle=":")
        panel.set(xlim=(-2.1, 2.1), ylim=(-0.3, 0.3), xlabel="d of the occupation test", ylabel="gap", title=title)
    return f"{len(gaps)} tasks; the test's sign is the gap's where it is measured on the task's own text"


@labels(kind="kind of biography")
def draw_measures(
    axes: "Sequence[Axes]", kind: str, skews: Sequence[float], measured: Mapping[str, Mapping[str, Sequence[float]]]
) -> str:
    """Two measures of a classifier against the planted skew; the line says what each of them finds.

    kind : which texts. measured : from a kind to `prediction_sensitivity` and `counterfactual`, each [k].
    """
    names, titles, tops = ("prediction_sensitivity", "counterfactual"), ("sensitivity", "counterfactual"), (0.15, 0.5)
    for panel, name, title, top, colour in zip(axes, names, titles, tops, ("C0", "C1")):
        panel.plot(skews, measured[kind][name], color=colour, marker="o", linestyle="-")
        panel.set(title=title, xlabel="planted skew", xlim=(-0.02, 0.42), ylim=(0, top))
    exactly = "0 at every skew, exactly" if not np.any(measured[kind]["counterfactual"]) else "more with the skew"
    return f"{kind}: sensitivity is more with the skew; the swap of pronouns finds {exactly}"


@labels(pair="measure of words")
def draw_pairs(axes: "Axes", pair: str, pairs: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> str:
    """The gap of each task over a word test of its vectors; the line says whether they go together.

    pair : which word test. pairs : from its name to effects and gaps, [tasks] each.
    """
    from scipy.stats import pearsonr

    effects, gaps = pairs[pair]
    low = pearsonr(effects, gaps).confidence_interval().low
    axes.axhline(0, color="C7", linewidth=1)
    axes.axvline(0, color="C7", linewidth=1)
    axes.plot(effects, gaps, "o", color="C0")
    axes.set(xlim=(-2.1, 2.1), ylim=(-0.4, 0.4), xlabel=f"effect d of {pair}", ylabel="gap of the task")
    together = "go together" if low > 0 else "do not go together: 0 lies in the interval"
    return f"{pair}, {len(gaps)} tasks: test and gap {together}"


@labels(pronoun="how much the answer depends on she", hobby="how much it depends on netball")
def draw_chain(axes: "Axes", pronoun: float, hobby: float) -> str:
    """What accumulated prediction sensitivity computes of one text, three bars a word; the line gives sum and parts.

    pronoun, hobby : |df/dx| of the task's model at these two words.
    """
    words = ("she", "designs", "bridges", "plays", "netball")
    task = np.array([pronoun, 0.25, 0.3, 0.05, hobby])
    guess = np.array([0.5, 0.04, 0.06, 0.02, 0.38])  # of the second model, scaled to sum 1
    product = task * guess
    places = [-float(place) for place in range(len(words))]
    titles = ("the answer\ndepends on it by", "the guess of\ngender by", "both\nmultiplied")
    for start, bars, colour, title in zip((0.0, 1.0, 2.0), (task, guess, 2 * product), ("C0", "C2", "C1"), titles):
        axes.barh(places, 1.1 * bars, left=start, color=colour, height=0.6)
        axes.text(start, 0.5, title, color=colour, va="bottom")
        for place, number in zip(places, bars if start < 2 else product):
            end = start + 1.1 * number * (1 if start < 2 else 2) + 0.02
            axes.text(end, place - 0.02, f"{number:.2f}" if start < 2 else f"{number:.3f}", va="center")
    for place, word in zip(places, words):
        axes.text(-0.08, place, word, ha="right", va="center")
        for start, sign in ((0.93, "×"), (1.93, "=")):
            axes.text(start, place, sign, ha="center", va="center")
    axes.text(2.0, -len(words) + 0.1, f"sum: {product.sum():.3f}", color="C1", va="center", weight="bold")
    axes.set(xlim=(-0.6, 3.0), ylim=(-len(words) - 0.4, 1.9))
    axes.axis("off")
    largest = words[int(product.argmax())]
    return f"sensitivity {product.sum():.3f}, of which {largest} is {100 * product.max() / product.sum():.0f} %"
