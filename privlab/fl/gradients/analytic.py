"""Letters read out of a gradient without a search: labels, division, exact inversion of a batch, through a convolution
(lesson 51).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Rows
from privlab.device import cpu_when_full, one_thread
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.gradients.models import SIDE
from privlab.fl.gradients.sparse_basis import smallest, sparse_directions
from privlab.validation import real_numbers, whole_number

if TYPE_CHECKING:
    from torch import nn

GAP = 10  # where a singular value falls by this factor, what follows is rounding
SETS = 200_000
BASES, POLISHES = 100, 3  # ways to tell the letters apart that are looked at, and how often each is mended
SOLVED = 1e-6
DETERMINED = 1e-13  # smallest over largest squared singular value from which the equations have one solution

Accept = Callable[[Rows, Rows], bool]


@dataclass(frozen=True)
class Inversion:
    """What the exact inversion came to.

    images      [B, 28, 28] from 0 to 1, the letters found, in no order; [0, 28, 28] where none was.
    batch_size  how many letters the update holds, or None where no number fits.
    certified   whether every neuron fires for exactly the letters that its gradient says: the attacker's proof.
    reason      one sentence that says how it ended.
    """

    images: Floats
    batch_size: int | None
    certified: bool
    reason: str


@cpu_when_full
def invert_relu_layer(
    gradient: Gradient,
    model: nn.Module,
    rng: np.random.Generator,
    *,
    max_samples: int = 16,
    sets: int = SETS,
    accept: Accept | None = None,
) -> Inversion:
    """A batch from its gradient: all letters at once, and how many there are.

    The first layer's gradient is a sum over the letters of (what came back) x (letter): a matrix of rank B. What came
    back is zero at every neuron that a letter left silent, and these zeros tell the letters apart.

    gradient     of one step; for several local steps see `invert_update`.
    model        its first layer is Linear, followed by ReLU, as the client received it.
    rng          decides which neurons are tried.
    max_samples  the largest batch that is tried.
    sets         the most choices of B neurons.
    accept       None for the certificate of the neurons; or another proof, a function that is given inputs [B, 784]
                 and what came back [B, m], and returns whether they explain the gradient.
    Raises ValueError when the first layer is another one, or the gradient does not fit it or is not finite.
    Source: Dimitrov et al. (2024), "SPEAR: exact gradient inversion of batches in federated learning", in our reading.
    """
    inputs, size, certified, reason = _invert_layer(
        gradient.weights[0], gradient.biases[0], _first_layer(model), rng, max_samples, sets, accept
    )
    return Inversion(np.clip(inputs, 0, 1).reshape(-1, SIDE, SIDE), size, certified, reason)


def _invert_layer(weight_gradient, bias_gradient, layer, rng, max_samples, sets=SETS, accept=None):
    """What went into a Linear layer before a ReLU: inputs [B, n], B or None, whether certified, and the reason.

    weight_gradient, bias_gradient  floats [m, n] and [m].
    layer                           torch Linear of n inputs and m neurons.
    The others and the errors: as in `invert_relu_layer`.
    """
    import torch

    max_samples = whole_number("the largest batch to be tried", max_samples)
    sets = whole_number("the number of sets", sets)
    seen = np.column_stack([real_numbers("a gradient", part) for part in (weight_gradient, bias_gradient)])
    if seen.shape != (layer.out_features, layer.in_features + 1):
        raise ValueError(
            f"the gradient is not shaped like the layer: {list(seen.shape)} instead of "
            f"{[layer.out_features, layer.in_features + 1]}"
        )
    if not np.isfinite(seen).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")
    nothing = np.zeros((0, layer.in_features))
    fired = np.flatnonzero(seen.any(axis=1))
    if not len(fired):
        return nothing, None, False, "no batch size fits: no neuron of the layer fired"
    with one_thread():
        seen = torch.as_tensor(seen).to(layer.weight.device)
        left, values, right = torch.linalg.svd(seen[fired], full_matrices=False)
        size = batch_size(values.cpu().numpy(), max_samples)
        if size is None:
            return nothing, None, False, "no batch size fits: the singular values fall nowhere to rounding"
        if size > max_samples:
            return nothing, size, False, f"the update holds {size} letters, more than the {max_samples} to be tried"
        task = _Task(seen, fired, left[:, :size], values, right[:size], layer)
        return task.search(rng, sets, accept)


def batch_size(singular_values: Floats, max_samples: int = 16) -> int | None:
    """How many letters a layer's gradient holds: the place where its singular values fall to rounding.

    singular_values  [n], falling.
    max_samples      up to which the deepest fall is taken, beyond it the first one.
    Returns None when none of the first half falls to a tenth of the one before.
    """
    values = np.maximum(singular_values, 1e-300)
    if len(values) == 1:
        return 1
    falls = (values[:-1] / values[1:])[: max(1, len(values) // 2)]
    if falls[:max_samples].max() > GAP:
        return int(falls[:max_samples].argmax()) + 1
    beyond = np.flatnonzero(falls > GAP)
    return int(beyond[0]) + 1 if len(beyond) else None


def _first_layer(model):
    from torch import nn

    layers = _leaves(model)
    if len(layers) < 2 or not isinstance(layers[0], nn.Linear) or not isinstance(layers[1], nn.ReLU):
        raise ValueError(
            "the exact inversion needs a first layer that is Linear and followed by ReLU; "
            "for smooth networks use match_gradient"
        )
    return layers[0]


def _leaves(model):
    """The layers of a model in order, without those that only change the shape."""
    from torch import nn

    return [layer for layer in model.modules() if not list(layer.children()) and not isinstance(layer, nn.Flatten)]


class _Task:
    """One layer's gradient: `seen` = left x values x right, of rank B."""

    def __init__(self, seen, fired, left, values, right, layer):
        self.fired, self.left, self.values, self.right = fired, left, values[: right.shape[0]], right
        self.rest = float(values[len(right)]) if len(values) > len(right) else 0.0
        self.weight, self.bias = (part.detach().to(seen) for part in (layer.weight, layer.bias))

    def search(self, rng, sets, accept):
        """The answer of `_invert_layer`; without a certificate the last guess."""
        size = len(self.values)
        relative = self.rest / float(self.values[-1])
        tolerance = min(max(1e-6, 1e3 * relative), 3e-3)
        rows = self.left / self.left.norm(dim=1, keepdim=True)
        bases = (
            [self.left.new_ones(1, 1)]
            if size == 1
            else sparse_directions(rows, self.average_sums(), tolerance, int(rng.integers(2**62)), sets)
        )
        guess = self.right[:0, :-1]
        for basis in islice(bases, BASES):
            for _ in range(1 if accept else POLISHES):
                solution = self.solve(basis)
                if solution is None:
                    break
                guess, came_back = solution
                sums = guess @ self.weight.T + self.bias
                proof = self.proof(guess, came_back, sums, basis, accept)
                if proof:
                    return guess.cpu().numpy(), size, True, f"certified: {proof}"
                basis = self.polished(rows, basis, sums[:, self.fired] <= 0)
        return guess.cpu().numpy(), size, False, f"not certified: an update of {size} letters was not taken apart"

    def proof(self, guess, came_back, sums, basis, accept):
        """What proves a guess, some words; "" when nothing does."""
        if accept:
            proved = accept(guess.cpu().numpy(), came_back.cpu().numpy())
            return f"the {len(guess)} letters found give just this update" if proved else ""
        proved = self.certified(basis, sums, came_back)
        return f"all {len(self.bias)} neurons fire as the {len(guess)} letters found say" if proved else ""

    def average_sums(self):
        """The neurons' sums for an average of the letters: the shortest mixture of weight 1 that the update holds."""
        ones = self.right[:, -1]
        average = ones @ self.right[:, :-1] / (ones @ ones)
        return (self.weight @ average + self.bias)[self.fired]

    def solve(self, basis):
        """Inputs [B, n] and what came back [B, m], the columns of `basis` being the letters' directions; or None."""
        import torch

        singular = torch.linalg.svdvals(basis)
        if singular[-1] < 1e-10 * singular[0]:
            return None
        inputs = torch.linalg.solve(basis, self.values[:, None] * self.right)
        came_back = inputs.new_zeros(len(inputs), len(self.bias))
        came_back[:, self.fired] = (self.left @ basis * inputs[:, -1]).T
        inputs = inputs[:, :-1] / inputs[:, -1:]
        return (inputs, came_back) if inputs.isfinite().all() else None

    def certified(self, basis, sums, came_back):
        """Whether every neuron fires for just the letters for which something came back to it."""
        came_back = came_back.abs() / came_back.abs().max(1, keepdim=True).values
        largest = (self.left @ basis).abs().max(0).values
        rounding = (10 * self.rest * (basis / self.values[:, None]).norm(dim=0) / largest + 1e-14)[:, None]
        clear = sums.abs() > 1e3 * self.rest / self.values[-1] + 1e-12  # sums that rounding cannot have turned
        loud = (sums <= 0) & (came_back > 100 * rounding) & clear
        faint = (sums > 0) & (came_back <= rounding) & clear
        by_chance = int(10 * float(rounding.mean()) * sums.numel())  # as many true ones lie below rounding
        return bool(loud.sum() == 0 and faint.sum() <= by_chance)

    def polished(self, rows, basis, silent):
        """The basis fitted anew to the neurons that its own letters leave silent."""
        import torch

        return torch.stack(
            [smallest(rows[quiet]) if quiet.sum() >= len(basis) else column for quiet, column in zip(silent, basis.T)],
            dim=1,
        )


