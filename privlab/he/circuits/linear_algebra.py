"""Linear algebra on encrypted vectors and matrices: every operation only adds nodes to a circuit (lessons 31 and 32).

A block of rows x columns lies in the slots row by row, repeated until all slots are full. A row vector has entry j in
column j of every row, a column vector entry i in all of row i, a scalar its number everywhere. So matrix * row * column
is slot by slot, and column * row the outer product. A sum over the rows wraps round all slots and lands everywhere, at
no depth. A sum over the columns leaks into the next row: either the leak is masked away (a level), or each row is held
twice, and then the first half is right.
"""

from dataclasses import dataclass, replace
from typing import Union

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import power_of_two
from privlab.he.circuits.tracing import Value

Operand = Union["Block", ArrayLike]


@dataclass(frozen=True)
class Layout:
    """How an input lies in the slots; `Matrix`, `Row` and `Column` make one.

    kind  "matrix", "row", "column" or "scalar".    rows, columns  of the block, filled up with zeros to powers of two.
    copies  "once"; or in double width "twice" (the row again), "zeros" (beside it), "first" (only that half is right).
    """

    kind: str
    rows: int
    columns: int
    copies: str = "once"

    @property
    def width(self) -> int:
        """Slots of one row."""
        return power_of_two(self.columns) * (1 if self.copies == "once" else 2)

    @property
    def slots(self) -> int:
        """Slots of the block."""
        return power_of_two(self.rows) * self.width

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers that it holds, () for a scalar."""
        shapes = {"matrix": (self.rows, self.columns), "row": (self.columns,), "column": (self.rows,), "scalar": ()}
        return shapes[self.kind]

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold `numbers`. Raises ValueError for another shape."""
        numbers = np.asarray(numbers, dtype=float)
        if numbers.shape != self.shape:
            raise ValueError(f"expected a {self.kind} of the shape {self.shape}, got {numbers.shape}")
        if self.kind == "column":
            numbers = numbers[:, None]
        block = np.zeros((power_of_two(self.rows), power_of_two(self.columns)))
        block[: self.rows, : self.columns] = numbers
        if self.copies != "once":
            block = np.concatenate([block, block if self.copies == "twice" else 0 * block], axis=1)
        return np.tile(block.ravel(), size // self.slots)

    def unpack(self, slots: Floats) -> Floats:
        """The numbers that lie in `slots`."""
        block = slots[: self.slots].reshape(power_of_two(self.rows), self.width)[: self.rows, : self.columns]
        return {"matrix": block, "row": block[0], "column": block[:, 0], "scalar": block[0, 0]}[self.kind]

    def wrap(self, value: Value) -> "Block":
        """What a traced function works with."""
        return Block(value, self)


def Matrix(rows: int, columns: int, copies: str = "once") -> Layout:
    """How a matrix of rows x columns lies in the slots."""
    return Layout("matrix", rows, columns, copies)


def Row(rows: int, columns: int, copies: str = "once") -> Layout:
    """How a vector [columns] lies beside a matrix of rows x columns: entry j in column j of every row."""
    return Layout("row", rows, columns, copies)


def Column(rows: int, columns: int, copies: str = "once") -> Layout:
    """How a vector [rows] lies beside a matrix of rows x columns: entry i in all of row i."""
    return Layout("column", rows, columns, copies)


class Block:
    """An encrypted matrix, vector or scalar: + - * slot by slot, `matrix @ row`, `column @ matrix`, sums."""

    __array_ufunc__ = None

    def __init__(self, value: Value, layout: Layout):
        self.value, self.layout = value, layout

    def _joined(self, other: "Block", product: bool) -> Layout:
        mine, theirs = self.layout, other.layout
        if (mine.rows, mine.columns, mine.width) != (theirs.rows, theirs.columns, theirs.width):
            raise ValueError(f"these lie in different blocks: {mine} and {theirs}")
        kinds = {mine.kind, theirs.kind} - {"scalar"}
        kind = "scalar" if not kinds else kinds.pop() if len(kinds) == 1 else "matrix"
        if mine.copies == theirs.copies:
            return replace(mine, kind=kind)
        zeros = product and "zeros" in (mine.copies, theirs.copies)
        return replace(mine, kind=kind, copies="zeros" if zeros else "first")

    def _packed(self, plain: ArrayLike) -> ArrayLike:
        if isinstance(plain, Value):
            raise ValueError(
                "one is a block of slots, the other a bare value: give both a layout, such as he.circuits.Matrix"
            )
        if np.ndim(plain) == 0:
            return plain
        kind = {2: "matrix", 1: self.layout.kind}[np.ndim(plain)]
        copies = "twice" if self.layout.copies == "first" else self.layout.copies
        return replace(self.layout, kind=kind, copies=copies).pack(plain, self.value.builder.size)

    def __add__(self, other: Operand) -> "Block":
        if isinstance(other, Block):
            return Block(self.value + other.value, self._joined(other, False))
        if np.ndim(other) == 0 and self.layout.copies == "zeros":
            return Block(self.value + other, replace(self.layout, copies="first"))
        return Block(self.value + self._packed(other), self.layout)

    def __sub__(self, other: Operand) -> "Block":
        if isinstance(other, Block):
            return Block(self.value - other.value, self._joined(other, False))
        return self + -np.asarray(other, dtype=float)

    def __neg__(self) -> "Block":
        return Block(-self.value, self.layout)

    def __rsub__(self, other: Operand) -> "Block":
        return -self + other

    def __mul__(self, other: Operand) -> "Block":
        if isinstance(other, Block):
            return Block(self.value * other.value, self._joined(other, True))
        return Block(self.value * self._packed(other), self.layout)

    __radd__, __rmul__ = __add__, __mul__

    def __matmul__(self, other: Operand) -> "Block":
        """Matrix @ row is a column, column @ matrix a row, row @ row a scalar. Raises ValueError for other kinds."""
        kinds = self.layout.kind, other.layout.kind if isinstance(other, Block) else "vector"
        if kinds in (("matrix", "row"), ("row", "row")):
            return (self * other).sum_columns()
        if kinds == ("column", "matrix"):
            return (self * other).sum_rows()
        raise ValueError(
            f"there is {kinds[0]} @ {kinds[1]} no product: matrix @ row, column @ matrix and row @ row there are"
        )

    def sum_rows(self) -> "Block":
        """The sum of all rows, a row: no depth."""
        kind = {"column": "scalar", "scalar": "scalar"}.get(self.layout.kind, "row")
        total = self.value.sum(step=self.layout.width, count=power_of_two(self.layout.rows))
        return Block(total, replace(self.layout, kind=kind))

    def sum_columns(self, factor: float = 1.0) -> "Block":
        """The sum of all columns times `factor`, a column.

        In single width it is masked, which takes a level; in double width nothing need be.
        """
        kind = {"row": "scalar", "scalar": "scalar"}.get(self.layout.kind, "column")
        if self.layout.copies == "first":
            raise ValueError("only the first half of each row is right: multiply by a block beside zeros first")
        whole = self.double() if self.layout.copies == "zeros" else self
        columns = power_of_two(self.layout.columns)
        total = whole.value.sum(count=columns)
        if self.layout.copies == "once":
            mask = np.zeros((power_of_two(self.layout.rows), columns))
            mask[:, 0] = factor
            first = total * np.tile(mask.ravel(), total.builder.size // mask.size)
            return Block(first.rotate(1 - columns).sum(count=columns), replace(self.layout, kind=kind))
        total = total if factor == 1.0 else total * factor
        return Block(total, replace(self.layout, kind=kind, copies="first"))

    def double(self) -> "Block":
        """A block beside zeros with its rows twice instead: one rotation, no depth."""
        if self.layout.copies != "zeros":
            raise ValueError(f"only a block beside zeros can be doubled, this one is held {self.layout.copies}")
        columns = power_of_two(self.layout.columns)
        return Block(self.value + self.value.rotate(-columns), replace(self.layout, copies="twice"))

    def first(self, factor: float = 1.0) -> "Block":
        """`factor` times the block, beside zeros: one multiplication by a plain mask. For double width."""
        columns = power_of_two(self.layout.columns)
        mask = np.tile(np.repeat([factor, 0.0], columns), self.value.builder.size // (2 * columns))
        return Block(self.value * mask, replace(self.layout, copies="zeros"))

    def transpose(self) -> "Block":
        """The transposed square matrix in single width: a mask and a rotation for each diagonal, one level."""
        rows, columns = power_of_two(self.layout.rows), power_of_two(self.layout.columns)
        if rows != columns or self.layout.kind != "matrix" or self.layout.copies != "once":
            raise ValueError("only a square matrix held once can be transposed here")
        repeats = self.value.builder.size // rows**2
        terms = []
        for offset in range(1 - rows, rows):
            diagonal = np.eye(rows, k=offset)
            terms.append((self.value * np.tile(diagonal.ravel(), repeats)).rotate(-offset * (rows - 1)))
        transposed = replace(self.layout, rows=self.layout.columns, columns=self.layout.rows)
        return Block(sum(terms[1:], terms[0]), transposed)
