"""A round of many devices at once: each layer is one product over all of them, with a leading axis of devices (lesson
54).

The network has 196 pixels, a hidden layer and 26 letters; the gradient is written out by hand, which is faster than to
ask for it. All weights of a network stand in one row.
"""

import numpy as np

HIDDEN, CLASSES = 64, 26


class Network:
    """The shape of a network: `inputs` pixels, `hidden` neurons, `classes` letters. `size` is how many weights it has."""

    def __init__(self, inputs=196, hidden=HIDDEN, classes=CLASSES):
        self.shapes = ((inputs, hidden), (1, hidden), (hidden, classes), (1, classes))
        self.places = np.cumsum([0, *(rows * columns for rows, columns in self.shapes)])
        self.size = int(self.places[-1])

    def parts(self, weights):
        """The weights as tensors [..., rows, columns], which share its memory. weights : tensor [..., size]."""
        return [
            weights[..., start:stop].unflatten(-1, shape)
            for start, stop, shape in zip(self.places, self.places[1:], self.shapes)
        ]

    def first(self, seed):
        """First weights, float32 [size], uniform as PyTorch's; the biases are 0. seed : whole number."""
        import torch

        generator = torch.Generator().manual_seed(seed)
        weights = torch.zeros(self.size)
        for part in self.parts(weights)[::2]:
            part.uniform_(-1, 1, generator=generator).div_(len(part) ** 0.5)
        return weights

    def scores(self, weights, pixels):
        """Scores [n, classes] of one network for pixels, a tensor [n, inputs]."""
        first, bias, second, last = self.parts(weights)
        return (pixels @ first + bias).relu() @ second + last

    def accuracy(self, weights, pixels, labels):
        """Share of letters that are read right, 0..1. pixels : float32 [n, inputs]. labels : [n]."""
        import torch

        read = self.scores(weights, torch.as_tensor(pixels)).argmax(1)
        return float((read == torch.as_tensor(labels)).float().mean())


def updates(
    network,
    weights,
    devices,
    chosen,
    rng,
    steps=20,
    batch=16,
    rate=0.3,
    epoch=False,
    proximal=0.0,
    control=None,
    labels=None,
):
    """What each chosen device has learnt, float32 [chosen, size]: its weights after some steps on its own letters, less
    `weights`.

    network : `Network`. weights : tensor [size]. devices : `Devices`. chosen : whole numbers, each a device with
    letters.
    steps, batch, rate : int, int, float, of plain gradient descent. rng : numpy Generator that picks the letters.
    epoch : True when a device takes as many steps as it has batches, at least 1 and at most `steps`.
    proximal : float, FedProx's pull back to `weights`.  control : tensor [chosen, size] or None, SCAFFOLD's correction.
    labels : int64 [n], in place of the devices' own, a negative one where there is none.
    Raises ValueError when nobody was chosen or a chosen device has no letter.
    Source: McMahan et al. (2017); Li et al. (2020) for `proximal`; Karimireddy et al. (2020) for `control`.
    """
    import torch

    chosen = np.asarray(chosen, dtype=np.int64)
    sizes = devices.sizes[chosen]
    if not len(chosen) or sizes.min() < 1:
        raise ValueError("a round needs at least one device, and each needs a letter to learn from")
    picked = devices.first[chosen][:, None] + (rng.random((steps, len(chosen), batch)) * sizes[:, None]).astype(
        np.int64
    )
    rows = devices.rows[picked]
    own = np.clip(np.ceil(sizes / batch), 1, steps) if epoch else np.full(len(chosen), steps)
    labels = torch.from_numpy((devices.labels if labels is None else labels)[rows])
    pixels = torch.from_numpy(devices.pixels)
    learnt = weights.expand(len(chosen), -1).clone()
    first, bias, second, last = network.parts(learnt)
    for step in range(int(own.max())):
        x, known = pixels[torch.from_numpy(rows[step])], labels[step] >= 0
        hidden = torch.baddbmm(bias, x, first).relu()
        error = torch.softmax(torch.baddbmm(last, hidden, second), -1)
        error.scatter_add_(-1, labels[step].clamp(min=0).unsqueeze(-1), torch.full_like(error[..., :1], -1.0))
        busy = torch.from_numpy(own > step).unsqueeze(1) & known
        error *= (busy / known.sum(1, keepdim=True).clamp(min=1)).unsqueeze(-1)
        back = (error @ second.transpose(1, 2)) * (hidden > 0)
        pull = proximal * (learnt - weights) if proximal else 0
        gradient = (
            torch.cat(
                [
                    part.flatten(1)
                    for part in (x.transpose(1, 2) @ back, back.sum(1), hidden.transpose(1, 2) @ error, error.sum(1))
                ],
                1,
            )
            + pull
        )
        learnt -= rate * (gradient if control is None else gradient + control)
    return learnt - weights
