"""Where tensors live: the GPU when there is one and nothing forbids it, else the CPU."""
import os


def device():
    """The name of the device in use, "cuda" or "cpu".

    `PRIVLAB_DEVICE=cpu` keeps everything on the CPU; tests and the build of the notebooks set it.
    """
    if os.environ.get("PRIVLAB_DEVICE", "").lower() == "cpu":
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
