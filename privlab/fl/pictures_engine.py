"""The pictures of lesson 55: what a masking server sees, noise for few and for many, what a thousand nodes cost."""
import numpy as np

from privlab.fl.letters_app import model

WEIGHTS = 784 * model.HIDDEN + model.HIDDEN + model.HIDDEN * 26 + 26
PLAIN, MASKED = 4 * WEIGHTS, 8 * (WEIGHTS + 1)  # bytes of one node's answer: float32, and int64 with its weight


def draw_seen(axes, plain, masked):
    """What goes into one neuron, as a picture of 28 x 28: the weights that a node learnt, and what the server got.

    plain, masked : numbers [784].
    """
    for each, numbers, title in zip(axes, (plain, masked), ("learnt by Amara's tablet", "seen by the server")):
        each.imshow(np.reshape(numbers, (28, 28)), cmap="cividis")
        each.set(title=title, xticks=(), yticks=())
    return f"{len(plain)} weights of one neuron; the server sees as many whole numbers below 2^32"


def draw_budget(axes, weights, pixels, labels, clients, noise=1.0, clip=2.0):
    """The weights' own distribution, and that of the noise that one round adds to each, when so many clients share it."""
    scale = noise * clip / clients
    noisy = [array + np.random.default_rng(55).normal(0, scale, array.shape) for array in weights]
    ends = np.linspace(-1, 1, 81)
    own = np.concatenate([array.ravel() for array in weights])
    added = np.concatenate([(new - array).ravel() for new, array in zip(noisy, weights)])
    for numbers, colour, style in ((own, "C0", "-"), (added, "C1", "--")):
        axes.stairs(100 * np.histogram(numbers, ends)[0] / len(numbers), ends, color=colour, linestyle=style, linewidth=1.8)
    axes.set(xlabel="number (solid: weights, dashed: noise)", ylabel="share of all (%)", xlim=(-1, 1), ylim=(0, 60))
    loss = model.accuracy(weights, pixels, labels) - model.accuracy(noisy, pixels, labels)
    said = "loses at most 2 points" if loss <= 0.02 else "loses more than 2 points"
    return f"{clients:,} clients: noise of {scale:.4f} on each weight; the model {said}"


def crowd(clients, shares=None):
    """Bytes that a server gets in a round, plain and under masks, a pair of whole numbers.

    clients : int. shares : in how many parts each key is cut, at most one for each client; left out, one for each.
    """
    pieces = min(shares or clients, clients)
    return clients * PLAIN, clients * (MASKED + 623 * (pieces - 1))  # 623 bytes a neighbour were measured


def draw_crowd(axes, clients, sharing, masking, memory):
    """Three panels for a federation of so many nodes: bytes to the server, seconds for one node's keys, memory of all.

    sharing : seconds to cut a key in 1,000 shares, of which 500 are needed. masking : seconds for one mask.
    memory : megabytes of a node. All measured.
    """
    everyone = np.array([3, 10, 30, 100, 300, 1000])
    few = np.minimum(everyone, 31)

    def work(nodes, pieces):
        return sharing * (pieces / 1000) ** 2 + masking * pieces

    panels = ((axes[0], [[crowd(n)[0] / 1e6 for n in everyone], [crowd(n, 31)[1] / 1e6 for n in everyone],
                         [crowd(n)[1] / 1e6 for n in everyone]], "MB to the server"),
              (axes[1], [None, work(everyone, few), work(everyone, everyone)], "s for one node's keys"),
              (axes[2], [memory * everyone / 1e3], "GB over all machines"))
    for panel, courses, title in panels:
        for course, style in zip(courses, ("C0-", "C1--", "C2:")):
            if course is not None:
                panel.plot(everyone, course, style, marker="o", markersize=4)
        panel.axvline(clients, color="C7", linewidth=1)
        panel.set(xscale="log", yscale="log", xlabel="nodes", title=title)
    plain, masked = crowd(clients, 31)
    return (f"{clients:,} nodes: {plain / 1e6:.1f} MB plain, {masked / 1e6:.1f} MB under masks with 31 shares (dashed), "
            f"{crowd(clients)[1] / 1e6:.1f} MB with a share for everyone (dotted)")
