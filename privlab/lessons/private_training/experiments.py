"""Do larger models bear noise better? Small networks of several widths, with and without a public start (lesson 42)."""

import functools

import numpy as np

from privlab.device import cpu_when_full, device
from privlab.dp.gaussian import noise_multiplier_for
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum
from privlab.ml.dpsgd.linear_head import head_accuracy, train_head
from privlab.ml.dpsgd.per_example import train

SIDE = 14
STEPS = 40
DELTA = 1e-5


def half_size(images):
    """Float pixels [n, 1, 14, 14] in 0..1 on the device in use, four pixels made one; images uint8 [n, 28, 28]."""
    import torch

    from privlab.ml.letter_classifier import as_pixels

    return torch.nn.functional.avg_pool2d(as_pixels(images), 2).to(device())


def dense_network(width, seed):
    """A network of 196 pixels, a hidden ReLU layer of `width` neurons and 26 scores; `seed` settles its first weights."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = torch.nn.Linear(SIDE**2, width), torch.nn.ReLU(), torch.nn.Linear(width, 26)
        return torch.nn.Sequential(torch.nn.Flatten(), *layers).to(device())


def train_publicly(network, pixels, labels, seed=0, epochs=8, batch=250):
    """None; trains `network` in place with Adam and without privacy, on letters that are nobody's secret."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(network.parameters(), 4e-3)
    for _ in range(epochs):
        for places in torch.randperm(len(pixels), generator=generator).to(pixels.device).split(batch):
            loss = torch.nn.functional.cross_entropy(network(pixels[places]), labels[places])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@cpu_when_full
def compare_widths(widths, private, test, public, epsilon, seed=0):
    """What networks of several widths read of the test letters: a dict from "public start" and "from nothing" to
    shares.

    widths : ints. private, test, public : pairs of images uint8 [n, 28, 28] and labels [n].
    epsilon : float > 0, of each private training, at delta 1e-5. seed : int, of weights, orders and noise.
    From nothing all layers are trained by DP-SGD on full batches; with a public start the hidden layer is taught on
    public letters and frozen, and the last layer alone is trained privately.
    Source: Li, Tramèr, Liang and Hashimoto (2022) and De et al. (2022), that larger models can do better privately.
    """
    import torch

    (pixels, labels), (test_pixels, truths), (public_pixels, public_labels) = (
        (half_size(images), torch.as_tensor(np.asarray(names)).long().to(device()))
        for images, names in (private, test, public)
    )
    noise_multiplier = noise_multiplier_for(epsilon, DELTA, STEPS)
    found = {"public start": [], "from nothing": []}
    for width in widths:
        network = dense_network(width, seed)
        train_publicly(network, public_pixels, public_labels, seed)
        rows, test_rows = _frozen(network, public_pixels, pixels, test_pixels)
        weights = train_head(
            rows, labels, noise_multiplier=noise_multiplier, steps=STEPS, learning_rate=200.0, seed=seed
        )
        found["public start"].append(head_accuracy(weights, test_rows, truths))
        network = dense_network(width, seed)
        train(
            network,
            pixels,
            labels,
            max_norm=0.5,
            noise_multiplier=noise_multiplier,
            sample_rate=1.0,
            steps=STEPS,
            learning_rate=16.0,
            momentum=0.5,
            seed=seed,
            clipped_sum=functools.partial(bookkept_sum, chunk=1_000),
        )
        with torch.no_grad():
            found["from nothing"].append(float((network(test_pixels).argmax(1) == truths).float().mean()))
    return found


def _frozen(network, public, *sets):
    """What the hidden layer makes of each set, rows of length 1, centred and scaled by what it makes of public letters."""
    import torch

    hidden = network[:-1]
    with torch.no_grad():
        seen = hidden(public)
        centre, deviation = seen.mean(0), seen.std(0) + 0.1
        rows = [torch.nn.functional.normalize((hidden(each) - centre) / deviation, dim=1) for each in sets]
        rows = [torch.cat([each, each.new_full((len(each), 1), 0.3)], dim=1) for each in rows]
        return [torch.nn.functional.normalize(each, dim=1) for each in rows]
