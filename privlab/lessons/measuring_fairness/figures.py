"""The figures of lesson 62: words between two groups, relabelled effects, a test beside a task, two measures of a
classifier.
"""

import numpy as np

from privlab.text.fairness.ceat import pooled, significant

LIMIT = 1.96  # a two-sided p value of 0.05


def draw_words(axes, test, results, words):
    """The line of numbers; draws the association of each target word, the highest on top, labelled.

    results : dict from a test to its `Result`. words : dict from a test to (X, Y), two lists of words.
    """
    found, (first, second) = results[test], words[test]
    values, labels = np.concatenate([found.x, found.y]), [*first, *second]
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
    for place in range(len(values)):
        axes.text(
            values[place] + 0.05 * span, height[place], labels[place], va="center", color="C0" if place < n else "C1"
        )
    axes.axvline(0, color="C7", linestyle=":")
    axes.set(
        xlim=(-1.25 * span, 1.6 * span),
        ylim=(-1, len(values)),
        yticks=[],
        xlabel="nearer to B   ←   association   →   nearer to A",
    )
    axes.legend(loc="lower right", handletextpad=0.1)
    return (
        f"{test}: d = {found.effect:.2f}, difference of cosines {found.difference:+.2f};\n"
        f"of {found.ways:,} ways to label the words, {found.count:,} have a difference as large"
    )


def draw_relabelled(axes, draws, table, labels):
    """The line of numbers; draws the pooled effects of relabelled words, and from where CEAT calls them significant.

    draws : int, how many rows of `table` [most, words] are pooled. labels : bool [ways, words].
    """
    few = table[:draws]
    found, true = pooled(few, labels), pooled(few)
    border = LIMIT * np.mean(found.effect / found.z)
    axes.stairs(np.histogram(found.effect, np.linspace(-2, 2, 41))[0], np.linspace(-2, 2, 41), fill=True, color="C4")
    axes.axvspan(-border, border, color="C7", alpha=0.5, linewidth=0)
    axes.axvline(true.effect, color="C1", linestyle="--")
    axes.text(true.effect + 0.04, 13.6, "true labels", color="C1", va="top")
    axes.text(-1.95, 13.6, "grey: not significant", color="black", va="top")
    axes.set(xlim=(-2, 2), ylim=(0, 14), xlabel="pooled effect", ylabel="relabellings")
    return (
        f"{draws} draws: of {len(labels)} random relabellings CEAT calls {significant(found).sum()} significant at 5 %; "
        f"the true labels have {true.effect:.2f}"
    )


def draw_test_and_task(axes, edit, skew, skews, effects, gaps):
    """The line of numbers; draws four word tests of edited vectors beside the gap of a task on them.

    axes : two `Axes`. edit : which vectors. skew : of the task's data, one of `skews` [k].
    effects : dict from an edit to a dict from a test to its d. gaps : dict from an edit to its gaps [k].
    """
    left, right = axes
    names, values = zip(*effects[edit].items())
    places = np.arange(len(names))
    left.vlines(places, 0, values, color="C0", linestyle="-", linewidth=30)  # one artist, where bars would be four
    left.axhline(0, color="C7", linestyle=":")
    left.set(
        xticks=places,
        xticklabels=[name.replace("WEAT-", "W") for name in names],
        ylim=(-2, 2),
        xlim=(-0.6, len(names) - 0.4),
        ylabel="d of word tests",
    )
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
    found = gaps[edit][list(skews).index(skew)]
    which = "about none" if abs(found) < 0.04 else "the stereotype's way" if found > 0 else "against the stereotype"
    return f"vectors {edit}, skew {skew:+.1f}: {', '.join(f'{name} {value:.2f}' for name, value in effects[edit].items())}; the gap: {which}"


def draw_own_text(axes, own, general, gaps):
    """The line of numbers; draws the same gaps against a test on two kinds of vectors.

    own, general : effects d [n] on vectors of the task's text and on general ones. gaps : float [n].
    """
    for panel, effects, title in zip(axes, (general, own), ("general vectors", "vectors of the task's text")):
        panel.plot(effects, gaps, linestyle="none", marker="o", color="C0")
        panel.axhline(0, color="C7", linestyle=":")
        panel.axvline(0, color="C7", linestyle=":")
        panel.set(xlim=(-2.1, 2.1), ylim=(-0.3, 0.3), xlabel="d of the occupation test", ylabel="gap", title=title)
    return f"{len(gaps)} tasks; the test's sign is the gap's where it is measured on the task's own text"


def draw_measures(axes, kind, skews, found):
    """The line of numbers; draws two measures of a classifier against the planted skew.

    kind : which texts. found : dict from a kind to a dict with `sensitivity` and `counterfactual`, float [k].
    """
    for panel, name, colour in zip(axes, ("sensitivity", "counterfactual"), ("C0", "C1")):
        panel.plot(skews, found[kind][name], color=colour, marker="o", linestyle="-")
        panel.set(
            title=name, xlabel="planted skew", xlim=(-0.02, 0.42), ylim=(0, 0.15 if name == "sensitivity" else 0.5)
        )
    exactly = "0 at every skew, exactly" if not np.any(found[kind]["counterfactual"]) else "more with the skew"
    return f"{kind}: sensitivity is more with the skew; the swap of pronouns finds {exactly}"
