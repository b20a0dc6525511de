"""A whole batch read out of the gradient of a ReLU layer, exactly, with a proof that needs no truth (lesson 51)."""
from dataclasses import dataclass
from itertools import islice

import numpy as np

from privlab.fl.networks import SIDE
from privlab.fl.sparse_directions import smallest, sparse_directions
from privlab.fl.threads import one_thread

GAP = 10  # where a singular value falls by this factor, what follows is rounding
SETS = 200_000
BASES, POLISHES = 100, 3  # ways to tell the letters apart that are looked at, and how often each is mended


@dataclass(frozen=True)
class Inversion:
    """What the exact inversion came to.

    images : floats [B, 28, 28] from 0 to 1, the letters found, in no order; [0, 28, 28] where none was.
    batch_size : int, how many letters the update holds, or None where no number fits.
    certified : bool, whether every neuron fires for exactly the letters that its gradient says: the attacker's proof.
    reason : str, one sentence that says how it ended.
    """

    images: np.ndarray
    batch_size: int | None
    certified: bool
    reason: str


def invert_relu_layer(gradient, model, rng, max_samples=16, steps=1, sets=SETS):
    """The `Inversion` of a batch from its `Gradient`: all letters at once, and how many there are.

    The first layer's gradient is a sum over the letters of (what came back) x (letter): a matrix of rank B. What came
    back is zero at every neuron that a letter left silent, and these zeros tell the letters apart.

    gradient : `Gradient` of one step, or what `steps` local steps on one batch changed.
    model : torch module whose first layer is Linear, followed by ReLU, as the client received it.
    rng : numpy Generator that decides which neurons are tried.
    max_samples : int, the largest batch that is tried.
    steps : int, local steps behind the update; with more than one a neuron near its threshold may have crossed it.
    sets : int, the most choices of B neurons.
    Raises ValueError when the first layer is another one, or the gradient does not fit it or is not finite.
    Source: Dimitrov et al. (2024), "SPEAR: exact gradient inversion of batches in federated learning", in our reading.
    """
    layer = _first_layer(model)
    inputs, size, certified, reason = invert_layer(
        gradient.weights[0], gradient.biases[0], layer, rng, max_samples, steps, sets)
    images = np.clip(inputs, 0, 1).reshape(-1, SIDE, SIDE)
    return Inversion(images, size, certified, reason)


def invert_layer(weight_gradient, bias_gradient, layer, rng, max_samples=16, steps=1, sets=SETS):
    """What went into a Linear layer before a ReLU: inputs [B, n], B or None, whether certified, and the reason.

    weight_gradient, bias_gradient : floats [m, n] and [m].
    layer : torch Linear of n inputs and m neurons. The others and the errors: as in `invert_relu_layer`.
    """
    import torch

    seen = np.column_stack([weight_gradient, bias_gradient])
    if seen.shape != (layer.out_features, layer.in_features + 1):
        raise ValueError(f"the gradient is not shaped like the layer: {list(seen.shape)} instead of "
                         f"{[layer.out_features, layer.in_features + 1]}")
    if not np.isfinite(seen).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")
    nothing = np.zeros((0, layer.in_features))
    fired = np.flatnonzero(seen.any(axis=1))
    if not len(fired):
        return nothing, None, False, "no batch size fits: no neuron of the layer fired"
    with one_thread():
        seen = torch.as_tensor(seen).to(layer.weight.device)
        left, values, right = torch.linalg.svd(seen[fired], full_matrices=False)
        size = batch_size(values.cpu().numpy())
        if size is None:
            return nothing, None, False, "no batch size fits: the singular values fall nowhere to rounding"
        if size > max_samples:
            return nothing, size, False, f"the update holds {size} letters, more than the {max_samples} to be tried"
        task = _Task(seen, fired, left[:, :size], values, right[:size], layer, steps)
        return task.search(rng, sets)


