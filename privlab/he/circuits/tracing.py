"""A Python function turned into a circuit: the values it works with note down each operation (lesson 31)."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Union

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import Circuit, Node, Packing, Vector, flat, power_of_two

Operand = Union["Value", ArrayLike]


class Value:
    """A value on its way through a circuit, of which only the operations are known: + - * @ ** and `rotate`."""

    __array_ufunc__ = None  # a numpy array on the left leaves the operation to the value
    __hash__ = object.__hash__

    def __init__(self, builder: "_Builder", index: int):
        self.builder, self.index = builder, index

    def __add__(self, other: Operand) -> "Value":
        if isinstance(other, Value):
            return self.builder.node("add", *sorted((self.index, other.index)))
        return self.builder.node("add_plain", self.index, detail=other)

    def __sub__(self, other: Operand) -> "Value":
        if isinstance(other, Value):
            return self.builder.node("subtract", self.index, other.index)
        return self + -np.asarray(other, dtype=float)

    def __neg__(self) -> "Value":
        return self.builder.node("negate", self.index)

    def __rsub__(self, other: Operand) -> "Value":
        return -self + other

    def __mul__(self, other: Operand) -> "Value":
        if isinstance(other, Value):
            return self.builder.node("multiply", *sorted((self.index, other.index)))
        return self.builder.node("multiply_plain", self.index, detail=other)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: ArrayLike) -> "Value":
        if isinstance(other, Value):
            raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")
        return self * (1 / np.asarray(other, dtype=float))

    def __rtruediv__(self, other: ArrayLike) -> NoReturn:
        raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")

    def __pow__(self, power: int) -> "Value":
        """The value to a whole power of at least 1, at the least depth there is, log2(power) rounded up."""
        if not isinstance(power, int | np.integer) or power < 1:
            raise TypeError(f"an encrypted value can be raised to the powers 1, 2, 3, ..., not to {power}")
        power = int(power)
        square = 1 << power.bit_length() - 1
        if power > square:
            return self**square * self ** (power - square)
        half = self if power <= 2 else self ** (power // 2)
        return self if power == 1 else half * half

    def __matmul__(self, other: Operand) -> "Value":
        """The sum of the products, in every slot."""
        return (self * other).sum()

    def rotate(self, steps: int) -> "Value":
        """The value with its slots moved `steps` to the left, round the end."""
        steps %= self.builder.size
        return self.builder.node("rotate", self.index, detail=steps) if steps else self

    def sum(self, *, step: int = 1, count: int | None = None) -> "Value":
        """The sum of `count` slots (a power of two; all), `step` apart, in every slot: log2(count) rotations."""
        count = self.builder.size // step if count is None else count
        total, reach = self, 1
        while reach < count:
            total, reach = total + total.rotate(reach * step), 2 * reach
        return total

    def _unknown(self, *_: Any) -> NoReturn:
        raise TypeError("an encrypted value cannot be looked at: no comparison, no `if`, no conversion to a number")

    __bool__ = __float__ = __int__ = __index__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __iter__ = (
        _unknown
    )


class _Builder:
    """Collects nodes, each common part once."""

    def __init__(self, size: int):
        self.size = size
        self.nodes: list[Node] = []
        self._known: dict[tuple, int] = {}  # from what a node does to its index

    def node(self, operation: str, *arguments: int, detail: Any = None) -> Value:
        if operation.endswith("_plain"):
            detail = self._plain(detail)
        key = (operation, arguments, detail.tobytes() if isinstance(detail, np.ndarray) else detail)
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(Node(len(self.nodes), operation, arguments, detail))
        return Value(self, self._known[key])

    def _plain(self, numbers: ArrayLike) -> float | Floats:
        plain = np.array(numbers, dtype=float)
        if plain.ndim == 0:
            return float(plain)
        if plain.ndim > 1 or len(plain) > self.size:
            raise ValueError(f"a plain vector has at most {self.size} entries here, got the shape {plain.shape}")
        plain = np.concatenate([plain, np.zeros(self.size - len(plain))])
        plain.setflags(write=False)
        return plain


def trace(function: Callable[..., Any], **inputs: int | Packing | Sequence[int | Packing]) -> Circuit:
    """The circuit of what `function` does with its arguments.

    function  takes the inputs by name and returns an encrypted value (or block of linear algebra), or a list of them.
    inputs  for each argument the length of a vector, a layout of linear algebra, or a list of these.
    Raises TypeError when the function looks at a value (compares, divides by it) or returns something plain, ValueError
    for no input or an empty one.
    """
    layouts = _layouts(inputs)
    builder = _Builder(power_of_two(max(layout.slots for layout in layouts.values())))
    values = {name: layout.wrap(builder.node("input", detail=name)) for name, layout in layouts.items()}
    arguments = {
        name: [values[part] for part, _ in flat(name, given)] if isinstance(given, list | tuple) else values[name]
        for name, given in inputs.items()
    }
    returned = function(**arguments)
    several = isinstance(returned, list | tuple)
    results = list(returned) if several else [returned]
    if not results or not all(isinstance(result, Value) or hasattr(result, "layout") for result in results):
        raise TypeError(
            "the function must return an encrypted value, or a list of them; what it returned hangs on no input"
        )
    lengths = [layout.length for layout in layouts.values() if isinstance(layout, Vector)]
    plain = Vector(max(lengths, default=builder.size))
    packings = [plain if isinstance(result, Value) else result.layout for result in results]

    def unpack(slots: list[Floats]) -> Any:
        numbers = [packing.unpack(output) for packing, output in zip(packings, slots)]
        return numbers if several else numbers[0]

    outputs = [result.index if isinstance(result, Value) else result.value.index for result in results]
    nodes, kept = _used(builder.nodes, outputs)
    return Circuit(nodes, kept, layouts, builder.size, unpack)


def _layouts(inputs: dict[str, Any]) -> dict[str, Packing]:
    """How each input lies in the slots, by name. Raises ValueError for no input or one that holds nothing."""
    pairs = [pair for name, given in inputs.items() for pair in flat(name, given)]
    layouts = {name: Vector(given) if isinstance(given, int) else given for name, given in pairs}
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
