"""What letters and digits are handed over in, and the error that says why there are none."""

from dataclasses import dataclass

import numpy as np


class DataError(RuntimeError):
    """Data that is missing, broken or cannot be fetched; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Pictures:
    """Labelled pictures: images uint8 [n, side, side], white ink 255 on black 0; labels uint8 [n]; writers [n] or None.

    source : where they come from, "emnist", "drawn", "mnist" or "digits".
    """

    images: np.ndarray
    labels: np.ndarray
    writers: np.ndarray | None
    source: str

    def __len__(self):
        return len(self.images)


@dataclass(frozen=True)
class Split:
    """Pictures to train on and pictures to test on, both from one source."""

    train: Pictures
    test: Pictures

    @property
    def source(self) -> str:
        """Where the pictures come from: "emnist", "drawn", "mnist" or "digits"."""
        return self.train.source
