"""Linear algebra on encrypted vectors and matrices: every operation only adds nodes to a circuit (lessons 31 and 32).

A block of rows x columns lies in the slots row by row, filled up to powers of two, and repeats until all slots are
full. A row vector has entry j in column j of every row, a column vector entry i in all of row i, a scalar its number
everywhere. So matrix * row * column is slot by slot, and column * row the outer product. A sum over the rows wraps
round all slots and lands everywhere, at no depth. A sum over the columns leaks into the next row: either the leak is
masked away (a level), or each row is held twice, and then the first half is right.

Blocks, plain vectors and plain matrices go together as in numpy. What fills a block up is zero at first. A block knows
whether it still is; where it is not, a sum masks it, which takes a level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import power_of_two
from privlab.he.circuits.linear_maps import diagonals, in_two_steps, mapped
from privlab.he.circuits.packing import BlockPacking
from privlab.he.circuits.tracing import Symbol, Value
from privlab.validation import real_numbers

Operand = Union["Block", Value, ArrayLike]


@dataclass(frozen=True)
class Layout(BlockPacking):
    """How an input lies in the slots, as `BlockPacking`; `Matrix`, `Row` and `Column` make one."""

    def wrap(self, value: Value) -> "Block":
        """What a traced function works with."""
        return Block(value, self)


def Matrix(rows: int, columns: int, copies: str = "once", *, across: int = 1) -> Layout:
    """How a matrix of rows x columns lies in the slots."""
    return Layout("matrix", rows, columns, copies, across)


def Row(rows: int, columns: int, copies: str = "once", *, across: int = 1) -> Layout:
    """How a vector [columns] lies beside a matrix of rows x columns: entry j in column j of every row."""
    return Layout("row", rows, columns, copies, across)


def Column(rows: int, columns: int, copies: str = "once", *, across: int = 1) -> Layout:
    """How a vector [rows] lies beside a matrix of rows x columns: entry i in all of row i."""
    return Layout("column", rows, columns, copies, across)


class Block(Symbol):
    """An encrypted matrix, vector or scalar: + - * / ** slot by slot, and the products @ of numpy but matrix @ matrix.

    zero_below, zero_beside  whether the rows and the columns that fill it up hold zeros.
    """

    def __init__(self, value: Value, layout: Layout, *, zero_below: bool = True, zero_beside: bool = True):
        self.value, self.layout = value, layout
        full = layout.rows == layout.whole_rows, layout.columns == layout.half
        self.zero_below = full[0] or (zero_below and layout.kind in ("matrix", "column"))
        self.zero_beside = full[1] or (zero_beside and layout.kind in ("matrix", "row"))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers that it holds."""
        return self.layout.shape

    @property
    def _size(self) -> int:
        return self.value.builder.size

    def _zeros(self) -> dict[str, bool]:
        return dict(zero_below=self.zero_below, zero_beside=self.zero_beside)

    def _joined(self, other: "Block", product: bool) -> tuple[Layout, dict[str, bool]]:
        mine, theirs = self.layout, other.layout
        if (mine.rows, mine.columns, mine.width) != (theirs.rows, theirs.columns, theirs.width):
            raise ValueError(
                f"these lie in different blocks: {mine.in_words()}, and {theirs.in_words()}; `block @ row` "
                "gives a column, `column @ block` a row"
            )
        kinds = {mine.kind, theirs.kind} - {"scalar"}
        kind = "scalar" if not kinds else kinds.pop() if len(kinds) == 1 else "matrix"
        both = any if product else all
        zeros = {name: both((known, other._zeros()[name])) for name, known in self._zeros().items()}
        if mine.copies == theirs.copies:
            return replace(mine, kind=kind), zeros
        beside = product and "zeros" in (mine.copies, theirs.copies)
        return replace(mine, kind=kind, copies="zeros" if beside else "first"), zeros

    def _with(self, other: Any, operation: str) -> "Block":
        """The result of "add", "subtract" or "multiply", slot by slot."""
        product = operation == "multiply"
        if isinstance(other, Value):
            other = self._lifted(other)
        if isinstance(other, Block):
            layout, zeros = self._joined(other, product)
            return Block(getattr(self.value, f"__{operation[:3]}__")(other.value), layout, **zeros)
        plain = real_numbers("a plain array", other)
        if plain.ndim == 0:
            return self._with_number(float(plain), product)
        layout = self._beside(plain.shape)
        if layout.kind == "matrix":
            plain = np.broadcast_to(plain, layout.shape)
        copies = "twice" if layout.copies == "first" else layout.copies
        packed = replace(layout, copies=copies).pack(plain, self._size)
        if product:
            return Block(self.value * packed, layout)
        return Block(self.value + packed, layout, **self._zeros())

    def _beside(self, shape: tuple[int, ...]) -> Layout:
        """The layout of what comes of a plain array of that shape slot by slot."""
        rows, columns = self.layout.rows, self.layout.columns
        if len(shape) == 2 and shape[0] in (1, rows) and shape[1] in (1, columns):
            return replace(self.layout, kind="matrix")
        fits = {"matrix": columns, "row": columns, "column": rows, "scalar": columns}[self.layout.kind]
        if len(shape) == 1 and shape[0] == fits:
            return replace(self.layout, kind="row") if self.layout.kind == "scalar" else self.layout
        if len(shape) == 1 and shape[0] == rows and self.layout.kind == "scalar":
            return replace(self.layout, kind="column")
        raise ValueError(
            f"a plain array of the shape {shape} does not go slot by slot with a {self.layout.kind} of the shape "
            f"{self.shape}, in a block of {rows} x {columns}"
        )

    def _with_number(self, number: float, product: bool) -> "Block":
        """As `_with`. Zeros that fill the block up stay zeros."""
        layout = self.layout
        if product:
            return Block(self.value * number, layout, **self._zeros())
        rows = layout.rows if self.zero_below else layout.whole_rows
        columns = layout.columns if self.zero_beside else layout.half
        if (rows, columns) != (layout.whole_rows, layout.half):
            return Block(self.value + layout.region(number, rows, columns, self._size), layout, **self._zeros())
        return Block(self.value + number, replace(layout, copies="first") if layout.copies == "zeros" else layout)

    def __add__(self, other: Operand) -> "Block":
        return self._with(other, "add")

    def __sub__(self, other: Operand) -> "Block":
        return self._with(other, "subtract") if isinstance(other, Symbol) else self + -real_numbers("an array", other)

    def __neg__(self) -> "Block":
        return Block(-self.value, self.layout, **self._zeros())

    def __mul__(self, other: Operand) -> "Block":
        return self._with(other, "multiply")

    __radd__, __rmul__ = __add__, __mul__

    def __matmul__(self, other: Operand) -> "Block | Value":
        """As in numpy, for all but two encrypted matrices; with plain arrays too. Raises ValueError for other shapes.

        Matrix @ vector is a column, vector @ matrix a row, vector @ vector a single number; what a plain matrix makes
        of a vector is a vector.
        """
        if not isinstance(other, Symbol):
            return self._times_plain(real_numbers("a plain array", other))
        assert isinstance(other, Block | Value)
        if len(self.shape) + len(other.shape) == 4 or () in (self.shape, other.shape) or self._inner(other):
            raise ValueError(
                f"there is no product @ of the shapes {self.shape} and {other.shape} of encrypted numbers: matrix @ "
                "vector, vector @ matrix and vector @ vector there are"
            )
        if self.layout.kind == "matrix":
            return (self * self._as_row(other)).sum_columns()
        if len(other.shape) == 2:
            assert isinstance(other, Block)
            return (other * other._as_column(self)).sum_rows()
        if isinstance(other, Block) and self.layout == other.layout:
            product = self * other
            return product.sum_rows() if self.layout.kind == "column" else product.sum_columns()
        return self.vector() @ (other.vector() if isinstance(other, Block) else other)

    def _inner(self, other: "Block | Value") -> bool:
        return self.shape[-1] != other.shape[0]

    def __rmatmul__(self, other: ArrayLike | Value) -> "Block | Value":
        if isinstance(other, Value):
            if self.layout.kind != "matrix":
                return other @ self.vector()
            if other.shape != self.shape[:1]:
                raise ValueError(f"there is no product @ of the shapes {other.shape} and {self.shape}")
            return (self * self._as_column(other)).sum_rows()
        plain = real_numbers("a plain array", other)
        if self.layout.kind != "matrix":
            return self._times_plain(plain.T)
        if plain.ndim not in (1, 2) or plain.shape[-1] != self.layout.rows or not plain.size:
            raise ValueError(f"there is no product @ of a plain {plain.shape} and an encrypted {self.shape}")
        return (self * plain[:, None]).sum_rows() if plain.ndim == 1 else self._rows_through(plain)

    def _times_plain(self, plain: Floats) -> "Block | Value":
        kind = self.layout.kind
        if kind == "scalar" or plain.ndim not in (1, 2) or plain.shape[0] != self.shape[-1] or not plain.size:
            raise ValueError(f"there is no product @ of an encrypted {self.shape} and a plain {plain.shape}")
        if kind == "matrix":
            return (self * plain).sum_columns() if plain.ndim == 1 else self._columns_through(plain)
        if kind == "column" and plain.ndim == 1:
            return (self * plain).sum_rows()
        if kind == "column" and power_of_two(plain.shape[1]) <= self.layout.half:
            return self._column_through(plain)
        return self.vector() @ plain

    def _rows_through(self, matrix: Floats) -> "Block":
        """The plain matrix [k, m] times this one [m, n]: a matrix, at one level."""
        layout = replace(self.layout, rows=len(matrix))
        rows, old, width = layout.whole_rows, self.layout.whole_rows, layout.width
        terms = {
            offset * width: self.value.builder.tiled(np.repeat(term, width))
            for offset, term in diagonals(matrix, rows, old).items()
        }
        total = mapped(self.value, terms, stride=width)
        if rows < old:
            total = total.sum(step=rows * width, count=old // rows)
        return Block(total, layout, zero_beside=self.zero_beside)

    def _columns_through(self, matrix: Floats) -> "Block":
        """This matrix [m, n] times the plain one [n, j]: a matrix, at one level, without what leaks between rows."""
        half, (columns, new) = self.layout.half, matrix.shape
        if power_of_two(new) > half:
            raise ValueError(
                f"the product has {new} columns, its rows have slots for {half}: give the matrix "
                f"across={power_of_two(new)}"
            )
        copies = "once" if self.layout.copies == "once" else "zeros"
        layout = replace(self.layout, columns=new, copies=copies, across=half)
        terms: dict[int, Floats] = {}
        for offset in range(1 - new, columns):
            to = np.arange(max(0, -offset), min(new, columns - offset))
            term = np.zeros(half)
            term[to] = matrix[to + offset, to]
            terms[offset] = layout.region(term, layout.whole_rows, half, self._size)
        return Block(mapped(self.value, terms), layout, zero_below=self.zero_below)

    def _column_through(self, matrix: Floats) -> Value:
        """This column [m] times the plain matrix [m, j]: a vector, at one level."""
        layout, (rows, new) = self.layout, matrix.shape
        padded = np.pad(matrix, ((0, 0), (0, power_of_two(new) - new)))
        once = replace(layout, kind="matrix", copies="once" if layout.copies == "once" else "zeros")
        packed = once.region(np.tile(padded, layout.half // padded.shape[1]), rows, layout.half, self._size)
        total = Block(self.value * packed, once).sum_rows()
        total = total if layout.copies == "once" else total.double()
        return Value(total.value.builder, total.value.index, new)

    def vector(self) -> Value:
        """The row, column or scalar as a plain vector. Of a row that takes no level, of a column one."""
        layout, builder = self.layout, self.value.builder
        if layout.kind == "matrix":
            raise ValueError(f"a matrix of the shape {self.shape} is no vector")
        if layout.kind == "column":
            return self._turned()
        if layout.copies in ("zeros", "first"):
            return (self if layout.copies == "zeros" else self.first()).double().vector()
        if layout.kind == "scalar":
            return Value(builder, self.value.index, None)
        period = power_of_two(layout.columns)
        if period == layout.half:
            return Value(builder, self.value.index, layout.columns, self.zero_beside)
        return Value(builder, self._masked().value.sum(step=period, count=layout.half // period).index, layout.columns)

    def _turned(self) -> Value:
        """The column as a plain vector, at one level."""
        layout, builder = self.layout, self.value.builder
        period, half, width = layout.whole_rows, layout.half, layout.width
        if period <= half:
            return self._column_through(np.eye(layout.rows))
        at = np.arange(period * width)
        entry, offsets = at % period, (at % period) * width + at % half - at
        terms = {
            int(offset): builder.tiled(((offsets == offset) & (entry < layout.rows)).astype(float))
            for offset in np.unique(offsets)
        }
        return Value(builder, mapped(self.value, terms, stride=half).index, layout.rows)

    def _lifted(self, vector: Value) -> "Block":
        """A plain vector as it goes slot by slot with this block."""
        if vector.length not in (None, 1):
            return self._as_column(vector) if self.layout.kind == "column" else self._as_row(vector)
        copies = "once" if self.layout.copies == "once" else "twice"
        return Block(Value(vector.builder, vector.index), replace(self.layout, kind="scalar", copies=copies))

    def _as_row(self, vector: "Block | Value") -> "Block":
        """A vector [columns] as a row of this block, at no level but what a column takes to be turned."""
        layout = self.layout
        if isinstance(vector, Block):
            same = replace(vector.layout, kind="matrix", copies=layout.copies) == layout
            if vector.layout.kind == "row" and same:
                return vector
            vector = vector.vector()
        if vector.length != layout.columns:
            raise ValueError(f"a vector of {vector.length} numbers is no row of a block of {layout.columns} columns")
        row = replace(layout, kind="row", copies="once" if layout.copies == "once" else "twice")
        fits = vector.period == layout.half
        return Block(Value(vector.builder, vector.index), row, zero_beside=vector.clean and fits)

    def _as_column(self, vector: "Block | Value") -> "Block":
        """A vector [rows] as a column of this block, at one level."""
        layout = self.layout
        if isinstance(vector, Block):
            same = replace(vector.layout, kind="matrix", copies=layout.copies) == layout
            if vector.layout.kind == "column" and same:
                return vector
            vector = vector.vector()
        if vector.length != layout.rows:
            raise ValueError(f"a vector of {vector.length} numbers is no column of a block of {layout.rows} rows")
        column = replace(layout, kind="column", copies="once" if layout.copies == "once" else "twice")
        at = np.arange(column.slots)
        offsets = (at // column.width - at) % vector.period
        terms = {
            int(offset): vector.builder.tiled(((offsets == offset) & (at // column.width < layout.rows)).astype(float))
            for offset in np.unique(offsets)
        }
        return Block(mapped(Value(vector.builder, vector.index), terms), column)

    def _masked(self) -> "Block":
        """The block with zeros in what fills it up, at one level."""
        return Block(
            self.value * self.layout.region(1.0, self.layout.rows, self.layout.columns, self._size), self.layout
        )

    def sum_rows(self) -> "Block":
        """The sum of all rows, a row; of a column its sum, a scalar. No depth, but a mask where it is not filled up
        with zeros.
        """
        layout = self.layout
        repeated = layout.kind in ("row", "scalar")
        if repeated and layout.rows < layout.whole_rows:
            return self * float(layout.rows)
        whole = self if self.zero_below else self._masked()
        total = whole.value.sum(step=layout.width, count=layout.whole_rows)
        kind = layout.kind if repeated else "scalar" if layout.kind == "column" else "row"
        return Block(total, replace(layout, kind=kind), zero_beside=whole.zero_beside)

    def sum_columns(self, factor: float = 1.0) -> "Block":
        """The sum of all columns times `factor`, a column; of a row its sum, a scalar.

        In single width it is masked, which takes a level; in double width nothing need be.
        """
        layout = self.layout
        if layout.kind in ("column", "scalar"):
            return self * (factor * layout.columns)
        if layout.copies == "first":
            raise ValueError("only the first half of each row is right: multiply by a block beside zeros first")
        kind = "scalar" if layout.kind == "row" else "column"
        whole = self if self.zero_beside else self._masked()
        whole = whole.double() if layout.copies == "zeros" else whole
        total = whole.value.sum(count=layout.half)
        if layout.copies == "once" and layout.half > 1:
            rows = layout.rows if layout.kind == "matrix" else layout.whole_rows
            first = total * layout.region(factor, rows, 1, self._size)
            return Block(first.rotate(1 - layout.half).sum(count=layout.half), replace(layout, kind=kind))
        total = total if factor == 1.0 else total * factor
        copies = layout.copies if layout.copies == "once" else "first"
        return Block(total, replace(layout, kind=kind, copies=copies), zero_below=whole.zero_below)

    def double(self) -> "Block":
        """A block beside zeros with its rows twice instead: one rotation, no depth."""
        if self.layout.copies != "zeros":
            raise ValueError(f"only a block beside zeros can be doubled, this one is held {self.layout.copies}")
        twice = self.value + self.value.rotate(-self.layout.half)
        return Block(twice, replace(self.layout, copies="twice"), **self._zeros())

    def first(self, factor: float = 1.0) -> "Block":
        """`factor` times the block, beside zeros: one multiplication by a plain mask. For double width."""
        if self.layout.copies == "once":
            raise ValueError("this block is held once, so there is no second half to leave out")
        mask = np.tile(np.repeat([factor, 0.0], self.layout.half), self._size // (2 * self.layout.half))
        return Block(self.value * mask, replace(self.layout, copies="zeros"), **self._zeros())

    @property
    def T(self) -> "Block":
        """As `transpose`; a vector itself, as numpy has it."""
        return self.transpose() if self.layout.kind == "matrix" else self

    def transpose(self) -> "Block":
        """The transposed matrix in single width, at one level; cheapest where both sides fill up to the same."""
        layout = self.layout
        if layout.kind != "matrix" or layout.copies != "once":
            raise ValueError("only a matrix held once can be transposed here")
        rows, half = layout.whole_rows, layout.half
        turned = Layout("matrix", layout.columns, layout.rows)
        terms: dict[Any, Floats] = {}
        diagonal: dict[Any, Floats] = {}
        for j in range(layout.columns):
            for i in range(layout.rows):
                giant, baby = i * (half - 1), -j * (rows - 1)
                spots = (diagonal, giant + baby) if rows == half else (terms, (giant, baby))
                spots[0].setdefault(spots[1], np.zeros(rows * half))[j * rows + i] = 1.0
        tiled: Mapping[Any, Floats] = {key: self.value.builder.tiled(t) for key, t in (terms or diagonal).items()}
        moved = in_two_steps(self.value, tiled) if terms else mapped(self.value, tiled, stride=max(1, half - 1))
        if half > power_of_two(layout.columns):
            moved = moved.sum(step=turned.slots, count=half * rows // turned.slots)
        return Block(moved, turned)