def infer_label(gradient: Gradient) -> int:
    """The label, 0 to 25, of the one letter behind a gradient.

    The last bias gradient is the model's probabilities, less 1 at the true letter: its only negative number.
    Raises ValueError when there is not exactly one negative number, so that this is not the gradient of one letter.
    Source: Zhao, Mopuri and Bilen (2020), "iDLG: improved deep leakage from gradients".
    """
    last = _finite(gradient.biases[-1])
    if (last < 0).sum() != 1:
        raise ValueError(
            f"the last bias gradient has {(last < 0).sum()} negative numbers instead of one: "
            "it is not the gradient of a single letter"
        )
    return int(last.argmin())


def infer_labels(gradient: Gradient, model: nn.Module, size: int) -> list[int]:
    """The labels of a batch of `size` letters behind a gradient, sorted; right for models not trained yet.

    The last bias gradient is the mean of the model's probabilities, less each label's part of the batch. The model's
    probabilities of noise stand in for those of the letters. On a trained model they may be wrong.

    model  the one that the gradient was computed with.
    Raises ValueError when the size is below 1 or the gradient is not finite.
    Source: Zhao, Mopuri and Bilen (2020), for one letter; the counting for a batch is our reading.
    """
    import torch

    size = whole_number("the number of letters in a batch", size)
    last = _finite(gradient.biases[-1])
    like = next(model.parameters())
    noise = np.random.default_rng(0).uniform(0, 0.4, (512, 1, SIDE, SIDE))  # about as bright as letters
    with torch.no_grad():
        expected = model(torch.as_tensor(noise).to(like)).softmax(1).mean(0).cpu().double().numpy()
    counts, labels = size * (expected - last), []
    for _ in range(size):
        labels.append(int(counts.argmax()))
        counts[labels[-1]] -= 1
    return sorted(labels)


