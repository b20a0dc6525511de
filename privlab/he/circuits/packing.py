"""How the numbers of matrices and vectors lie in slots (lessons 31 and 32)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import power_of_two
from privlab.validation import real_numbers


@dataclass(frozen=True)
class BlockPacking:
    """How the numbers of a block lie in the slots.

    kind  "matrix", "row", "column" or "scalar".    rows, columns  of the block, filled up with zeros to powers of two.
    copies  "once"; or in double width "twice" (the row again), "zeros" (beside it), "first" (only that half is right).
    across  columns that there are slots for, a power of two: as many as needed, or more.
    """

    kind: str
    rows: int
    columns: int
    copies: str = "once"
    across: int = 1

    def __post_init__(self) -> None:
        if self.kind not in ("matrix", "row", "column", "scalar"):
            raise ValueError(f"a block is a matrix, a row, a column or a scalar, not {self.kind!r}")
        if self.copies not in ("once", "twice", "zeros", "first"):
            raise ValueError(f"a row is held once, twice, beside zeros or right in its first half, not {self.copies!r}")
        sizes = (self.rows, self.columns, self.across)
        if not all(isinstance(size, int | np.integer) and size >= 1 for size in sizes) or self.across & self.across - 1:
            raise ValueError(f"a block has at least one row and one column, whole numbers; got {sizes[0]} x {sizes[1]}")

    def in_words(self) -> str:
        """What it is and in a block of which size it lies."""
        beside = f", {self.across} side by side" if self.across > 1 else ""
        return f"a {self.kind} in a block of {self.rows} x {self.columns}, held {self.copies}{beside}"

    @property
    def half(self) -> int:
        """Slots of the columns, once."""
        return max(power_of_two(self.columns), self.across)

    @property
    def width(self) -> int:
        """Slots of one row."""
        return self.half * (1 if self.copies == "once" else 2)

    @property
    def whole_rows(self) -> int:
        """The rows with those that fill it up."""
        return power_of_two(self.rows)

    @property
    def slots(self) -> int:
        """Slots of the block."""
        return self.whole_rows * self.width

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers that it holds, () for a scalar."""
        shapes = {"matrix": (self.rows, self.columns), "row": (self.columns,), "column": (self.rows,), "scalar": ()}
        return shapes[self.kind]

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold `numbers`. Raises ValueError for another shape."""
        numbers = real_numbers("the numbers", numbers)
        if numbers.shape != self.shape:
            raise ValueError(f"expected a {self.kind} of the shape {self.shape}, got {numbers.shape}")
        rows = self.rows if self.kind in ("matrix", "column") else self.whole_rows
        columns = self.columns if self.kind in ("matrix", "row") else self.half
        return self.region(numbers[:, None] if self.kind == "column" else numbers, rows, columns, size)

    def region(self, numbers: ArrayLike, rows: int, columns: int, size: int) -> Floats:
        """The slots [size] with `numbers` in the first rows and columns, zeros elsewhere."""
        block = np.zeros((self.whole_rows, self.half))
        block[:rows, :columns] = numbers
        if self.copies != "once":
            block = np.concatenate([block, 0 * block if self.copies == "zeros" else block], axis=1)
        return np.tile(block.ravel(), size // self.slots)

    def unpack(self, slots: Floats) -> Floats:
        """The numbers that lie in `slots`."""
        block = slots[: self.slots].reshape(self.whole_rows, self.width)[: self.rows, : self.columns]
        return {"matrix": block, "row": block[0], "column": block[:, 0], "scalar": block[0, 0]}[self.kind]
