"""Clipped sums without writing down a gradient for each example: ghost clipping and book-keeping.

Both give exactly what clipping by hand gives. A layer's gradient is made of what came in and of the error that came
back, so its length can be had from these two, and so can the sum of all gradients, each with its own factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privlab.ml.dpsgd.per_example import clip_factors

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module


def ghost_sum(model: Module, pixels: Tensor, labels: Tensor, max_norm: float) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, by two passes back: one for the lengths, one for the loss with factors in it.

    model : its only layers with weights are Linear and Conv2d. pixels : float [n, 1, 28, 28]. labels : int [n].
    Returns a tensor for each parameter.
    Raises ValueError for a model with other layers, or a bound that is not positive.
    Source: Goodfellow (2015); Li, Tramèr, Liang and Hashimoto (2022).
    """
    import torch

    losses, pieces = _forward_and_back(model, pixels, labels)
    factors = clip_factors(_norms(pieces), max_norm)
    return torch.autograd.grad((factors * losses).sum(), list(model.parameters()))


def bookkept_sum(
    model: Module, pixels: Tensor, labels: Tensor, max_norm: float, *, chunk: int = 128
) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, by one pass back: what came in and what came back is kept, and used twice.

    Arguments, result and errors as in `ghost_sum`. chunk : examples whose parts are kept at once.
    Source: Bu, Wang, Zha and Karypis (2023), "Differentially private optimization on large model at small cost".
    """
    import torch

    totals = [torch.zeros_like(value) for value in model.parameters()]
    for start in range(0, len(pixels), chunk):
        _, pieces = _forward_and_back(model, pixels[start : start + chunk], labels[start : start + chunk], again=False)
        factors = clip_factors(_norms(pieces), max_norm)
        for total, part in zip(totals, (part for piece in pieces for part in piece.weighted(factors))):
            total += part.view_as(total)
    return tuple(totals)


class _Dense:
    """A Linear layer: the gradient of an example is error times input, so its length is a product of lengths."""

    def __init__(self, layer, seen, error):
        self.seen, self.error = seen, error

    def squares(self):
        return self.error.square().sum(1) * (self.seen.square().sum(1) + 1)

    def weighted(self, factors):
        error = self.error * factors[:, None]
        return error.T @ self.seen, error.sum(0)


class _Sliding:
    """A Conv2d layer: its gradient is a sum over places, so its length takes products between all pairs of places.

    Where there are more places than weights, the gradient itself is smaller, and is written down.
    """

    def __init__(self, layer, seen, error):
        import torch

        self.layer, self.seen, self.error = layer, seen, error
        self.patches = torch.nn.functional.unfold(seen, layer.kernel_size, padding=layer.padding, stride=layer.stride)
        self.flat = error.flatten(2)
        places, weights = self.flat.shape[2], layer.weight.numel()
        self.by_pairs = places**2 * (layer.weight[0].numel() + layer.out_channels) < places * weights
        self.gradients = None if self.by_pairs else torch.bmm(self.flat, self.patches.transpose(1, 2)).flatten(1)

    def squares(self):
        import torch

        bias = self.flat.sum(2).square().sum(1)
        if self.by_pairs:
            pairs = torch.bmm(self.patches.transpose(1, 2), self.patches) * torch.bmm(
                self.flat.transpose(1, 2), self.flat
            )
            return pairs.sum((1, 2)) + bias
        return self.gradients.square().sum(1) + bias

    def weighted(self, factors):
        import torch

        bias = factors @ self.flat.sum(2)
        if not self.by_pairs:
            return factors @ self.gradients, bias
        error = self.error * factors[:, None, None, None]
        layer = self.layer
        return torch.nn.grad.conv2d_weight(self.seen, layer.weight.shape, error, layer.stride, layer.padding), bias


def _forward_and_back(model, pixels, labels, again=True):
    """Each example's loss, and a `_Dense` or `_Sliding` for each layer; `again` keeps what a second pass back needs."""
    import torch

    losses, layers = _forward(model, pixels, labels)
    errors = torch.autograd.grad(losses.sum(), [output for _, _, output in layers], retain_graph=again)
    pieces = [
        (_Dense if error.ndim == 2 else _Sliding)(layer, seen, error) for (layer, seen, _), error in zip(layers, errors)
    ]
    return losses, pieces


def _norms(pieces):
    """The length of each example's own gradient, [n], none of them written down as a whole."""
    return sum(piece.squares() for piece in pieces).sqrt()


def _forward(model, pixels, labels):
    """Each example's loss, and for each layer in order the layer, what came in and what went out."""
    import torch

    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    layers, kept = [], []
    for layer in model.modules():
        if list(layer.parameters(recurse=False)):
            if type(layer) not in kinds or layer.bias is None or getattr(layer, "groups", 1) != 1:
                raise ValueError(f"only Linear and Conv2d with biases can be clipped without gradients, not {layer}")
            layers.append(layer)
    handles = [
        layer.register_forward_hook(lambda layer, seen, output: kept.append((layer, seen[0].detach(), output)))
        for layer in layers
    ]
    try:
        losses = torch.nn.functional.cross_entropy(model(pixels), labels, reduction="none")
    finally:
        for handle in handles:
            handle.remove()
    if [layer for layer, _, _ in kept] != layers:
        raise ValueError("every layer must be used once, in the order in which the model holds it")
    return losses, kept
