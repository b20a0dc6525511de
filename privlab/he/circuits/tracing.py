"""A Python function turned into a circuit: the values it works with note down each operation (lesson 31)."""

import numpy as np

from privlab.he.circuits.ir import Circuit, Node, Vector, flat


class Value:
    """A value on its way through a circuit, of which only the operations are known: + - * @ ** and `rotate`."""

    __array_ufunc__ = None  # a numpy array on the left leaves the operation to the value
    __hash__ = object.__hash__

    def __init__(self, builder, place):
        self.builder, self.place = builder, place

    def __add__(self, other):
        if isinstance(other, Value):
            return self.builder.node("add", *sorted((self.place, other.place)))
        return self.builder.node("add_plain", self.place, detail=other)

    def __sub__(self, other):
        if isinstance(other, Value):
            return self.builder.node("subtract", self.place, other.place)
        return self + -np.asarray(other, dtype=float)

    def __neg__(self):
        return self.builder.node("negate", self.place)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if isinstance(other, Value):
            return self.builder.node("multiply", *sorted((self.place, other.place)))
        return self.builder.node("multiply_plain", self.place, detail=other)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        if isinstance(other, Value):
            raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")
        return self * (1 / np.asarray(other, dtype=float))

    def __rtruediv__(self, other):
        raise TypeError("no circuit divides by an encrypted value: approximate 1/x by a polynomial")

    def __pow__(self, power):
        """The value to a whole power of at least 1, at the least depth there is, log2(power) rounded up."""
        if not isinstance(power, int) or power < 1:
            raise TypeError(f"an encrypted value can be raised to the powers 1, 2, 3, ..., not to {power!r}")
        square = 1 << power.bit_length() - 1
        if power > square:
            return self**square * self ** (power - square)
        half = self if power <= 2 else self ** (power // 2)
        return self if power == 1 else half * half

    def __matmul__(self, other):
        """The sum of the products, in every slot."""
        return (self * other).sum()

    def rotate(self, steps):
        """The value with its slots moved `steps` to the left, round the end."""
        steps %= self.builder.size
        return self.builder.node("rotate", self.place, detail=steps) if steps else self

    def sum(self, step=1, count=None):
        """The sum of `count` (a power of two; all) slots that lie `step` apart, in every slot: log2(count) rotations."""
        count = self.builder.size // step if count is None else count
        total, reach = self, 1
        while reach < count:
            total, reach = total + total.rotate(reach * step), 2 * reach
        return total

    def _unknown(self, *_):
        raise TypeError("an encrypted value cannot be looked at: no comparison, no `if`, no conversion to a number")

    __bool__ = __float__ = __int__ = __index__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __iter__ = (
        _unknown
    )


class _Builder:
    """Collects nodes, each common part once."""

    def __init__(self, size):
        self.size, self.nodes, self._places = size, [], {}

    def node(self, operation, *arguments, detail=None):
        if operation.endswith("_plain"):
            detail = self._plain(detail)
        key = (operation, arguments, detail.tobytes() if isinstance(detail, np.ndarray) else detail)
        if key not in self._places:
            self._places[key] = len(self.nodes)
            self.nodes.append(Node(len(self.nodes), operation, arguments, detail))
        return Value(self, self._places[key])

    def _plain(self, given):
        plain = np.array(given, dtype=float)
        if plain.ndim == 0:
            return float(plain)
        if plain.ndim > 1 or len(plain) > self.size:
            raise ValueError(f"a plain vector has at most {self.size} entries here, got the shape {plain.shape}")
        plain = np.concatenate([plain, np.zeros(self.size - len(plain))])
        plain.setflags(write=False)
        return plain


def trace(function, **inputs):
    """The `Circuit` of what `function` does with its arguments.

    function : takes the inputs by name and returns an encrypted value (or object of
    `privlab.he.circuits.linear_algebra`), or a list of them.
    inputs : for each argument the length of a vector, a layout of `privlab.he.circuits.linear_algebra`, or a list of
    these.
    Raises TypeError when the function looks at a value (compares, divides by it) or returns something plain, ValueError
    for no input or an empty one.
    """
    layouts = dict(pair for name, given in inputs.items() for pair in flat(name, given))
    layouts = {name: Vector(each) if isinstance(each, int) else each for name, each in layouts.items()}
    wrong = [name for name, each in layouts.items() if getattr(each, "slots", 0) < 1]
    if wrong or not layouts:
        raise ValueError(
            "say for every argument how many numbers it holds, as in trace(lambda x: x * x, x=8)"
            + (f"; {wrong[0]} holds none" if wrong else "")
        )
    most = max(each.slots for each in layouts.values())
    builder = _Builder(1 << (most - 1).bit_length())
    wrapped = {name: layout.wrap(builder.node("input", detail=name)) for name, layout in layouts.items()}
    result = function(
        **{
            name: [wrapped[each] for each, _ in flat(name, given)] if isinstance(given, list | tuple) else wrapped[name]
            for name, given in inputs.items()
        }
    )
    several = isinstance(result, list | tuple)
    results = list(result) if several else [result]
    if not results or not all(isinstance(each, Value) or hasattr(each, "layout") for each in results):
        raise TypeError(
            "the function must return an encrypted value, or a list of them; what it returned hangs on no input"
        )
    values = [each if isinstance(each, Value) else each.value for each in results]
    lengths = [each.length for each in layouts.values() if isinstance(each, Vector)]
    plain = Vector(max(lengths, default=builder.size))
    kinds = [plain if isinstance(each, Value) else each.layout for each in results]

    def unpack(slots):
        read = [kind.unpack(each) for kind, each in zip(kinds, slots)]
        return read if several else read[0]

    nodes, outputs = _used(builder.nodes, [each.place for each in values])
    return Circuit(nodes, outputs, layouts, builder.size, unpack)


def _used(nodes, outputs):
    """The nodes that some output needs, renumbered, and the outputs' new places."""
    needed = set(outputs)
    for node in reversed(nodes):
        if node.place in needed:
            needed.update(node.arguments)
    places = {old: new for new, old in enumerate(sorted(needed))}
    kept = tuple(
        Node(places[old], nodes[old].operation, tuple(places[each] for each in nodes[old].arguments), nodes[old].detail)
        for old in places
    )
    return kept, tuple(places[each] for each in outputs)
