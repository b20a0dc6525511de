"""Where a model's weight matrices work, seen while it runs: what goes in, what comes out, what comes back (lesson 51).

What happens counts, not how it is written: layers may be modules, functions or products of matrices, and a ReLU is
known by what it lets come back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

Loss = Callable[["Tensor", "Tensor"], "Tensor"]


@dataclass(frozen=True)
class DenseUse:
    """One weight matrix at work on a batch of B samples.

    weight, bias  the names of the parameters; the bias None where there is none.
    transposed    whether the parameter is [n, m] instead of [m, n].
    inputs, sums  what goes in, and what comes out with the bias; [B, n] and [B, m], or of more dimensions.
    came_back     the derivative of the loss by each sum.
    uses          how often the matrix worked in this run.
    """

    weight: str
    bias: str | None
    transposed: bool
    inputs: Tensor
    sums: Tensor
    came_back: Tensor
    uses: int

    @property
    def silences(self) -> bool:
        """Whether nothing comes back to a neuron whose sum is below 0, and something to the others, as by a ReLU."""
        quiet = self.sums <= 0
        if not quiet.any() or quiet.all() or self.came_back[quiet].any():
            return False
        return bool((self.came_back[~quiet] != 0).double().mean() > 0.2)


def dense_uses(model: nn.Module, loss: Loss, samples: Tensor, labels: Tensor) -> list[DenseUse]:
    """Every weight matrix of the model at work, in the order in which they work.

    Inputs and sums hang on the samples in torch's graph, so that they can be differentiated by them.

    loss     as in `privlab.fl.attack`.    samples, labels  [B, ...] and [B].
    """
    import torch

    names = {id(parameter): name for name, parameter in model.named_parameters()}
    watch = _watch()(names)
    with watch:
        outputs = model(samples.clone())  # which it may change in place
    if not watch.seen:
        return []
    value = loss(outputs, labels)
    sums = [each[2] for each in watch.seen]
    vectors = [(name, each) for name, each in model.named_parameters() if each.dim() == 1]
    derivatives = torch.autograd.grad(
        value, [*sums, *(each for _, each in vectors)], retain_graph=True, allow_unused=True
    )
    backs = [torch.zeros_like(one) if back is None else back for one, back in zip(sums, derivatives)]
    uses = []
    for (name, inputs, result, bias, transposed), back in zip(watch.seen, backs):
        if bias is None and back.dim() == 2:  # a bias that was added afterwards has the sum of what came back
            for (added, vector), derivative in zip(vectors, derivatives[len(sums) :]):
                fits = derivative is not None and derivative.shape == back.shape[1:] and bool(derivative.any())
                if fits and torch.allclose(derivative, back.sum(0), rtol=1e-9, atol=1e-14):
                    bias, result = added, result + vector
                    break
        count = sum(other[0] == name for other in watch.seen)
        uses.append(DenseUse(name, bias, transposed, inputs, result, back, count))
    return uses


def dense_inputs(model: nn.Module, samples: Tensor, weight: str) -> Tensor:
    """What goes into the weight matrix of that name, [B, n], as a part of torch's graph of the samples."""
    watch = _watch()({id(parameter): name for name, parameter in model.named_parameters()})
    with watch:
        model(samples.clone())
    return next(inputs for name, inputs, *_ in watch.seen if name == weight)


@functools.cache
def _watch():
    """The class of contexts that note each product with a parameter; made here, since torch is imported when used."""
    import torch
    from torch.overrides import TorchFunctionMode

    products = {torch.matmul, torch.mm, torch.Tensor.matmul, torch.Tensor.mm, torch.Tensor.__matmul__}

    class Watch(TorchFunctionMode):
        def __init__(self, names):
            super().__init__()
            self.names, self.seen = names, []

        def __torch_function__(self, function, types, arguments=(), values=None):
            result = function(*arguments, **(values or {}))
            if function is torch.nn.functional.linear:
                given = dict(zip(("input", "weight", "bias"), arguments)) | (values or {})
                return self.note(given["input"], given["weight"], given.get("bias"), result, False)
            if function is torch.addmm and len(arguments) == 3:
                bias, inputs, weight = arguments
                return self.note(inputs, weight, bias, result, weight._base is None)
            if function in products and len(arguments) == 2:
                return self.note(*arguments, None, result, arguments[1]._base is None)
            return result

        def note(self, inputs, weight, bias, result, transposed):
            name = self.names.get(id(weight)) or self.names.get(id(weight._base))
            added = None if bias is None else self.names.get(id(bias))
            if name is None or weight.dim() != 2 or (bias is not None and added is None):
                return result
            self.seen.append((name, inputs.clone(), result, added, transposed))
            return result.clone()  # what is changed in place is the copy

    return Watch