def invert_by_division(gradient: Gradient) -> Floats:
    """The letter behind a gradient, [28, 28] from 0 to 1: one row of the first layer's weights over its bias.

    A neuron that computes w x + b passes back some number d: its weights get d x, its bias gets d. The neuron taken
    is the one with the largest d. Of several letters the result is a mixture.

    gradient  of a model whose first layer is dense, 784 pixels wide.
    Raises ValueError when the first layer is not dense, no neuron fired, or the letter was blank.
    Source: Phong et al. (2018), "Privacy-preserving deep learning via additively homomorphic encryption".
    """
    weights, biases = _finite(gradient.weights[0]), _finite(gradient.biases[0])
    if weights.ndim != 2 or weights.shape[1] != SIDE * SIDE:
        raise ValueError(
            "division needs a dense first layer of 784 pixels: a convolution adds up all places of a "
            "picture, and its quotient is no picture; use match_gradient"
        )
    neuron = np.abs(biases).argmax()
    if biases[neuron] == 0:
        raise ValueError("no neuron of the first layer fired, so the gradient holds nothing to divide by")
    if not weights.any():
        raise ValueError("the weights' gradient is zero throughout: the letter was blank, there is nothing to recover")
    return (weights[neuron] / biases[neuron]).reshape(SIDE, SIDE)


def _finite(part):
    part = real_numbers("a gradient", part)
    if not np.isfinite(part).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")
    return part


@cpu_when_full
def invert_convolution(gradient: Gradient, model: nn.Module, rng: np.random.Generator) -> Inversion:
    """A batch through one convolution and a dense layer, both followed by ReLU.

    The dense layer gives up what the convolution passed on, for every letter. Where that is above 0 it is a known sum
    of pixels plus a bias: more than a thousand equations for 784 unknown pixels. Certified is only what they determine.

    gradient  of one step.    model  as `convolution_dense_network` makes it.    rng  as in `invert_relu_layer`.
    Raises ValueError when the model is another one or the gradient does not fit it or is not finite.
    """
    import torch

    convolution, dense = _layers(model)
    values, size, certified, reason = _invert_layer(gradient.weights[1], gradient.biases[1], dense, rng, max_samples=16)
    if not certified:
        return Inversion(np.zeros((0, SIDE, SIDE)), size, False, reason)
    with one_thread(), torch.no_grad():
        like = convolution.weight
        dots = torch.eye(SIDE * SIDE).to(like).reshape(-1, 1, SIDE, SIDE)
        nothing = convolution(0 * dots[:1]).flatten()
        sums = (convolution(dots).flatten(1) - nothing).T  # one row for each value: which pixels it adds up
        images = []
        for value in torch.as_tensor(values).to(like):
            known = value > 1e-9
            rows, aims = sums[known], (value - nothing)[known]
            strengths, directions = torch.linalg.eigh(rows.T @ rows)
            pixels = directions @ (directions.T @ (rows.T @ aims) / strengths.clamp(min=DETERMINED * strengths[-1]))
            certified &= bool((rows @ pixels - aims).abs().max() < SOLVED and strengths[0] > DETERMINED * strengths[-1])
            images.append(pixels)
        images = torch.stack(images).clamp(0, 1).cpu().numpy().reshape(-1, SIDE, SIDE)
    return Inversion(images, size, certified, reason if certified else "the pixels do not follow from the values")


def _layers(model):
    from torch import nn

    layers = _leaves(model)
    if [type(layer) for layer in layers[:4]] != [nn.Conv2d, nn.ReLU, nn.Linear, nn.ReLU]:
        raise ValueError("this inversion needs a convolution, a ReLU, a dense layer and a ReLU, in this order")
    return layers[0], layers[2]
