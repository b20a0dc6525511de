"""Where tensors live: the GPU when there is one, nothing forbids it and its memory suffices, else the CPU."""
import functools
import os
import sys


def device():
    """The name of the device in use, "cuda" or "cpu".

    `PRIVLAB_DEVICE=cpu` keeps everything on the CPU; tests and the build of the notebooks set it.
    """
    if os.environ.get("PRIVLAB_DEVICE", "").lower() == "cpu":
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def cpu_when_full(work):
    """The function `work`; where the GPU has no memory left, it says so and works on the CPU, there and from then on.

    work : function of numbers and arrays, not of tensors, which would stay on the GPU.
    """
    @functools.wraps(work)
    def run(*arguments, **values):
        if device() == "cpu":
            return work(*arguments, **values)
        import torch

        try:
            return work(*arguments, **values)
        except torch.cuda.OutOfMemoryError:
            print("The GPU has no memory left: from here on everything is computed on the CPU.", file=sys.stderr)
            os.environ["PRIVLAB_DEVICE"] = "cpu"
        return work(*arguments, **values)

    return run
