"""The client as an attacker rebuilds it: the model that was sent, what came back, and what any guess would have sent.

Any torch model, any loss, any shape of samples; one step or several (lesson 51).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from privlab.device import device
from privlab.fl.any_model.tracing import DenseUse, Loss, dense_uses
from privlab.fl.gradients.gradient import Gradient
from privlab.validation import positive, whole_number

if TYPE_CHECKING:
    from torch import Tensor, nn

PROBES = 8  # random samples on which a model is watched


class ClientModel:
    """A client's model and what it sent, in float64.

    model, loss, input_shape, classes, steps, learning_rate  as in `privlab.fl.attack`.
    seen       what came back, from a parameter's name to a tensor shaped like it, only of parameters that came back.
    precision  the relative size of the rounding of what came back.
    mean       whether the loss is a mean over the batch; else it is a sum.
    crossed    whether the scores of the last dense layer get back probabilities less 1 at the label.
    uses       the model's weight matrices at work on random samples, [PROBES, *input_shape].
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        gradients: Any,
        input_shape: Sequence[int],
        classes: int | None = None,
        *,
        steps: int = 1,
        learning_rate: float | None = None,
        seed: int = 0,
    ):
        import torch

        if not isinstance(model, torch.nn.Module) or not list(model.parameters()):
            raise ValueError(f"the model must be a torch module with parameters, got {type(model).__name__}")
        if not callable(loss):
            raise ValueError("the loss must be a function of the model's outputs and the labels, such as cross_entropy")
        self.steps = whole_number("the number of a client's steps", steps)
        if self.steps > 1 and learning_rate is None:
            raise ValueError("several local steps are done again with their learning_rate: give it too")
        self.learning_rate = None if learning_rate is None else positive("the learning rate", learning_rate)
        self.input_shape = _shape(input_shape)
        seed = whole_number("the seed", seed, least=0)
        copied = _copied(model)
        seen = _named(gradients, model, self.steps)
        self.precision = _precision(seen)
        self.model, self.loss = copied.double().to(device()), loss
        for parameter in self.model.parameters():
            parameter.requires_grad_()
        for module in self.model.modules():
            if hasattr(module, "momentum") and hasattr(module, "running_mean"):
                module.momentum = 0.0  # what the attacker computes must not change the statistics that were sent
        self.like = next(self.model.parameters())
        self.seen = {name: torch.as_tensor(part).to(self.like) for name, part in seen.items()}
        self.tolerance = min(max(1e-6, 1e3 * self.precision), 1e-2)
        self.length = sum(float((part**2).sum()) for part in self.seen.values()) ** 0.5
        self.generator = torch.Generator().manual_seed(seed % 2**63)
        self.probes = self.random(PROBES)
        self.classes = self._classes(classes)
        labels = torch.arange(PROBES, device=self.like.device) % self.classes
        self._try_loss(self.classes - 1 - labels)
        self.uses: list[DenseUse] = self.watched(self.probes, labels)
        self.mean = self._mean(labels)
        self.crossed = self._crossed(labels)

    def random(self, count: int) -> Tensor:
        """As many samples of uniform numbers from 0 to 1."""
        import torch

        return torch.rand(count, *self.input_shape, generator=self.generator, dtype=torch.float64).to(self.like)

    def watched(self, samples: Tensor, labels: Tensor) -> list[DenseUse]:
        """The weight matrices at work on a batch."""
        return dense_uses(self.model, self.loss, samples, labels)

    def sent(self, samples: Tensor, labels: Tensor, differentiable: bool = False) -> list[Tensor]:
        """What the client would have sent of these samples, a tensor for each that came back.

        One step: the gradient. Several: the parameters before less after.
        """
        import torch

        names = list(self.seen)
        start = dict(self.model.named_parameters())
        here = dict(start)
        for _ in range(self.steps):
            outputs = torch.func.functional_call(self.model, here, (samples.clone(),))  # it may change them in place
            gradient = torch.autograd.grad(
                self.loss(outputs, labels),
                [here[name] for name in names],
                create_graph=differentiable,
                allow_unused=True,
                materialize_grads=True,
            )
            if self.steps == 1:
                return list(gradient)
            moved = [here[name] - self.learning_rate * part for name, part in zip(names, gradient)]
            here |= {
                name: part if differentiable else part.detach().requires_grad_() for name, part in zip(names, moved)
            }
        return [start[name] - here[name] for name in names]

    def residual(self, samples: Tensor, labels: Tensor) -> float:
        """The distance of what these samples would have sent from what came back, over the length of that."""
        sent = self.sent(samples, labels)
        apart = sum(float(((mine.detach() - seen) ** 2).sum()) for mine, seen in zip(sent, self.seen.values()))
        return apart**0.5 / self.length

    def came_back(self, samples: Tensor, weight: str, labels: Sequence[int] | None = None) -> Tensor:
        """What comes back to the neurons of a dense layer for each sample alone, under each label, [n, labels, m].

        labels  None for all classes.
        """
        import torch

        rows = []
        kinds = torch.as_tensor(range(self.classes) if labels is None else labels, device=self.like.device)
        for sample in samples:
            many = sample.expand(len(kinds), *self.input_shape)
            use = next(use for use in self.watched(many, kinds) if use.weight == weight)
            rows.append(use.came_back.detach() * (len(kinds) if self.mean else 1))
        return torch.stack(rows)

    def gradient_of(self, use: DenseUse) -> tuple[np.ndarray | None, np.ndarray | None]:
        """What came back of a dense layer's weight [m, n] and of its bias [m]; None for what did not."""
        weight = self.seen.get(use.weight)
        bias = self.seen.get(use.bias) if use.bias else None
        turned = weight.T if weight is not None and use.transposed else weight
        return (None if turned is None else turned.cpu().numpy()), (None if bias is None else bias.cpu().numpy())

    def parameters_of(self, use: DenseUse) -> tuple[Tensor, Tensor | None]:
        """A dense layer's weight [m, n] and its bias [m], None where it has none."""
        named = dict(self.model.named_parameters())
        weight = named[use.weight].detach()
        return weight.T if use.transposed else weight, named[use.bias].detach() if use.bias else None

    def _classes(self, classes):
        """The number of classes: as it is given, or the width of the model's outputs."""
        import torch

        try:
            with torch.no_grad():
                outputs = self.model(self.probes.clone())
        except Exception as error:
            raise ValueError(
                f"the model does not take a batch of shape {[PROBES, *self.input_shape]}, so that input_shape must be "
                f"another one: {str(error).splitlines()[0]}"
            ) from None
        if not isinstance(outputs, torch.Tensor) or outputs.shape[:1] != (PROBES,):
            raise ValueError("the model must return one tensor with a row of scores for each sample")
        if classes is not None:
            return whole_number("the number of classes", classes, least=2)
        if outputs.dim() != 2 or outputs.shape[1] < 2:
            raise ValueError(
                f"the model's outputs for one sample are {list(outputs.shape[1:])}: say how many classes there are"
            )
        return outputs.shape[1]

    def _try_loss(self, labels):
        """Raises ValueError when the loss of random samples is not one finite number that depends on the model."""
        import torch

        outputs = self.model(self.probes.clone())
        try:
            value = self.loss(outputs, labels)
        except Exception as error:
            raise ValueError(
                f"the loss does not take outputs {list(outputs.shape)} and labels from 0 to {self.classes - 1}, whole "
                f"numbers {list(labels.shape)}: {str(error).splitlines()[0]}"
            ) from None
        if not isinstance(value, torch.Tensor) or value.dim() or not value.requires_grad:
            got = list(value.shape) if isinstance(value, torch.Tensor) and value.dim() else type(value).__name__
            raise ValueError(
                f"the loss must be one number for the whole batch, computed from the model's outputs, got {got}"
            )
        if not value.isfinite():
            raise ValueError(
                "the loss of random samples is not finite: the model is broken, or the loss is not its own"
            )

    def _mean(self, labels):
        import torch

        with torch.no_grad():
            once, twice = (
                self.loss(self.model(samples.clone()), kinds)
                for samples, kinds in ((self.probes, labels), (torch.cat([self.probes] * 2), torch.cat([labels] * 2)))
            )
        return bool(abs(twice - once) < 0.5 * abs(once))

    def _crossed(self, labels):
        import torch

        if not self.uses or self.uses[-1].sums.shape != (PROBES, self.classes):
            return False
        last = self.uses[-1]
        expected = last.sums.softmax(1) - torch.nn.functional.one_hot(labels, self.classes)
        return torch.allclose(last.came_back * (PROBES if self.mean else 1), expected, rtol=1e-6, atol=1e-9)


