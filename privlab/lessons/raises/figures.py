"""The figures of lesson 11. Each draws on given axes and returns its numbers in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.lab.style import labels
from privlab.language import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(raise_of_alice="Alice's raise, dollars")
def draw_sums(
    axes: Axes, parties: int, raise_of_alice: int, raises: Sequence[int], shares: Integers, names: Sequence[str]
) -> str:
    """Each party's raise beside the sum of shares that it publishes.

    raises : of n parties, in dollars, of which the first is replaced by `raise_of_alice` and `parties` are used.
    shares : [n, n], what each giver (row) would give each receiver; on the diagonal it keeps the rest.
    """
    secrets = np.array([raise_of_alice, *raises[1:parties]])
    given = np.array(shares[:parties, :parties])
    np.fill_diagonal(given, 0)
    sums = given.sum(axis=0) + secrets - given.sum(axis=1)
    positions = np.arange(parties)
    axes.bar(positions - 0.2, secrets, 0.4, color="C0")
    axes.bar(positions + 0.2, sums, 0.4, color="C1")
    for position, total in zip(positions, sums):  # by its number the published bar is known without its colour
        above = 1 if total > 0 else -1
        axes.annotate(
            f"{total:,}",
            (position + 0.2, total),
            (0, 4 * above),
            textcoords="offset points",
            ha="center",
            va="bottom" if total > 0 else "top",
        )
    axes.axhline(0, color="black", linewidth=1)
    axes.set(
        xticks=positions,
        xticklabels=names[:parties],
        ylabel=translate("dollars"),
        ylim=np.array([-1.3, 1.7]) * max(np.abs(sums).max(), secrets.max()),
    )
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.text(0.02, 0.99, translate("left: raise, secret"), color="C0", va="top", transform=axes.transAxes)
    axes.text(
        0.98,
        0.99,
        translate("right: sum of shares, published"),
        color="C1",
        va="top",
        ha="right",
        transform=axes.transAxes,
    )
    return translate(
        "{parties} parties, Alice's raise {raise_of_alice:,}: raises total {raises:,}, "
        "published sums {published:,}\nno published sum is within {nearest:,} dollars of the raise "
        "beside it",
        parties=parties,
        raise_of_alice=raise_of_alice,
        raises=secrets.sum(),
        published=sums.sum(),
        nearest=np.abs(sums - secrets).min() - 1,
    )


@labels(largest_share="largest share, dollars")
def draw_estimates(axes: Axes, largest_share: int, secret: int, errors: Floats) -> str:
    """How often Bob's estimate of Alice's raise falls where.

    largest_share : in dollars. secret : Alice's raise in dollars.
    errors : [runs], of many runs, with shares between -1 and 1 dollar: the error grows with the shares.
    """
    estimates = secret + largest_share * errors
    edges = np.linspace(secret - 12_000, secret + 12_000, 97)
    counts = np.histogram(estimates, edges)[0] / len(estimates)
    axes.stairs(100 * counts, edges, fill=True, color="C1", alpha=0.7)
    axes.axvline(secret, color="C0", linewidth=2)
    axes.set(
        xlabel=translate("Bob's estimate of Alice's raise, dollars"), ylabel=translate("% of runs"), ylim=(0, None)
    )
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.text(secret + 300, axes.get_ylim()[1] * 0.97, translate("Alice's raise"), color="C0", va="top")
    near = np.mean(np.abs(estimates - secret) <= 500)
    return translate(
        "shares up to {largest_share:,}: standard deviation of the error {std:,.0f}, within "
        "500 dollars in {near:.0%} of the runs",
        largest_share=largest_share,
        std=estimates.std(),
        near=near,
    )


def draw_two_secrets(
    axes: Sequence[Axes], small: Sequence[Integers], uniform: Sequence[Integers], secrets: tuple[int, int]
) -> str:
    """Bob's estimates for each of two secrets, from small shares (left) and uniform ones.

    small, uniform : the estimates [runs] for each of the two `secrets`, in dollars.
    """
    for panel, pair, title, unit, label in (
        (axes[0], small, translate("small whole numbers"), 1, translate("estimate, dollars")),
        (axes[1], uniform, translate("uniform modulo $2^{64}$"), 2.0**63, translate("estimate, in units of $2^{63}$")),
    ):
        low, high = (min(map(np.min, small)), max(map(np.max, small))) if unit == 1 else (-1, 1)
        edges = np.linspace(low, high, 41)
        for index, (estimates, secret) in enumerate(zip(pair, secrets)):
            counts = np.histogram(estimates / unit, edges)[0] / len(estimates)
            panel.stairs(
                100 * counts,
                edges,
                color=f"C{index}",
                linestyle=("-", "--")[index],
                linewidth=2,
                label=translate("raise {secret:,}", secret=secret),
            )
        panel.set(title=title, xlabel=label, ylabel=translate("% of runs"), ylim=(0, 1.35 * panel.get_ylim()[1]))
        if unit == 1:
            panel.xaxis.set_major_formatter("{x:,.0f}")
        panel.legend(loc="upper center", ncols=2, handlelength=1.2, columnspacing=1)
    middle = sum(secrets) / 2
    below = [f"{np.mean(estimates < middle):.0%}" for pair in (small, uniform) for estimates in pair]
    return translate(
        "estimates below {middle:,.0f} for the two raises: from small shares {small} and "
        "{small_second},\nfrom uniform shares {uniform} and {uniform_second}",
        middle=middle,
        small=below[0],
        small_second=below[1],
        uniform=below[2],
        uniform_second=below[3],
    )
