"""Pictures of lesson 53. Each function draws on the axes it is given and returns the line of the figure's numbers."""

import numpy as np

from privlab.data.pictures import draw_rows_of_letters
from privlab.dp import gaussian
from privlab.fl.imprint.planted_layer import expected_alone


def draw_cells(axes, public, secret, neurons):
    """The thresholds of one group among public letters, and in which cells the secret ones lie; the line counts.

    axes : one `Axes`.
    public, secret : floats, the brightness of public and of secret letters.
    neurons : int, at least 1, thresholds; all but the lowest are drawn.
    """
    thresholds = np.quantile(public, np.arange(neurons) / neurons)[1:]
    cells = np.searchsorted(thresholds, secret)
    alone = np.bincount(cells, minlength=neurons)[cells] == 1
    counts, edges = np.histogram(public, bins=40)
    axes.stairs(counts / counts.max(), edges, fill=True, color="C7", alpha=0.35)
    axes.vlines(thresholds, 0, 1.05, color="black", linewidth=0.6)
    height = 0.1 + 0.85 * np.arange(len(secret)) / len(secret)
    axes.scatter(secret[alone], height[alone], marker="o", s=70, color="C0", zorder=3)
    axes.scatter(secret[~alone], height[~alone], marker="X", s=70, color="C1", zorder=3)
    low, high = edges[0], edges[-1]
    axes.set(xlim=(low, low + 1.35 * (high - low)), ylim=(0, 1.1), yticks=[], xlabel="brightness of a letter")
    axes.text(low + 1.03 * (high - low), 0.85, f"● {alone.sum()} alone", color="C0")
    axes.text(low + 1.03 * (high - low), 0.65, f"✖ {(~alone).sum()} share a cell", color="C1")
    axes.text(low + 1.03 * (high - low), 0.45, "grey: public letters", color="C7")
    return (
        f"{neurons} neurons: {alone.sum()} of {len(secret)} letters lie alone in their cell; "
        f"expected {expected_alone(len(secret), neurons):.1f}"
    )


def draw_theory(axes, letters, found):
    """Letters found against neurons: the birthday theory for one group, and what was measured; the line counts.

    axes : one `Axes`.  letters : int, in each trial.
    found : dict from a way's name to a dict from neurons to int [trials], the letters found.
    """
    low, high = min(min(each) for each in found.values()), max(max(each) for each in found.values())
    neurons = np.geomspace(low, high, 100)
    axes.plot(neurons, expected_alone(letters, neurons), color="C7", linestyle="-")
    axes.text(high, 3, "line: birthdays", color="C7", ha="right")
    for (name, measured), marker, sign, colour, height in zip(found.items(), "oD", "●◆", ("C0", "C2"), (2, 1)):
        means = [np.mean(each) for each in measured.values()]
        axes.plot(list(measured), means, marker=marker, markersize=8, linestyle=" ", color=colour)
        axes.text(high, height, f"{sign} {name}", color=colour, ha="right")
    axes.set_xscale("log")
    axes.set(
        xlim=(low / 1.3, high * 1.3), ylim=(0, letters + 0.6), xlabel="neurons", ylabel=f"letters found, of {letters}"
    )
    axes.set_xticks(sorted({size for each in found.values() for size in each}))
    axes.set_xticks([], minor=True)
    axes.get_xaxis().set_major_formatter("{x:.0f}")
    said = [
        f"{name} with {size} neurons in {(counts == letters).sum()} of {len(counts)} trials"
        for name, measured in found.items()
        for size, counts in measured.items()
        if size == 144
    ]
    return f"all {letters}: " + ", ".join(said)


def draw_noise(axes, recovered, letters, marks, least):
    """Letters recovered against σ, the noise over the clipping bound; the line names the last σ with any.

    axes : one `Axes`.
    recovered : dict from a name to a dict from σ to int, letters recovered in all trials together.
    letters : int, of how many.
    marks : dict from an epsilon to the σ that gives it.
    least : float, the σ above which no unbiased reading of one letter alone is good enough.
    """
    sigmas = sorted({sigma for each in recovered.values() for sigma in each})
    for name, counts in recovered.items():
        axes.plot(list(counts), list(counts.values()), marker="o")
        half = max((sigma for sigma, count in counts.items() if count > letters / 2), default=sigmas[0])
        axes.text(half / 1.5, 0.6 * letters, name, color=axes.lines[-1].get_color(), ha="right")
    axes.axvline(least, color="C7", linestyle=":")
    axes.text(least * 1.2, 0.3 * letters, "unbiased:\nnothing", color="C7")
    for (epsilon, sigma), height in zip(sorted(marks.items()), (0.95, 0.8, 0.65)):
        axes.axvline(sigma, color="C1", linestyle="--", linewidth=1.5)
        axes.text(sigma * 1.15, height * letters, f"ε {epsilon:g}", color="C1", va="top")
    axes.set_xscale("log")
    axes.set(
        xlim=(sigmas[0] / 10, 30),
        ylim=(-0.03 * letters, 1.05 * letters),
        xlabel="σ, noise over clipping bound",
        ylabel=f"recovered, of {letters}",
    )
    last = {
        name: max((sigma for sigma, count in counts.items() if count), default=0) for name, counts in recovered.items()
    }
    beyond = min(marks.values())
    return "; ".join(f"{name}: the last letters at σ = {sigma:g}" for name, sigma in last.items()) + (
        f"; from σ = {beyond:.2f} on none of {letters}"
    )


def draw_stolen(axes, secret, stolen, delta, power):
    """The secret letters and the best pictures at one σ; the line counts the recovered ones and states epsilon.

    axes : one `Axes`.  secret : uint8 [n, 28, 28].
    stolen : dict from the power of ten of σ to (pictures [n, 28, 28] from 0 to 1, int, how many are recovered).
    delta : float, at which epsilon is stated.  power : float, a key of `stolen`.
    """
    pictures, count = stolen[round(power, 2)]
    sigma = 10.0**power
    epsilon = gaussian.epsilon_at(1 / sigma, delta=delta)
    stated = f"{epsilon:,.2f}" if epsilon < 10 else f"{epsilon:,.0f}" if epsilon < 1e6 else f"{epsilon:.0e}"
    return draw_rows_of_letters(
        axes,
        {"letters": secret, "stolen": pictures},
        f"σ = 10^{power:g}: {count} of {len(secret)} recovered; one round at this σ is ε = {stated} at δ = {delta:g}",
    )


def draw_matrix(axes, table):
    """Attacks against defenses as a table, the darker the more is lost; the line counts the cells that are empty.

    axes : one `Axes`.  table : dict from an attack to a dict from a defense to a float from 0 to 1.
    """
    attacks, defenses = list(table), list(next(iter(table.values())))
    values = np.array([[table[attack][defense] for defense in defenses] for attack in attacks])
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        axes.text(
            column,
            row,
            f"{value:.2f}" if value else "0",
            ha="center",
            va="center",
            color="white" if value > 0.7 else "black",
        )
    axes.set_xticks(range(len(defenses)), [each.replace("_", "\n") for each in defenses])
    axes.set_yticks(range(len(attacks)), [each.replace("_", " ") for each in attacks])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return f"{values.size} pairs; in {(values < 0.02).sum()} of them at most 1 in 50 is lost"