def _copied(model):
    """A copy of the model. Raises ValueError where there is none, or nothing to compute with in it."""
    import torch

    if any(isinstance(module, torch.jit.ScriptModule) for module in model.modules()):
        raise ValueError("the layers of a scripted model cannot be watched: give it as it was before torch.jit.script")
    if any(map(torch.nn.parameter.is_lazy, model.parameters())):
        raise ValueError("a layer of the model is lazy and has no numbers yet: show it one sample first")
    try:
        return copy.deepcopy(model)
    except RuntimeError:  # it holds tensors that were computed
        raise ValueError(
            "the model cannot be copied, since it holds results of its last run: take torch.nn.utils.parametrizations "
            "in place of torch.nn.utils.weight_norm, or build it anew"
        ) from None


def _shape(input_shape):
    try:
        shape = tuple(whole_number("each number of input_shape", side) for side in input_shape)
    except TypeError:
        raise ValueError(
            f"input_shape must be the shape of one sample, such as (1, 28, 28), got {input_shape!r}"
        ) from None
    if not shape:
        raise ValueError("input_shape must be the shape of one sample, such as (1, 28, 28), got none")
    return shape


def _named(gradients, model, steps):
    """What came back as float64 arrays by the names of parameters; bad input is one sentence."""
    import torch

    own = dict(model.named_parameters())
    if isinstance(gradients, torch.optim.Optimizer):
        held = {id(each) for group in gradients.param_groups for each in group["params"]}
        if not held & {id(each) for each in own.values()}:
            raise ValueError("the optimiser holds the parameters of another model: give the model that it steps")
        parts: Any = {name: each.grad for name, each in own.items() if id(each) in held}
    elif isinstance(gradients, torch.nn.Module):
        theirs = dict(gradients.named_parameters())
        if [*theirs] != [*own]:
            raise ValueError("the model that came back has other parameters than the one that was sent")
        parts = (
            {name: each.grad for name, each in theirs.items()}
            if steps == 1
            else {name: own[name].detach() - each.detach() for name, each in theirs.items()}
        )
    elif isinstance(gradients, Gradient):
        parts = gradients.parts
    else:
        parts = gradients
    if isinstance(parts, Mapping):
        unknown = [str(name) for name in parts if name not in own]
        if unknown:
            raise ValueError(
                f"the gradients name {unknown[0]!r}, which is no parameter of the model: use the names of "
                "model.named_parameters()"
            )
        pairs = list(parts.items())
    else:
        try:
            parts = list(parts)
        except TypeError:
            raise ValueError(
                "gradients must be a list, a tuple or a dict of tensors, a model whose parameters have gradients, or "
                f"its optimiser, got {type(gradients).__name__}"
            ) from None
        names = [*own] if len(parts) == len(own) else [name for name, each in own.items() if each.requires_grad]
        if len(parts) != len(names):
            raise ValueError(
                f"there are {len(parts)} gradients and {len(own)} parameters: give one for each, in the order of "
                "model.parameters()"
            )
        pairs = list(zip(names, parts))
    arrays = {name: _array(name, part, own[name]) for name, part in pairs if part is not None}
    if not arrays or not any(array.any() for array in arrays.values()):
        raise ValueError("no gradient came back, or all of it is zero: was backward called, on this model?")
    return arrays


def _array(name, part, parameter):
    import torch

    if isinstance(part, torch.Tensor):
        part = part.detach().cpu()
        part = part.float() if part.dtype == torch.bfloat16 else part
    try:
        array = np.asarray(part)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"the gradient of {name} must be a tensor of real numbers, got {type(part).__name__}")
    if array.shape != tuple(parameter.shape):
        raise ValueError(
            f"the gradient of {name} is {list(array.shape)} and the parameter {list(parameter.shape)}: is it of this "
            "model?"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"the gradient of {name} holds numbers that are missing (NaN) or infinite")
    return array


def _precision(seen):
    """The rounding of the coarsest array."""
    kinds = [array.dtype for array in seen.values() if array.dtype.kind == "f"]
    return max((float(np.finfo(kind).eps) for kind in kinds), default=1.0)
