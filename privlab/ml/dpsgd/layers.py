"""What an example's gradient is in each kind of layer, made of what came in and of the error that came back.

A piece belongs to one layer and a batch of n examples. It knows the squared length of each example's part of the
gradient, and the sum of these parts with a factor for each, mostly without writing any of them down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.nn.parameter import Parameter


class Products:
    """A layer that multiplies by its weights, `places` times for each example: Linear and Conv2d.

    The gradient is the sum over places of error times input. Of one place its length is a product of lengths; of few
    places it takes products between all pairs of them, in double precision, since large ones may cancel; of many
    places the gradient itself is quicker to write down.
    """

    def __init__(self, layer: Module, seen: Tensor, error: Tensor) -> None:
        """seen : [n, groups, places, inputs]. error : [n, groups, places, outputs]."""
        import torch

        self.layer, self.seen, self.error = layer, seen, error
        places, inputs, outputs = seen.shape[2], seen.shape[3], error.shape[3]
        self.one_place = places == 1
        by_pairs = 8 * places * (inputs + outputs) < inputs * outputs  # of which double precision takes a half
        self.gradients = None
        if layer.weight.requires_grad and not self.one_place and not by_pairs:
            self.gradients = torch.matmul(error.transpose(2, 3), seen)

    def squares(self) -> Tensor:
        """The squared length of each example's gradient in this layer, [n]."""
        squares = self.error.new_zeros(len(self.error))
        if self.layer.weight.requires_grad:
            squares = squares + self._squares_of_weights()
        if _trains_bias(self.layer):
            squares = squares + self.error.sum(2).square().sum((1, 2))
        return squares

    def weighted(self, factors: Tensor) -> list[tuple[Parameter, Tensor]]:
        """Each trained parameter of the layer with the sum of its gradients, example i's times factors[i]."""
        import torch

        error, found = self.error * factors.view(-1, 1, 1, 1), []
        if self.layer.weight.requires_grad:
            if self.gradients is not None:
                summed = torch.tensordot(factors, self.gradients, 1)
            else:
                rows, columns = (part.transpose(0, 1).flatten(1, 2) for part in (error, self.seen))
                summed = torch.matmul(rows.transpose(1, 2), columns)
            found.append((self.layer.weight, summed.reshape(self.layer.weight.shape)))
        if _trains_bias(self.layer):
            found.append((self.layer.bias, error.sum((0, 2)).flatten()))
        return found

    def _squares_of_weights(self):
        import torch

        if self.one_place:
            return (self.error.square().sum(3) * self.seen.square().sum(3)).sum((1, 2))
        if self.gradients is not None:
            return self.gradients.square().sum((1, 2, 3))
        pairs = [torch.matmul(part, part.transpose(2, 3)) for part in (self.seen.double(), self.error.double())]
        return (pairs[0] * pairs[1]).sum((1, 2, 3)).clamp(min=0).to(self.error)


class Few:
    """A layer with few weights, whose gradients are written down: LayerNorm and GroupNorm."""

    def __init__(self, layer: Module, weight: Tensor, bias: Tensor) -> None:
        """weight, bias : the examples' own gradients, [n, ...]."""
        self.found = [(layer.weight, weight)] if layer.weight.requires_grad else []
        self.found += [(layer.bias, bias)] if _trains_bias(layer) else []

    def squares(self) -> Tensor:
        """As of `Products`."""
        return sum(part.flatten(1).square().sum(1) for _, part in self.found)

    def weighted(self, factors: Tensor) -> list[tuple[Parameter, Tensor]]:
        """As of `Products`."""
        import torch

        return [(value, torch.tensordot(factors, part, 1)) for value, part in self.found]


