"""Clipped sums without writing down a gradient for each example: ghost clipping and book-keeping.

Both give exactly what clipping by hand gives, or refuse. A layer's gradient is made of what came in and of the error
that came back, so its length can be had from these two, and so can the sum of all gradients, each with its own factor.
"""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING

from privlab.ml.dpsgd.layers import piece, refusal
from privlab.ml.dpsgd.per_example import (
    CHUNK,
    Loss,
    clip_factors,
    cross_entropies,
    finite,
    losses_of,
    refuse_mixing_layers,
    trained_parameters,
    unchanged,
)

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

NEAR = 1e-2  # of a gradient's length: what rounding changes, single precision on a GPU included, and no more


def ghost_sum(
    model: Module, inputs: Tensor, targets: Tensor, max_norm: float, *, loss: Loss = cross_entropies, chunk: int = CHUNK
) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, by two passes back: one for the lengths, one for the loss with factors in it.

    model : its layers with trained parameters are Linear, Conv2d, LayerNorm, GroupNorm or Embedding, each used once.
    inputs, targets : [n, ...], such as pixels and labels. loss : as in `example_gradients`.
    chunk : examples whose parts are held at once; less takes less memory and gives the same sum.
    Returns a tensor for each trained parameter: a frozen one takes no part in the length either.
    Raises ValueError when a gradient cannot be had exactly: for another layer, one whose parameters are shared, whose
    hooks change it, or in which examples do not stay the first dimension, for a model that mixes examples, whose losses
    change with their number, or that keeps something of them, for a length that is not finite, and for a bound that is
    not positive.
    Source: Goodfellow (2015); Li, Tramèr, Liang and Hashimoto (2022).
    """
    import torch

    parameters = trained_parameters(model)
    totals = [torch.zeros_like(value) for value in parameters]
    with torch.enable_grad(), unchanged(model):
        for part in _checked_parts(model, inputs, targets, loss, chunk):
            losses, pieces = _forward_and_back(model, inputs[part], targets[part], loss)
            factors = clip_factors(_norms(pieces), max_norm)
            found = torch.autograd.grad((factors * losses).sum(), parameters, allow_unused=True)
            for total, one in zip(totals, found):
                total += 0 if one is None else one
    return finite(totals)


def bookkept_sum(
    model: Module, inputs: Tensor, targets: Tensor, max_norm: float, *, loss: Loss = cross_entropies, chunk: int = CHUNK
) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, by one pass back: what came in and what came back is kept, and used twice.

    Arguments, result and errors as in `ghost_sum`.
    Source: Bu, Wang, Zha and Karypis (2023), "Differentially private optimization on large model at small cost".
    """
    import torch

    totals = {value: torch.zeros_like(value) for value in trained_parameters(model)}
    with torch.enable_grad(), unchanged(model):
        for part in _checked_parts(model, inputs, targets, loss, chunk):
            _, pieces = _forward_and_back(model, inputs[part], targets[part], loss, again=False)
            for value, one in _weighted(pieces, clip_factors(_norms(pieces), max_norm)):
                totals[value] += one.detach()
    return finite(list(totals.values()))


def _checked_parts(model, inputs, targets, loss, chunk):
    """The slices of a batch that are held at once, when its gradients can be had exactly."""
    if len(inputs):
        _refuse_inexact(model, inputs, targets, loss)
    return [slice(start, start + chunk) for start in range(0, len(inputs), chunk)]


def _forward_and_back(model, inputs, targets, loss=cross_entropies, again=True):
    """Each example's loss, and a piece for each layer; `again` keeps what a second pass back needs."""
    import torch

    with torch.enable_grad():
        losses, layers = _forward(model, inputs, targets, loss)
        outputs = [output for _, _, output in layers]
        errors = torch.autograd.grad(losses.sum(), outputs, retain_graph=again, allow_unused=True)
    return losses, [piece(layer, seen, error) for (layer, seen, _), error in zip(layers, errors) if error is not None]


def _norms(pieces):
    """The length of each example's own gradient, [n], none of them written down as a whole."""
    return sum(one.squares() for one in pieces).sqrt()


def _weighted(pieces, factors):
    return [found for one in pieces for found in one.weighted(factors)]


