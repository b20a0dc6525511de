"""Digits: MNIST where it is at hand, scikit-learn's small digits everywhere."""

from pathlib import Path

import numpy as np

from privlab.data.cache_folder import load_arrays
from privlab.data.types import DataError, Pictures, Split
from privlab.settings import folder_setting

FILE = "mnist.npz"


def digits() -> Split:
    """Digits, a Split of `train` and `test`: MNIST where the folder PRIVLAB_DATA holds mnist.npz, else scikit-learn's.

    MNIST has 28 x 28 pixels and the source "mnist", scikit-learn's digits have 8 x 8 and the source "digits".
    Raises DataError when mnist.npz is broken, or scikit-learn is needed and missing.
    """
    path = (folder_setting("PRIVLAB_DATA") or Path("drawn")) / FILE
    if path.is_file():
        return mnist(path)
    return small_digits()


def mnist(path: Path) -> Split:
    """MNIST out of an npz file, with the writers where the file has them."""
    arrays = load_arrays(path, ["x_train", "y_train", "x_test", "y_test"])
    with np.load(path) as file:
        writers = [file[name] if name in file.files else None for name in ("writer_train", "writer_test")]
    for x, y in (arrays[:2], arrays[2:]):
        if x.dtype != np.uint8 or x.shape != (len(y), 28, 28) or not len(y) or y.max() > 9:
            raise DataError(f"{path} must hold pictures uint8 [n, 28, 28] and as many labels 0..9.")
    sets = [Pictures(arrays[2 * i], arrays[2 * i + 1], writers[i], "mnist") for i in (0, 1)]
    return Split(*sets)


def small_digits() -> Split:
    """The 1,797 digits of 8 x 8 pixels that come with scikit-learn; every fifth is for testing."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise DataError(
            "The small digits come with scikit-learn, which is not installed: run `python -m pip install scikit-learn`."
        ) from error
    images, labels = load_digits(return_X_y=True)
    images = np.rint(images.reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    labels = labels.astype(np.uint8)
    test = np.arange(len(labels)) % 5 == 4
    sets = [Pictures(images[rows], labels[rows], None, "digits") for rows in (~test, test)]
    return Split(*sets)