class Rows:
    """An Embedding: each place adds its error to the row of its token, so that equal tokens of an example add up."""

    def __init__(self, layer: Module, tokens: Tensor, error: Tensor) -> None:
        """tokens : [n, places]. error : [n, places, numbers]."""
        if layer.padding_idx is not None:
            error = error * (tokens != layer.padding_idx)[..., None]
        self.layer, self.tokens, self.error = layer, tokens, error

    def squares(self) -> Tensor:
        """As of `Products`."""
        import torch

        error = self.error.double()
        same = self.tokens[:, :, None] == self.tokens[:, None, :]
        return (torch.bmm(error, error.transpose(1, 2)) * same).sum((1, 2)).clamp(min=0).to(self.error)

    def weighted(self, factors: Tensor) -> list[tuple[Parameter, Tensor]]:
        """As of `Products`."""
        import torch

        error = (self.error * factors[:, None, None]).flatten(0, 1)
        return [(self.layer.weight, torch.zeros_like(self.layer.weight).index_add(0, self.tokens.flatten(), error))]


Piece = Products | Few | Rows


def piece(layer: Module, seen: Tensor, error: Tensor) -> Piece:
    """The piece of a covered layer: seen [n, ...] is what came in, error [n, ...] the loss's slope in what went out."""
    from torch import nn

    return {
        nn.Linear: _linear,
        nn.Conv2d: _convolution,
        nn.LayerNorm: _layer_norm,
        nn.GroupNorm: _group_norm,
        nn.Embedding: _embedding,
    }[type(layer)](layer, seen, error)


def refusal(layer: Module) -> str | None:
    """Why a layer with trained parameters cannot be clipped by pieces, as the end of a sentence; None when it can."""
    from torch import nn

    if type(layer) not in (nn.Linear, nn.Conv2d, nn.LayerNorm, nn.GroupNorm, nn.Embedding):
        return (
            f"is a {type(layer).__name__}, and only Linear, Conv2d, LayerNorm, GroupNorm and Embedding are covered: "
            "freeze it, or take per_example_sum"
        )
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    if any(getattr(layer, name) for name in hooks) or "forward" in vars(layer):
        return "has a hook or a forward of its own, which may change what goes out: take it off"
    if any(getattr(value, "_backward_hooks", None) for value in layer.parameters(recurse=False)):
        return "has a hook on a parameter, which may change its gradient: take it off"
    if type(layer) is nn.Embedding and (layer.max_norm is not None or layer.scale_grad_by_freq or layer.sparse):
        return "is an Embedding with max_norm, scale_grad_by_freq or sparse, which are not covered: leave them out"
    return None


def _trains_bias(layer):
    return layer.bias is not None and layer.bias.requires_grad


def _linear(layer, seen, error):
    return Products(layer, *(part.reshape(len(part), 1, -1, part.shape[-1]) for part in (seen, error)))


def _convolution(layer, seen, error):
    from torch.nn import functional as F

    padding = layer.padding
    if layer.padding_mode != "zeros" or isinstance(padding, str):
        mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        seen, padding = F.pad(seen, layer._reversed_padding_repeated_twice, mode=mode), 0
    patches = F.unfold(seen, layer.kernel_size, dilation=layer.dilation, padding=padding, stride=layer.stride)
    n, groups = len(seen), layer.groups
    return Products(
        layer,
        patches.reshape(n, groups, -1, patches.shape[2]).transpose(2, 3),
        error.reshape(n, groups, -1, patches.shape[2]).transpose(2, 3),
    )


def _layer_norm(layer, seen, error):
    from torch.nn import functional as F

    found = error * F.layer_norm(seen, layer.normalized_shape, eps=layer.eps)
    own = (len(seen), -1, *layer.normalized_shape)
    return Few(layer, *(part.reshape(own).sum(1) for part in (found, error)))


def _group_norm(layer, seen, error):
    from torch.nn import functional as F

    found = error * F.group_norm(seen, layer.num_groups, eps=layer.eps)
    return Few(layer, *(part.reshape(*part.shape[:2], -1).sum(2) for part in (found, error)))


def _embedding(layer, seen, error):
    return Rows(layer, seen.reshape(len(seen), -1), error.reshape(len(seen), -1, layer.embedding_dim))
