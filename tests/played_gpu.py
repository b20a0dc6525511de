"""A GPU that is played: tensors that compute on the CPU, say that they are on a GPU, and refuse what lies elsewhere.

Real GPUs refuse to compute with a tensor of the CPU, and so do these: a function that forgets to make a tensor on the
device of its input fails here as it would there, with the values that it would have had.
"""

import contextlib

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as trees

GPU = torch.device("cuda", 0)
INDEXED = {torch.Tensor.__getitem__, torch.Tensor.__setitem__}  # takes indices from the CPU, on a real GPU too
INPLACE = {torch.Tensor.requires_grad_, torch.Tensor.backward}


class OnGpu(torch.Tensor):
    """A tensor of the GPU that is played."""

    @property
    def device(self):
        """The GPU, for all but torch itself."""
        return torch.device("cpu") if Played.inside else GPU

    @property
    def is_cuda(self):
        """True, for all but torch itself."""
        return not Played.inside

    def __deepcopy__(self, memo):
        """A leaf of the same kind."""
        with torch._C.DisableTorchFunctionSubclass():
            copied = self.detach().clone().as_subclass(OnGpu).requires_grad_(self.requires_grad)
        copied._is_param = getattr(self, "_is_param", False)
        return memo.setdefault(id(self), copied)


class WrongDevice(RuntimeError):
    """Tensors of two devices met."""


class Played(TorchFunctionMode):
    """A mode in which tensors know on which device they are."""

    inside = False  # whether torch itself is at work
    generators: dict = {}  # of the GPU that is played, by their identity

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if func is torch.Tensor.cpu:
            return _plain(args[0]).clone()
        if name in ("numpy", "__array__") and isinstance(args[0], OnGpu):
            raise TypeError("can't convert a tensor of a GPU to numpy: copy it to the CPU first")
        if func is torch.Tensor.to:
            return _moved(*args, **kwargs)
        wanted = kwargs.pop("device", None)
        on_gpu = wanted is not None and torch.device(wanted).type == "cuda"
        tensors = [each for each in trees.tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
        here = [each for each in tensors if isinstance(each, OnGpu)]
        if here and func in INDEXED:
            tensors = [args[0], *(each for each in args[2:] if isinstance(each, torch.Tensor))]
        if here and not all(isinstance(each, OnGpu) or not _shape(each) for each in tensors):
            raise WrongDevice(f"{name}: expected all tensors on the same device, found cuda:0 and cpu")
        drawn = kwargs.get("generator")
        if drawn is not None and (id(drawn) in self.generators) != bool(on_gpu or here):
            raise WrongDevice(f"{name}: the generator is not on the device of the tensor")
        if wanted is None and here and name in ("as_tensor",):
            on_gpu = True
        before, Played.inside = Played.inside, True
        try:
            with torch._C.DisableTorchFunctionSubclass():
                result = func(*args, **kwargs)
        finally:
            Played.inside = before
        if not (here or on_gpu) or func in INPLACE:
            return result
        kept = {id(each) for each in tensors}
        return trees.tree_map(lambda each: each if id(each) in kept else _wrapped(each), result)


def _shape(tensor):
    with torch._C.DisableTorchFunctionSubclass():
        return tuple(tensor.shape)


def _plain(tensor):
    with torch._C.DisableTorchFunctionSubclass():
        return tensor.as_subclass(torch.Tensor)


def _wrapped(value):
    """A tensor as one of the GPU; anything else as it is."""
    if not isinstance(value, torch.Tensor) or isinstance(value, OnGpu):
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return value.as_subclass(OnGpu)


def _moved(tensor, *arguments, **named):
    """What `to` gives: on the device that is named, or on that of another tensor."""
    asked = [*arguments, *named.pop("other", ()), *named.values()]
    where = isinstance(tensor, OnGpu)
    others = []
    for value in asked:
        if isinstance(value, torch.Tensor):
            where = isinstance(value, OnGpu)
            with torch._C.DisableTorchFunctionSubclass():
                others.append(value.dtype)
        elif isinstance(value, str | torch.device):
            where = torch.device(value).type == "cuda"
        elif isinstance(value, torch.dtype):
            others.append(value)
    with torch._C.DisableTorchFunctionSubclass():
        result = tensor.to(*others[:1]) if others else tensor
        if isinstance(result, OnGpu) == where:
            return result
        return result.as_subclass(OnGpu if where else torch.Tensor)


def _module_to(real):
    """A module's method `to`, whose parameters and buffers become tensors of the GPU."""

    def to(self, *arguments, **named):
        where = next((value for value in (*arguments, *named.values()) if isinstance(value, str | torch.device)), None)
        if where is None or torch.device(where).type != "cuda":
            return real(self, *arguments, **named)
        for module in self.modules():
            for kept in (module._parameters, module._buffers):
                for name, value in kept.items():
                    if value is None or isinstance(value, OnGpu):
                        continue
                    moved = _wrapped(value.detach())
                    moved.requires_grad_(value.requires_grad)
                    if kept is module._parameters:
                        moved._is_param = True
                    kept[name] = moved
        return self

    return to


def told_of(monkeypatch):
    """None; torch says from here on that there is a GPU, which is the device that the course takes."""
    monkeypatch.setenv("PRIVLAB_DEVICE", "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    # an optimiser asks the driver of a build for GPUs, where there is none
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available=False: None)


@contextlib.contextmanager
def played(monkeypatch):
    """A context in which there is a GPU, that is played."""
    real = torch.Generator

    class Generator(real):
        def __new__(cls, device="cpu"):
            made = real()
            if torch.device(device).type == "cuda":
                Played.generators[id(made)] = made
            return made

    told_of(monkeypatch)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**40, 2**40))
    monkeypatch.setattr(torch, "Generator", Generator)
    monkeypatch.setattr(torch.nn.Module, "to", _module_to(torch.nn.Module.to))
    try:
        with Played():
            yield
    finally:
        Played.generators.clear()
