"""Linear algebra on encrypted vectors and matrices: every operation only adds nodes to a circuit (lessons 31 and 32).

A block of rows x columns lies in the slots row by row, repeated until all slots are full. A row vector has entry j in
column j of every row, a column vector entry i in all of row i, a scalar its number everywhere. So matrix * row * column
is slot by slot, and column * row the outer product. A sum over the rows wraps round all slots and lands everywhere, at
no depth. A sum over the columns leaks into the next row: either the leak is masked away (a level), or each row is held
twice, and then the first half is right.
"""

from dataclasses import dataclass, replace

import numpy as np

from privlab.he.circuits.tracing import Value


def _power(number):
    return 1 << (number - 1).bit_length()


@dataclass(frozen=True)
class Layout:
    """How an input lies in the slots; `Matrix`, `Row`, `Column` and `Scalar` make one.

    kind : "matrix", "row", "column" or "scalar". rows, columns : of the block, filled up with zeros to powers of two.
    copies : "once"; or in double width "twice" (the row again), "zeros" beside it, "first" (only the first half is
    right).
    """

    kind: str
    rows: int
    columns: int
    copies: str = "once"

    @property
    def width(self):
        """Slots of one row."""
        return _power(self.columns) * (1 if self.copies == "once" else 2)

    @property
    def slots(self):
        """Slots of the block."""
        return _power(self.rows) * self.width

    @property
    def shape(self):
        """The shape of the numbers that it holds, () for a scalar."""
        return {"matrix": (self.rows, self.columns), "row": (self.columns,), "column": (self.rows,), "scalar": ()}[
            self.kind
        ]

    def pack(self, numbers, size):
        """The slots [size] that hold `numbers`. Raises ValueError for another shape."""
        numbers = np.asarray(numbers, dtype=float)
        if numbers.shape != self.shape:
            raise ValueError(f"expected a {self.kind} of the shape {self.shape}, got {numbers.shape}")
        if self.kind == "column":
            numbers = numbers[:, None]
        block = np.zeros((_power(self.rows), _power(self.columns)))
        block[: self.rows, : self.columns] = numbers
        if self.copies != "once":
            block = np.concatenate([block, block if self.copies == "twice" else 0 * block], axis=1)
        return np.tile(block.ravel(), size // self.slots)

    def unpack(self, slots):
        """The numbers that lie in `slots`."""
        block = slots[: self.slots].reshape(_power(self.rows), self.width)[: self.rows, : self.columns]
        return {"matrix": block, "row": block[0], "column": block[:, 0], "scalar": block[0, 0]}[self.kind]

    def wrap(self, value):
        """The `Block` that a traced function works with."""
        return Block(value, self)


def Matrix(rows, columns, copies="once"):
    """The `Layout` of a matrix of rows x columns."""
    return Layout("matrix", rows, columns, copies)


def Row(rows, columns, copies="once"):
    """The `Layout` of a vector of `columns` entries beside a matrix of rows x columns: entry j in column j of every
    row.
    """
    return Layout("row", rows, columns, copies)


def Column(rows, columns, copies="once"):
    """The `Layout` of a vector of `rows` entries beside a matrix of rows x columns: entry i in all of row i."""
    return Layout("column", rows, columns, copies)


def Scalar(rows=1, columns=1, copies="once"):
    """The `Layout` of one number beside a matrix of rows x columns."""
    return Layout("scalar", rows, columns, copies)


class Block:
    """An encrypted matrix, vector or scalar: + - * slot by slot, `matrix @ row`, `column @ matrix`, sums, `transpose`.

    value : the circuit's value. layout : `Layout`.
    """

    __array_ufunc__ = None

    def __init__(self, value, layout):
        self.value, self.layout = value, layout

    def _joined(self, other, product):
        mine, theirs = self.layout, other.layout
        if (mine.rows, mine.columns, mine.width) != (theirs.rows, theirs.columns, theirs.width):
            raise ValueError(f"these lie in different blocks: {mine} and {theirs}")
        kinds = {mine.kind, theirs.kind} - {"scalar"}
        kind = "scalar" if not kinds else kinds.pop() if len(kinds) == 1 else "matrix"
        copies = {mine.copies, theirs.copies}
        both = copies.pop() if len(copies) == 1 else "zeros" if product and "zeros" in copies else "first"
        return replace(mine, kind=kind, copies=both)

    def _packed(self, plain):
        if isinstance(plain, Value):
            raise ValueError(
                "one is a block of slots, the other a bare value: give both a layout of privlab.he.circuits.linear_algebra"
            )
        if np.ndim(plain) == 0:
            return plain
        kind = {2: "matrix", 1: self.layout.kind}[np.ndim(plain)]
        copies = "twice" if self.layout.copies == "first" else self.layout.copies
        return replace(self.layout, kind=kind, copies=copies).pack(plain, self.value.builder.size)

    def __add__(self, other):
        if isinstance(other, Block):
            return Block(self.value + other.value, self._joined(other, False))
        if np.ndim(other) == 0 and self.layout.copies == "zeros":
            return Block(self.value + other, replace(self.layout, copies="first"))
        return Block(self.value + self._packed(other), self.layout)

    def __sub__(self, other):
        if isinstance(other, Block):
            return Block(self.value - other.value, self._joined(other, False))
        return self + -np.asarray(other, dtype=float)

    def __neg__(self):
        return Block(-self.value, self.layout)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if isinstance(other, Block):
            return Block(self.value * other.value, self._joined(other, True))
        return Block(self.value * self._packed(other), self.layout)

    __radd__, __rmul__ = __add__, __mul__

    def __matmul__(self, other):
        """Matrix @ row is a column, column @ matrix a row, row @ row a scalar. Raises ValueError for other kinds."""
        kinds = self.layout.kind, other.layout.kind if isinstance(other, Block) else "vector"
        if kinds in (("matrix", "row"), ("row", "row")):
            return (self * other).sum_columns()
        if kinds == ("column", "matrix"):
            return (self * other).sum_rows()
        raise ValueError(
            f"there is {kinds[0]} @ {kinds[1]} no product: matrix @ row, column @ matrix and row @ row there are"
        )

    def sum_rows(self):
        """The sum of all rows, a row: no depth."""
        kind = {"column": "scalar", "scalar": "scalar"}.get(self.layout.kind, "row")
        total = self.value.sum(self.layout.width, _power(self.layout.rows))
        return Block(total, replace(self.layout, kind=kind))

    def sum_columns(self, factor=1.0):
        """The sum of all columns times `factor`, a column: masked in single width (a level), for nothing in double
        width.
        """
        columns, kind = (
            _power(self.layout.columns),
            {"row": "scalar", "scalar": "scalar"}.get(self.layout.kind, "column"),
        )
        if self.layout.copies == "first":
            raise ValueError("only the first half of each row is right: multiply by a block beside zeros first")
        whole = self.double() if self.layout.copies == "zeros" else self
        total = whole.value.sum(1, columns)
        if self.layout.copies == "once":
            mask = np.zeros((_power(self.layout.rows), columns))
            mask[:, 0] = factor
            total = (total * np.tile(mask.ravel(), total.builder.size // mask.size)).rotate(1 - columns).sum(1, columns)
            return Block(total, replace(self.layout, kind=kind))
        total = total if factor == 1.0 else total * factor
        return Block(total, replace(self.layout, kind=kind, copies="first"))

    def double(self):
        """A block beside zeros with its rows twice instead: one rotation, no depth."""
        if self.layout.copies != "zeros":
            raise ValueError(f"only a block beside zeros can be doubled, this one is held {self.layout.copies}")
        columns = _power(self.layout.columns)
        return Block(self.value + self.value.rotate(-columns), replace(self.layout, copies="twice"))

    def first(self, factor=1.0):
        """`factor` times the block, beside zeros: one multiplication by a plain mask. For double width."""
        columns = _power(self.layout.columns)
        mask = np.tile(np.repeat([factor, 0.0], columns), self.value.builder.size // (2 * columns))
        return Block(self.value * mask, replace(self.layout, copies="zeros"))

    def transpose(self):
        """The transposed square matrix in single width: a mask and a rotation for each diagonal, one level."""
        rows, columns = _power(self.layout.rows), _power(self.layout.columns)
        if rows != columns or self.layout.kind != "matrix" or self.layout.copies != "once":
            raise ValueError("only a square matrix held once can be transposed here")
        places, total = np.arange(rows), None
        repeats = self.value.builder.size // rows**2
        for aside in range(1 - rows, rows):
            diagonal = (places[None, :] - places[:, None] == aside).astype(float)
            moved = (self.value * np.tile(diagonal.ravel(), repeats)).rotate(-aside * (rows - 1))
            total = moved if total is None else total + moved
        return Block(total, replace(self.layout, rows=self.layout.columns, columns=self.layout.rows))
