"""What the check of `garble` looks at: the label that each input opens, and what labels and places tell."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from privlab.lab.distributions import p_of_counts
from privlab.lab.inputs import as_list
from privlab.lab.results import shown
from privlab.lessons.when_a_party_cheats.origins import Told, can_be_repeated, told_beside, uneven_digit
from privlab.mpc.garbling import LABEL_BYTES, colour, evaluate

Gate = Callable[[int, int], int | bool]
Answer = Callable[[Gate], Any]
GATES: dict[str, Gate] = {
    "x and y": lambda x, y: x and y,
    "x or y": lambda x, y: int(x or y),
    "x differs from y": lambda x, y: x != y,
    "x and not y": lambda x, y: bool(x and not y),
    "always 0": lambda x, y: 0,
}
RUNS = 400
BIASED = 75  # ones more or less than half of 400: seven and a half standard deviations
WIRES = ("x", "y", "the result")


def _parts(result):
    """The three pairs of labels and the rows, or None."""
    parts = [list(part) if hasattr(part, "__iter__") else [] for part in as_list(result) or ()]
    if [len(part) for part in parts] != [2, 2, 2, 4]:
        return None
    every = [label for part in parts for label in part]
    if not all(isinstance(label, bytes | bytearray) and len(label) == LABEL_BYTES for label in every):
        return None
    return [[bytes(label) for label in part] for part in parts]


def fault(answer: Answer) -> Told:
    """A table that cannot be evaluated, or gives a wrong label."""
    for name, gate in [*GATES.items()] * 3:
        result = answer(gate)
        parts = _parts(result)
        if parts is None:
            return "?", (
                f"garble({name}) returned {shown(result)}; return three pairs of labels and four rows, each of "
                f"{LABEL_BYTES} bytes"
            )
        *wires, rows = parts
        xs, ys, zs = wires
        for (zero, one), wire in zip(wires, WIRES):
            if zero == one:
                return "✗", f"the labels of {wire} for 0 and for 1 are the same"
        for labels, wire in ((xs, "x"), (ys, "y")):
            if colour(labels[0]) == colour(labels[1]):
                return "✗", f"the two labels of {wire} have one colour: then two rows are meant to stand in one place"
        for x, y in itertools.product((0, 1), repeat=2):
            found = evaluate(rows, xs[x], ys[y])
            if found != zs[int(bool(gate(x, y)))]:
                what = "the other label" if found in zs else "no label"
                return "✗", f"of the gate {name}, the labels of x = {x} and y = {y} give {what} of the result"
    return None


def leak(answer: Answer) -> Told:
    """What whoever evaluates the gate can learn beside its result."""
    calls = [(f"garble({name})", (gate,)) for name, gate in [*GATES.items()] * 10]
    told = told_beside(answer, calls, lambda result: [label for part in result for label in part])
    if told:
        return told
    several = [_parts(answer(GATES["x and y"])) for _ in range(RUNS)]
    return (
        _repeated(several)
        or _related(several)
        or _uneven(several)
        or can_be_repeated(lambda: _parts(answer(GATES["x and y"])), "the labels", least=64)
    )


def _repeated(several):
    """Labels that stand on two wires, or come again in another run."""
    for *wires, _ in several:
        for (one, first), (other, second) in itertools.combinations(zip(wires, WIRES), 2):
            if set(one) & set(other):
                return "⚠", (
                    f"a label of {first} is one of {second} too: whoever evaluates sees where it meets, and what it "
                    "stands for"
                )
    for place, wire in enumerate(WIRES):
        for bit in (0, 1):
            if len({parts[place][bit] for parts in several}) < RUNS:
                return "⚠", (
                    f"the label of {wire} for {bit} is not new in every run: whoever has seen it once knows what it "
                    "stands for; draw it anew, also for the result, since another gate may follow"
                )
    return None


def _related(several):
    """One label that follows from the other of its wire, or from another wire's: whoever has one has both."""
    numbers = [[[int.from_bytes(label, "big") for label in part] for part in parts[:3]] for parts in several[:40]]
    places = [(wire, bit) for wire in range(3) for bit in (0, 1)]
    for (one, first), (other, second) in itertools.combinations(places, 2):
        pairs = [(run[one][first], run[other][second]) for run in numbers]
        for related in (lambda a, b: a ^ b, lambda a, b: (a - b) % 2**128, lambda a, b: (a + b) % 2**128):
            if len({related(a, b) >> 1 for a, b in pairs}) < len(pairs):
                return "⚠", (
                    f"the labels of {WIRES[one]} for {first} and of {WIRES[other]} for {second} go together: one is "
                    "the other, changed in the same way in every run, so that whoever has one has both"
                )
    return None


def _uneven(several):
    """Colours that go with bits, and digits of labels that are not drawn."""
    colours = np.array([[colour(parts[wire][0]) for wire in range(3)] for parts in several])
    for wire, name in enumerate(WIRES):
        ones = int(colours[:, wire].sum())
        if abs(ones - RUNS / 2) > BIASED:
            return "⚠", (
                f"the label of {name} for 0 has the colour 1 in {ones} of {RUNS} tables, where {RUNS // 2} belong: its "
                "colour, and the place of the row that opens, tell the bit"
            )
    counts = np.bincount(colours @ [1, 2, 4], minlength=8)
    if p_of_counts(counts, RUNS / 8) < 1e-9:
        return "⚠", "the colours of the three wires go together: from two of them and the result the third is known"
    for wire, name in enumerate(WIRES):
        for bit in (0, 1):
            digit = uneven_digit([parts[wire][bit] for parts in several], BIASED)
            if digit:
                return "⚠", (
                    f"binary digit {digit.place} of byte {digit.byte} of the label of {name} for {bit} is 1 in "
                    f"{digit.ones} of {RUNS} tables: labels are to be drawn in all digits"
                )
    return None
