"""A Python function turned into a circuit: the values it works with note down each operation (lesson 31)."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Union

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import Circuit, Node, Packing, Vector, flat, power_of_two
from privlab.he.circuits.linear_maps import diagonals, mapped
from privlab.validation import real_numbers

Operand = Union["Value", ArrayLike]


class Symbol:
    """What vectors and blocks have in common on their way through a circuit."""

    __array_ufunc__ = None  # a numpy array on the left leaves the operation to the symbol
    __hash__ = object.__hash__

    def __rsub__(self, other: ArrayLike) -> Any:
        return -self + other  # type: ignore[operator]

    def __truediv__(self, other: ArrayLike) -> Any:
        if isinstance(other, Symbol):
            raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")
        divisor = real_numbers("the divisor", other)
        if not divisor.all():
            raise ZeroDivisionError("a circuit cannot divide by zero")
        return self * (1 / divisor)  # type: ignore[operator]

    def __rtruediv__(self, other: ArrayLike) -> NoReturn:
        raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")

    def __pow__(self, power: int) -> Any:
        """The value to a whole power of at least 1, at the least depth there is, log2(power) rounded up."""
        if not isinstance(power, int | np.integer) or power < 1:
            raise TypeError(f"an encrypted value can be raised to the powers 1, 2, 3, ..., not to {power}")
        power = int(power)
        square = 1 << power.bit_length() - 1
        if power > square:
            return self**square * self ** (power - square)
        half = self if power <= 2 else self ** (power // 2)
        return self if power == 1 else half * half  # type: ignore[operator]

    def __pos__(self) -> Any:
        return self

    def _no_part(self, *_: Any) -> NoReturn:
        raise TypeError("an encrypted value has no parts to take: multiply it by a plain 0/1 vector or matrix")

    __getitem__ = __len__ = _no_part

    def __array_function__(self, function: Callable, *_: Any) -> NoReturn:
        raise TypeError(
            f"no encrypted value goes through numpy's {function.__name__}: use + - * / ** @ and its methods"
        )

    def _unknown(self, *_: Any) -> NoReturn:
        raise TypeError("an encrypted value cannot be looked at: no comparison, no `if`, no conversion to a number")

    __abs__ = _unknown
    __bool__ = __float__ = __int__ = __index__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __iter__ = (
        _unknown
    )


class Value(Symbol):
    """A vector on its way through a circuit, of which only the operations are known: + - * @ / ** and `rotate`.

    Each means what numpy means by it. An entry is a slot; a vector fills up to a power of two and then repeats.
    length  its entries (by default all slots), or None for a single number, which lies in every slot.
    clean  whether the slots that fill it up hold zeros; where they do not, a sum has to mask them, which takes a level.
    """

    def __init__(self, builder: "_Builder", index: int, length: int | None = -1, clean: bool = True):
        self.builder, self.index = builder, index
        self.length = builder.size if length == -1 else length
        self.clean = clean or self.length == self.period

    @property
    def period(self) -> int:
        """Slots after which it repeats."""
        return 1 if self.length is None else power_of_two(self.length)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what it holds: (length,), or () for a single number."""
        return () if self.length is None else (self.length,)

    @property
    def T(self) -> "Value":
        """The vector itself, as numpy has it."""
        return self

    def __add__(self, other: Operand) -> "Value":
        return self._with(other, "add")

    def __sub__(self, other: Operand) -> "Value":
        if isinstance(other, Symbol):
            return self._with(other, "subtract")
        return self + -real_numbers("a plain vector", other)

    def __neg__(self) -> "Value":
        return self._new("negate", self.length, self.clean, self.index)

    def __mul__(self, other: Operand) -> "Value":
        return self._with(other, "multiply")

    __radd__, __rmul__ = __add__, __mul__

    def __matmul__(self, other: Operand) -> "Value":
        """As in numpy: vector @ vector is a single number, vector @ plain matrix a vector, at one level."""
        if isinstance(other, Value):
            if None in (self.length, other.length) or self.length != other.length:
                raise ValueError(f"there is no product @ of the shapes {self.shape} and {other.shape}")
            return (self * other).sum()
        return NotImplemented if isinstance(other, Symbol) else self._through(real_numbers("a matrix", other).T)

    def __rmatmul__(self, other: ArrayLike) -> "Value":
        return self._through(real_numbers("a matrix", other))

    def rotate(self, steps: int) -> "Value":
        """The vector with its entries moved `steps` to the left, round the end, as numpy.roll(x, -steps).

        Where its length is no power of two that takes a level.
        """
        steps = operator.index(steps)
        if self.length is None or steps % self.length == 0:
            return self
        if self.length < self.period:
            return self._through(np.roll(np.eye(self.length), steps, axis=1))
        steps %= self.length
        return self._new("rotate", self.length, True, self.index, detail=steps)

    def sum(self, *, step: int = 1, count: int | None = None) -> "Value":
        """The sum of all entries, a single number: a rotation for each doubling, and no level for fresh vectors.

        With step or count, for lengths that are powers of two: in each slot the sum of `count` slots (a power of two;
        all), `step` apart, round the end.
        """
        if self.length is None:
            return self
        windows = step != 1 or count is not None
        if windows and self.length < self.period:
            raise ValueError(f"there are no windows over {self.length} numbers: that is no power of two")
        count = self.period // step if count is None else count
        raw = self if self.clean else self * np.ones(self.length)
        total, reach = Value(self.builder, raw.index), 1
        while reach < count:
            total, reach = total + total.rotate(reach * step), 2 * reach
        return Value(self.builder, total.index, self.length if windows else None)

    def _new(self, operation: str, length: int | None, clean: bool, *arguments: int, detail: Any = None) -> "Value":
        return Value(self.builder, self.builder.node(operation, *arguments, detail=detail).index, length, clean)

    def _with(self, other: Any, operation: str) -> "Value":
        """The result of "add", "subtract" or "multiply" with a vector or plain numbers."""
        if not isinstance(other, Value):
            return NotImplemented if isinstance(other, Symbol) else self._with_plain(other, operation)
        if other.builder is not self.builder:
            raise ValueError("these two belong to two circuits: use the arguments of the function that is traced")
        length = broadcast(self.length, other.length)
        cleans = [each.clean and (each.length == length) for each in (self, other)]
        clean = any(cleans) if operation == "multiply" else all(cleans)
        order = sorted if operation != "subtract" else list
        return self._new(operation, length, clean, *order((self.index, other.index)))

    def _with_plain(self, other: ArrayLike, operation: str) -> "Value":
        plain = real_numbers("a plain vector", other)
        if plain.ndim > 1:
            raise ValueError(
                f"a plain array of the shape {plain.shape} does not go with a vector slot by slot: multiply by @, or "
                "give the vector a layout, such as he.circuits.Row(rows, columns)"
            )
        length = broadcast(self.length, len(plain) if plain.ndim else None)
        period, clean = 1 if length is None else power_of_two(length), self.clean and self.length == length
        if plain.size == 1 and (operation == "multiply" or period == (length or 1) or not clean):
            detail: Any = float(plain.reshape(()))  # the same number in every slot
        else:
            detail, clean = (
                self.builder.tiled(Vector(length).pack(np.broadcast_to(plain, length or 1), period)),
                (operation == "multiply" or clean),
            )
        return self._new(f"{operation}_plain", length, clean, self.index, detail=detail)

    def _through(self, matrix: Floats) -> "Value":
        """The plain matrix [k, n] times the vector [n], a vector [k]; for a plain vector [n] a single number."""
        if self.length is None or matrix.ndim not in (1, 2) or matrix.shape[-1] != self.length or not matrix.size:
            raise ValueError(f"there is no product @ of a plain {matrix.shape} and an encrypted {self.shape}")
        if matrix.ndim == 1:
            return (self * matrix).sum()
        rows, columns = power_of_two(len(matrix)), self.period
        terms = diagonals(matrix, rows, columns)
        self.builder.need(max(rows, columns))
        total = mapped(Value(self.builder, self.index), {d: self.builder.tiled(term) for d, term in terms.items()})
        if rows < columns:
            total = total.sum(step=rows, count=columns // rows)
        return Value(self.builder, total.index, len(matrix))


def broadcast(a: int | None, b: int | None) -> int | None:
    """The length of two vectors taken slot by slot; None is a single number. Raises ValueError where they differ."""
    if a == b or b is None or (b == 1 and a is not None):
        return a
    if a is None or a == 1:
        return b
    raise ValueError(f"a vector of {a} numbers and one of {b} do not go together slot by slot")


class TooFewSlots(Exception):
    """A function that is traced needs at least `slots` slots."""

    def __init__(self, slots: int):
        super().__init__(slots)
        self.slots = slots


class _Builder:
    """Collects nodes, each common part once."""

    def __init__(self, size: int):
        self.size = size
        self.nodes: list[Node] = []
        self._known: dict[tuple, int] = {}  # from what a node does to its index

    def node(self, operation: str, *arguments: int, detail: Any = None) -> Value:
        if isinstance(detail, np.ndarray):
            detail.setflags(write=False)
        if operation.endswith("_plain") and not np.isfinite(detail).all():
            raise ValueError("a plain number here is not finite, or too large to encrypt")
        key = (operation, arguments, detail.tobytes() if isinstance(detail, np.ndarray) else detail)
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(Node(len(self.nodes), operation, arguments, detail))
        return Value(self, self._known[key])

    def need(self, slots: int) -> None:
        """Raises TooFewSlots where there are not so many: then the function is traced once more."""
        if slots > self.size:
            raise TooFewSlots(slots)

    def tiled(self, plain: Floats) -> Floats:
        """Plain numbers, as many as a power of two, repeated until all slots are full."""
        self.need(len(plain))
        return np.tile(plain, self.size // len(plain))


def trace(function: Callable[..., Any], **inputs: int | Packing | Sequence[int | Packing]) -> Circuit:
    """The circuit of what `function` does with its arguments.

    function  takes the inputs by name and returns an encrypted value (or block of linear algebra), or a list of them.
    inputs  for each argument the length of a vector, a layout of linear algebra, or a list of these.
    Raises TypeError when the function looks at a value (compares, divides by it) or returns something plain, ValueError
    for no input, an empty one, or shapes that do not go together.
    """
    layouts = _layouts(inputs)
    size = power_of_two(max(layout.slots for layout in layouts.values()))
    while True:
        builder = _Builder(size)
        try:
            returned = function(**_arguments(builder, inputs, layouts))
            break
        except TooFewSlots as error:
            size = power_of_two(error.slots)
    several = isinstance(returned, list | tuple)
    results = list(returned) if several else [returned]
    if not results or not all(isinstance(result, Symbol) for result in results):
        raise TypeError(
            "the function must return an encrypted value, or a list of them; what it returned hangs on no input"
        )
    values = [result if isinstance(result, Value) else result.value for result in results]
    if any(value.builder is not builder for value in values):
        raise ValueError("what the function returned belongs to another circuit: use its own arguments")
    packings = [Vector(result.length) if isinstance(result, Value) else result.layout for result in results]
    nodes, kept = _used(builder.nodes, [value.index for value in values])
    return Circuit(nodes, kept, layouts, builder.size, tuple(packings), several)


def _arguments(builder: _Builder, inputs: dict[str, Any], layouts: Mapping[str, Any]) -> dict[str, Any]:
    """What a traced function is given, by name."""
    values = {}
    for name, layout in layouts.items():
        value = builder.node("input", detail=name)
        values[name] = Value(builder, value.index, layout.length) if isinstance(layout, Vector) else layout.wrap(value)
    return {
        name: [values[part] for part, _ in flat(name, given)] if isinstance(given, list | tuple) else values[name]
        for name, given in inputs.items()
    }


def _layouts(inputs: dict[str, Any]) -> dict[str, Packing]:
    """How each input lies in the slots, by name. Raises ValueError for no input or one that holds nothing."""
    pairs = [pair for name, given in inputs.items() for pair in flat(name, given)]
    layouts = {name: Vector(int(given)) if isinstance(given, int | np.integer) else given for name, given in pairs}
    empty = [name for name, layout in layouts.items() if getattr(layout, "slots", 0) < 1]
    if empty or not layouts:
        raise ValueError(
            "say for every argument how many numbers it holds, as in trace(lambda x: x * x, x=8)"
            + (f"; {empty[0]} holds none" if empty else "")
        )
    return layouts


def _used(nodes: list[Node], outputs: list[int]) -> tuple[tuple[Node, ...], tuple[int, ...]]:
    """The nodes that some output needs, numbered anew, and the outputs' new indices."""
    needed = set(outputs)
    for node in reversed(nodes):
        if node.index in needed:
            needed.update(node.arguments)
    moved = {old: new for new, old in enumerate(sorted(needed))}
    kept = tuple(
        Node(new, nodes[old].operation, tuple(moved[argument] for argument in nodes[old].arguments), nodes[old].detail)
        for old, new in moved.items()
    )
    return kept, tuple(moved[output] for output in outputs)
