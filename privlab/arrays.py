"""The arrays of the house, as signatures name them: what they hold and their shapes.

In the shapes: n letters, people or rows, k classes, d numbers of one vector.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]  # any shape; the docstring says which
Integers = NDArray[np.int64]  # any shape
Booleans = NDArray[np.bool_]  # any shape
Residues = NDArray[np.uint64]  # numbers modulo 2^64: shares, masks, fixed point
Letters = NDArray[np.uint8]  # [n, 28, 28], white ink 255 on black 0
Letter = NDArray[np.uint8]  # [28, 28]
Labels = NDArray[np.integer]  # [n], 0 to k - 1: 0 is "a"
Images = NDArray[Any]  # [n, 28, 28], uint8, or floats from 0 to 1
Image = NDArray[Any]  # [28, 28], uint8, or floats from 0 to 1
Rows = NDArray[np.floating]  # [n, d], one row an example
Scores = NDArray[np.floating]  # [n], or [models, n, k]: higher is likelier
