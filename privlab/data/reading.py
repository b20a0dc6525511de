"""The shipped reader in numpy: how many letters of a file it reads says whether they lie as the course expects them.

It is the network of `privlab.ml.letter_classifier` with the weights that know all drawn faces, without torch: some
lessons that read letters need none.
"""

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Floats, Integers, Letters

WEIGHTS = Path(__file__).parent / "weights" / "reader-all.npz"
TINY = 1e-5  # added to the variance, as torch does


@functools.cache
def _weights() -> dict[str, NDArray[Any]]:
    with np.load(WEIGHTS) as file:
        return {name: file[name].astype(np.float32) for name in file.files}


def _normalise(values: Floats, name: str) -> Floats:
    """Batch normalisation with what was kept in training, then ReLU; the channels are the last axis."""
    kept = _weights()
    scale = kept[f"{name}.weight"] / np.sqrt(kept[f"{name}.running_var"] + TINY)
    return np.maximum((values - kept[f"{name}.running_mean"]) * scale + kept[f"{name}.bias"], 0)


def _convolve(images: Floats, name: str, stride: int = 1) -> Floats:
    """A convolution of images [n, side, side, channels] that keeps their size but for the stride."""
    weights = _weights()[f"{name}.weight"]  # [out, in, height, width]
    edge = weights.shape[-1] // 2
    padded = np.pad(images, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return np.tensordot(windows, weights, axes=((3, 4, 5), (1, 2, 3))) + _weights()[f"{name}.bias"]


def _pool(images: Floats) -> Floats:
    """The largest of every four neighbours; an odd row and column at the end are left out."""
    n, side, _, channels = images.shape
    half = side // 2
    return images[:, : 2 * half, : 2 * half].reshape(n, half, 2, half, 2, channels).max(axis=(2, 4))


def read(images: Letters) -> Integers:
    """The letters that the shipped reader sees in white ink on black: [n] in 0..25 for a..z."""
    kept = _weights()
    values = np.asarray(images, dtype=np.float32)[..., None] / 255
    values = _normalise(_convolve(values, "convolutions.0", stride=2), "convolutions.1")
    values = _pool(_normalise(_convolve(values, "convolutions.3"), "convolutions.4"))
    values = _pool(_normalise(_convolve(values, "convolutions.7"), "convolutions.8"))
    flat = values.transpose(0, 3, 1, 2).reshape(len(values), -1)
    hidden = _normalise(flat @ kept["layer.0.weight"].T + kept["layer.0.bias"], "layer.1")
    return (hidden @ kept["scores.1.weight"].T + kept["scores.1.bias"]).argmax(axis=1)
