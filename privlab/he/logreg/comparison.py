"""The training circuit step by step, from depth 5 a minibatch to a little over 2: what lesson 32 shows and draws."""

from collections.abc import Mapping
from typing import Any

from privlab.he.circuits.evaluators import Count, Depth, width
from privlab.he.ckks.schedule import estimates, pipelined
from privlab.he.logreg.circuits import Cubic, Training, baseline, reassociated, without_masks
from privlab.he.logreg.unrolling import unrolled, unrolled_once


def steps(minibatches: int, *, samples: int, learning_rate: float, polynomial: Cubic) -> dict[str, Training]:
    """From each transformation's name to its training, in order.

    minibatches  how many, even.    samples  rows and columns of each.
    """
    sizes: dict[str, Any] = dict(samples=samples, features=samples, learning_rate=learning_rate, polynomial=polynomial)
    return {
        "as it is written": baseline(minibatches, **sizes),
        "rows held twice": without_masks(minibatches, **sizes),
        "other order": reassociated(minibatches, **sizes),
        "unrolled by 2": unrolled_once(minibatches, unroll=2, **sizes),
        "two chains": unrolled(minibatches, unroll=2, **sizes),
        f"unrolled by {minibatches}": unrolled(minibatches, unroll=minibatches, **sizes),
        "from zero": unrolled(minibatches, unroll=minibatches, from_zero=True, **sizes),
    }


def measure(training: Training) -> dict[str, int]:
    """Depth, width, products, rotations and inputs of a training."""
    circuit = training.circuit
    count = Count()(circuit)
    return {
        "depth": Depth()(circuit),
        "width": width(circuit),
        "products": count["multiply"],
        "rotations": count["rotate"],
        "inputs": count["input"],
    }


def effects(trainings: Mapping[str, Training], slots: int) -> str:
    """Lines of a table: from the third training on each transformation, its depth, width, operations, estimated time.

    trainings  what `steps` gives.    slots  of a row, as the plan of two workers takes it.
    The time is in per cent of the first, in one ring for all; the last line is the circuit before it, by two processes.
    """
    names = list(trainings)[2:6]
    times = [sum(estimates(trainings[name].circuit)) for name in names]
    rows = [*zip(names, names, times), ("by two processes", names[-1], pipelined(trainings[names[-1]].circuit, slots))]
    lines = [f"{'':20}depth  width  products  rotations  operations  time"]
    for title, name, time in rows:
        counted = measure(trainings[name])
        operations = len(trainings[name].circuit.nodes) - counted["inputs"]
        lines.append(
            f"{title:20}{counted['depth']:5}{counted['width']:7}{counted['products']:10}{counted['rotations']:11}"
            f"{operations:12}{100 * time / times[0]:4.0f} %"
        )
    return "\n".join(lines)
