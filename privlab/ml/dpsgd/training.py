"""Private training of a model of one's own: a budget goes in, a trained model and the account of it come out."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from privlab.device import cpu_when_full
from privlab.ml.dpsgd.account import Account
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum
from privlab.ml.dpsgd.per_example import CHUNK, Loss, trained_parameters
from privlab.validation import positive, whole_number

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.optim import Optimizer

SAVES = 20  # how often a training is kept on its way


def train(
    model: Module,
    loss: Loss,
    data: tuple[Tensor, Tensor],
    *,
    epsilon: float,
    delta: float,
    sample_rate: float,
    steps: int,
    max_norm: float,
    optimizer: Optimizer,
    chunk: int = CHUNK,
    seed: int | None = None,
    file: str | os.PathLike[str] | None = None,
    clipped_sum: Callable[..., tuple[Tensor, ...]] = bookkept_sum,
) -> Account:
    """Trains `model` in place by DP-SGD and returns the `Account` of it, which says what was spent.

    loss : loss(outputs, targets) -> [n], each example's own. data : inputs and targets, [n, ...] each.
    epsilon : above 0; infinity trains without noise, and clips all the same. delta : at most 1 / n, better far below.
    sample_rate : the probability with which a step takes each example. max_norm : the most one gradient may measure.
    optimizer : any of torch's that steps on gradients, over the model's parameters; a schedule is hung on it by its
    `register_step_post_hook`. Frozen parameters stay as they are.
    chunk : examples whose gradients are held at once: less takes less memory, and a batch is as large as before.
    seed : makes batches and noise repeatable, and then they hide nothing; left out, the operating system draws them.
    file : keeps model, optimizer and account. A training that was cut short goes on from there when it is called again
    in the same way, and takes no step twice; one that has ended is read back and costs nothing.
    clipped_sum : `bookkept_sum`, or `per_example_sum` for layers that it does not cover.
    The sum is divided by the expected batch, sample_rate * n, with n treated as public: the batch that came is a
    secret. What settings were chosen by trying them on the data costs more than the account says.
    Raises ValueError when a gradient cannot be bounded exactly, a budget cannot be kept, the model keeps something of
    the examples, or the file is of another training.
    Source: Abadi et al. (2016), algorithm 1.
    Not secure because its noise is drawn as floating-point numbers (lesson 22).
    """
    inputs, targets = _pair(data)
    max_norm, chunk = float(positive("max_norm", max_norm)), whole_number("chunk", chunk)
    seed = None if seed is None else whole_number("seed", seed, least=0)
    if not callable(loss):
        raise ValueError(f"the loss must be a function of outputs and targets, got {type(loss).__name__}")
    account = Account.plan(epsilon=epsilon, delta=delta, examples=len(inputs), sample_rate=sample_rate, steps=steps)
    parameters = _parameters(model, optimizer)
    kept = None if file is None else _Kept(pathlib.Path(file), model, optimizer, account, max_norm)
    every = max(1, account.steps // SAVES)
    expected, noise_std = account.sample_rate * len(inputs), account.noise_multiplier * max_norm
    home = parameters[0].device
    try:
        while account.taken < account.steps:
            if kept and account.taken % every == 0:
                kept.save(ahead=every)
            draws = _Draws(seed, account.taken)
            batch = np.flatnonzero(draws.uniform(len(inputs)) < account.sample_rate)
            rows = _taken(inputs, batch, home), _taken(targets, batch, home)
            summed = _summed(clipped_sum, model, *rows, max_norm, loss, chunk)
            account.take()
            optimizer.zero_grad(set_to_none=True)
            for value, part in zip(parameters, summed, strict=True):
                noise = 0 if not noise_std else noise_std * _like(value, draws.normal(tuple(value.shape)))
                value.grad = (part.to(value) + noise) / expected
            optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    finally:
        if kept:
            kept.save()
    return account


class _Draws:
    """Numbers of one step, of the operating system or, with a seed, of a generator of that step's own."""

    def __init__(self, seed, step):
        self._rng = None if seed is None else np.random.default_rng((seed, step))

    def uniform(self, count):
        """Numbers from 0 to 1, neither of which is reached, [count]."""
        if self._rng is not None:
            return self._rng.random(count)
        return ((np.frombuffer(secrets.token_bytes(8 * count), np.uint64) >> np.uint64(11)) + 0.5) / 2**53

    def normal(self, shape):
        """Gaussian numbers of standard deviation 1."""
        from scipy.special import ndtri

        if self._rng is not None:
            return self._rng.standard_normal(shape)
        return ndtri(self.uniform(int(np.prod(shape)))).reshape(shape)