def _forward(model, inputs, targets, loss, copies=False):
    """Each example's loss, and for each layer that is trained the layer, what came in and what went out.

    copies : keeps copies of both, as is needed where the model goes on to change them in place.
    """
    import torch

    names, kept, versions = _covered_layers(model), {}, []

    def keep(layer, arguments, keywords, output):
        (seen,) = arguments or keywords.values()
        if layer in kept:
            raise ValueError(
                f"{names[layer]} is used twice for one example, and its gradient is no longer made of one input: "
                "take per_example_sum"
            )
        if not len(seen) == len(output) == len(inputs):
            raise ValueError(
                f"{names[layer]} gives {len(output)} rows for {len(inputs)} examples: examples must stay the first "
                "dimension everywhere, as in [examples, tokens, numbers]; or take per_example_sum"
            )
        if not output.requires_grad:
            raise ValueError(f"what {names[layer]} gives out is cut off from the loss, so that no error comes back")
        kept[layer] = (seen.detach().clone() if copies else seen.detach()), output
        versions.append((seen, seen._version, output, output._version))
        return output.clone() if copies else None

    handles = [layer.register_forward_hook(keep, with_kwargs=True) for layer in names]
    try:
        losses = losses_of(model, inputs, targets, loss)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, TypeError, IndexError) as error:
        raise ValueError(
            f"the model or its loss does not take these examples, {list(inputs.shape)} of {inputs.dtype}, and targets, "
            f"{list(targets.shape)} of {targets.dtype}: {str(error).splitlines()[0]}"
        ) from error
    finally:
        for handle in handles:
            handle.remove()
    if not copies and any(seen._version != one or output._version != two for seen, one, output, two in versions):
        return _forward(model, inputs, targets, loss, copies=True)
    if not losses.requires_grad:
        raise ValueError("the loss does not depend on any trained parameter of the model")
    return losses, [(layer, *parts) for layer, parts in kept.items()]


def _covered_layers(model):
    """The layers with trained parameters, and what they are called in the model.

    Raises ValueError when a gradient cannot be made of pieces.
    """
    refuse_mixing_layers(model)
    names, owners = {}, {}
    for name, layer in model.named_modules():
        trained = [value for value in layer.parameters(recurse=False) if value.requires_grad]
        if not trained:
            continue
        called = f"layer {name!r}" if name else "the model itself"
        why = refusal(layer)
        if why:
            raise ValueError(f"{called} {why}")
        for value in trained:
            if value in owners:
                raise ValueError(f"{called} and {owners[value]} share a parameter: untie them, or take per_example_sum")
            owners[value] = called
        names[layer] = called
    return names


_exact: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # of each model what it was when it was found exact


@contextlib.contextmanager
def _without_dropout(model):
    """A context in which the model is in the mode of `eval()`."""
    training = [layer for layer in model.modules() if layer.training]
    model.eval()
    try:
        yield
    finally:
        for layer in training:
            layer.training = True


def _refuse_inexact(model, inputs, targets, loss):
    """Raises ValueError unless two examples' gradients, made of pieces, are autograd's, and unless the first one's
    loss stays the same beside another example, and beside two.

    What no list of layers can tell is found so: parameters used outside of their layer, examples mixed by the model's
    own code. Once is enough for a model, until its layers, its mode or the shape of its inputs change.
    """
    import torch

    layers = [(id(part), part.training) for part in model.modules()]
    state = layers, [value.requires_grad for value in model.parameters()], loss, inputs.shape[1:], inputs.dtype
    if _exact.get(model) == state:
        return
    parameters = trained_parameters(model)
    devices = {value.device for value in parameters if value.is_cuda and torch.cuda.is_initialized()}

    def on(rows, work, seed=0):
        with torch.random.fork_rng(devices=devices), torch.enable_grad():
            torch.manual_seed(seed)  # the same dropout each time
            return work(model, inputs[rows], targets[rows], loss)

    def same(one, other):
        return torch.allclose(one[:1], other[:1], rtol=1e-4, atol=1e-5)

    losses, pieces = on([0, -1], _forward_and_back)
    if not losses.isfinite().all():
        return  # a length will not be finite either
    other = len(inputs) // 2 if len(inputs) > 2 else 0
    if len(inputs) > 1 and not same(losses, on([0, other], losses_of)):
        raise ValueError(
            "an example's loss changes with the example beside it: the model mixes the examples of a batch, so "
            "that none has a gradient of its own"
        )
    with _without_dropout(model):  # of which another number of examples draws another
        two, drawn_anew, three = (
            on([0, -1], losses_of),
            on([0, -1], losses_of, seed=1),
            on([0, other, other], losses_of),
        )
    if same(two, drawn_anew) and not same(two, three):
        raise ValueError(
            "an example's loss changes with the number of examples beside it, so that one more moves the gradients of "
            "all others: divide by no batch size, neither in the model nor in the loss"
        )
    norms = _norms(pieces)
    for row in range(2):
        found = torch.autograd.grad(losses[row], parameters, retain_graph=True, allow_unused=True)
        plain = {value: torch.zeros_like(value) if one is None else one for value, one in zip(parameters, found)}
        length = sum(one.square().sum() for one in plain.values()).sqrt()
        ours = dict(_weighted(pieces, torch.eye(2).to(losses)[row]))
        apart = sum((one - ours.get(value, 0)).square().sum() for value, one in plain.items()).sqrt()
        if length.isfinite() and max(apart, (length - norms[row]).abs()) > NEAR * length + 1e-6:
            raise ValueError(
                "an example's gradient is not what comes in and out of the layers: the model uses a parameter outside "
                "of its layer, or changes what a layer gives out; take per_example_sum"
            )
    _exact[model] = state
