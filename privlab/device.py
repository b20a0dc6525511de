"""Where tensors live: on the GPU when there is one, nothing forbids it and its memory suffices, else on the CPU."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

from privlab.settings import setting

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def device() -> str:
    """The name of the device in use, "cuda" or "cpu".

    `PRIVLAB_DEVICE=cpu` keeps everything on the CPU; tests and the build of the notebooks set it.
    """
    if setting("PRIVLAB_DEVICE").lower() == "cpu":
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """A context in which torch uses one thread: small matrices on several wait for each other."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def cpu_when_full(work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function `work`; where the GPU has no memory left, it says so and works on the CPU, there and from then on.

    Tensors, torch modules and objects with a method `cpu` among its arguments follow to the CPU. A module begins anew,
    as it was given, and goes back to where it was. Of functions that call each other the outermost begins anew, so that
    no tensor of an inner one meets one on the other device.
    """

    @functools.wraps(work)
    def run(*arguments: Parameters.args, **values: Parameters.kwargs) -> Result:
        if _busy:
            return work(*arguments, **values)
        _busy.append(work)
        try:
            return _run(work, arguments, values)
        finally:
            _busy.pop()

    return run


_busy: list = []  # the outermost function at work


def _run(work, arguments, values):
    import torch

    modules = [value for value in (*arguments, *values.values()) if isinstance(value, torch.nn.Module)]
    if device() == "cuda":
        before = [{name: part.cpu().clone() for name, part in module.state_dict().items()} for module in modules]
        try:
            return work(*arguments, **values)
        except torch.cuda.OutOfMemoryError:
            print("The GPU has no memory left: from here on everything is computed on the CPU.", file=sys.stderr)
            os.environ["PRIVLAB_DEVICE"] = "cpu"
        for module, kept in zip(modules, before):
            module.load_state_dict(kept)
    homes = [next((part.device for part in module.parameters()), "cpu") for module in modules]
    result = work(*map(_on_cpu, arguments), **{name: _on_cpu(value) for name, value in values.items()})
    for module, home in zip(modules, homes):
        module.to(home)
    return result


def _on_cpu(value):
    """The value on the CPU: tensors as copies there, modules moved, and what lies in tuples and lists as well."""
    if type(value) in (tuple, list):
        return type(value)(map(_on_cpu, value))
    return value.cpu() if hasattr(value, "cpu") else value