class _Kept:
    """The file of a training: reads it where there is one, and writes it anew in one move."""

    def __init__(self, path, model, optimizer, account, max_norm):
        import torch

        self.path, self.model, self.optimizer, self.account = path, model, optimizer, account
        self.settings = dataclasses.asdict(account) | {"max_norm": max_norm, "optimizer": type(optimizer).__name__}
        del self.settings["taken"]
        if not path.parent.is_dir():
            raise ValueError(f"there is no folder {path.parent} to keep the training in: make it first")
        if not path.exists():
            return
        try:
            found = torch.load(path, weights_only=True)
            taken, settings = found["taken"], found["settings"]
        except Exception as error:
            raise ValueError(f"{path} keeps no private training: take another file") from error
        other = [name for name, value in self.settings.items() if settings.get(name) != value]
        if other:
            raise ValueError(
                f"{path} keeps a training with {other[0]} {settings.get(other[0])}, and {self.settings[other[0]]} was "
                "asked for: go on with its own settings, or take another file, and count both trainings"
            )
        try:
            model.load_state_dict(found["model"])
            optimizer.load_state_dict(found["optimizer"])
            account.taken = min(whole_number("the steps taken", taken, least=0), account.steps)
        except (RuntimeError, ValueError, KeyError) as error:
            raise ValueError(
                f"{path} keeps a training of another model, or with other groups of parameters: build both as they "
                "were, or take another file, and count both trainings"
            ) from error

    def save(self, ahead=0):
        """Writes the file. ahead : steps that are paid for in advance, so that none is taken twice after a crash."""
        import torch

        taken = min(self.account.taken + ahead, self.account.steps)
        states = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        partial = self.path.with_name(self.path.name + ".partial")
        torch.save(states | {"settings": self.settings, "taken": taken}, partial)
        partial.replace(self.path)


@cpu_when_full
def _summed(clipped_sum, model, inputs, targets, max_norm, loss, chunk):
    return clipped_sum(model, inputs, targets, max_norm, loss=loss, chunk=chunk)


def _pair(data):
    """Inputs and targets, once they are two tensors of as many examples."""
    import torch

    if not isinstance(data, tuple | list) or len(data) != 2 or not all(isinstance(one, torch.Tensor) for one in data):
        raise ValueError("data must be two tensors, inputs and targets, with one row for each example")
    inputs, targets = data
    if not inputs.ndim or not targets.ndim:
        raise ValueError("data must be two tensors with one row for each example, and one of them is a single number")
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs need as many targets, got {len(targets)}")
    return inputs, targets


def _parameters(model, optimizer):
    """The parameters that are trained, once it is sure that the optimizer moves these and no other."""
    import torch

    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError("the optimizer must be one of torch's, such as torch.optim.SGD(model.parameters(), lr=0.1)")
    if isinstance(optimizer, torch.optim.LBFGS):
        raise ValueError("LBFGS looks at the data several times a step: take an optimizer that looks once, such as SGD")
    parameters = trained_parameters(model)
    moved = {value for group in optimizer.param_groups for value in group["params"] if value.requires_grad}
    if moved != set(parameters):
        raise ValueError(
            f"the optimizer moves {len(moved)} parameters, and {len(moved & set(parameters))} of the "
            f"{len(parameters)} that the model trains are among them: make it of the model's own, "
            "model.parameters(), or freeze the others by requires_grad_(False)"
        )
    return parameters


def _taken(rows, batch, home):
    import torch

    return rows[torch.as_tensor(batch, device=rows.device)].to(home)


def _like(value, numbers):
    import torch

    return torch.as_tensor(numbers).to(value)