def batch_size(singular_values):
    """How many letters a layer's gradient holds: the last place where its singular values fall by a factor of ten.

    singular_values : floats, falling. Returns None when there is no such place in the first half of them.
    """
    values = np.asarray(singular_values)[:max(2, len(singular_values) // 2 + 1)]
    if len(singular_values) == 1:
        return 1
    falls = np.flatnonzero(values[:-1] > GAP * values[1:])
    return int(falls[-1]) + 1 if len(falls) else None


def _first_layer(model):
    from torch import nn

    layers = [each for each in model.modules() if not list(each.children()) and not isinstance(each, nn.Flatten)]
    if len(layers) < 2 or not isinstance(layers[0], nn.Linear) or not isinstance(layers[1], nn.ReLU):
        raise ValueError("the exact inversion needs a first layer that is Linear and followed by ReLU; "
                         "for smooth networks use match_gradient")
    return layers[0]


class _Task:
    """One layer's gradient: `seen` = left x values x right, of rank B."""

    def __init__(self, seen, fired, left, values, right, layer, steps):
        self.fired, self.left, self.values, self.right = fired, left, values[:right.shape[0]], right
        self.rest = float(values[len(right)]) if len(values) > len(right) else 0.0
        self.sizes = seen[fired].norm(dim=1)
        self.weight, self.bias = (part.detach().to(seen) for part in (layer.weight, layer.bias))
        self.after = (self.weight - seen[:, :-1], self.bias - seen[:, -1]) if steps > 1 else None

    def search(self, rng, sets):
        """The answer of `invert_layer`; without a certificate the last guess."""
        size = len(self.values)
        relative = self.rest / float(self.values[-1])
        noise = min(max(1e-6, 1e3 * relative), 3e-3)
        rows = self.left / self.left.norm(dim=1, keepdim=True)
        bases = [self.left.new_ones(1, 1)] if size == 1 else sparse_directions(
            rows, self.sizes.cpu().numpy(), noise, int(rng.integers(2**62)), sets)
        guess = self.right[:0, :-1]
        for basis in islice(bases, BASES):
            for _ in range(POLISHES):
                inputs, silent, certified = self.judge(basis)
                if inputs is None:
                    break
                guess = inputs
                if certified:
                    return (inputs.cpu().numpy(), size, True,
                            f"certified: all {len(self.bias)} neurons fire as the {size} letters found say")
                basis = self.polished(rows, basis, silent)
        return guess.cpu().numpy(), size, False, f"not certified: an update of {size} letters was not taken apart"

    def judge(self, basis):
        """Inputs [B, n] of a basis, where they leave the neurons silent, and whether all neurons say the same."""
        import torch

        singular = torch.linalg.svdvals(basis)
        if singular[-1] < 1e-10 * singular[0]:
            return None, None, False
        inputs = torch.linalg.solve(basis, self.values[:, None] * self.right)
        inputs = inputs[:, :-1] / inputs[:, -1:]
        if not inputs.isfinite().all():
            return None, None, False
        sums = inputs @ self.weight.T + self.bias
        came_back, largest = torch.zeros_like(sums), (self.left @ basis).abs().max(0).values
        came_back[:, self.fired] = ((self.left @ basis).abs() / largest).T
        noise = (10 * self.rest * (basis / self.values[:, None]).norm(dim=0) / largest + 1e-14)[:, None]
        near = sums.abs() < 1e3 * self.rest / self.values[-1] + 1e-12
        if self.after is not None:
            ends = inputs @ self.after[0].T + self.after[1]
            near |= sums.abs() <= 2 * (ends - sums).abs()
        wrong = ((sums <= 0) & (came_back > 100 * noise) & ~near).sum()
        faint = ((sums > 0) & (came_back <= noise) & ~near).sum()
        allowed = int(10 * float(noise.mean()) * sums.numel())  # as many true ones as lie below the noise by chance
        return inputs, sums[:, self.fired] <= 0, bool(wrong == 0 and faint <= allowed)

    def polished(self, rows, basis, silent):
        """The basis fitted anew to the neurons that its own letters leave silent."""
        import torch

        return torch.stack([smallest(rows[quiet]) if quiet.sum() >= len(basis) else column
                            for quiet, column in zip(silent, basis.T)], dim=1)
