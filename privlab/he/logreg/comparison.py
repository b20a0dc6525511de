"""The training circuit step by step, from depth 5 a minibatch to a little over 2: what lesson 32 shows and draws."""

from collections.abc import Mapping
from typing import Any

from privlab.he.circuits.evaluators import Count, Depth, width
from privlab.he.ckks.parameters import Parameters
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


def in_words(measures: Mapping[str, int]) -> str:
    """What `measure` says, as one line."""
    return (
        f"depth {measures['depth']}, {measures['products']} products, at most {measures['width']} at one depth, "
        f"{measures['rotations']} rotations, {measures['inputs']} inputs"
    )


def effects(trainings: Mapping[str, Training], slots: int, *, scale_bits: int = 40) -> str:
    """Lines of a table: each transformation but the public start, its depth, operations, ring and estimated time.

    trainings  what `steps` gives.    slots  of a row, as the plan of two workers takes it.
    The time is in per cent of the first: all in one ring, and each in the smallest that is secure at `scale_bits`,
    taken as proportional to the ring. The last line is the circuit before it, by two processes.
    """
    names = list(trainings)[:6]
    rings = {name: Parameters.for_circuit(trainings[name].circuit, scale_bits=scale_bits).ring for name in names}
    times = [sum(estimates(trainings[name].circuit)) for name in names]
    rows = [*zip(names, names, times), ("by two processes", names[-1], pipelined(trainings[names[-1]].circuit, slots))]
    lines = [f"{'':18}depth  products  rotations  operations  in one ring   ring  in its own"]
    for title, name, time in rows:
        counted, ring = measure(trainings[name]), rings[name]
        operations, share = len(trainings[name].circuit.nodes) - counted["inputs"], 100 * time / times[0]
        lines.append(
            f"{title:18}{counted['depth']:5}{counted['products']:10}{counted['rotations']:11}{operations:12}"
            f"{share:11.0f} %{ring:7}{share * ring / rings[names[0]]:10.0f} %"
        )
    return "\n".join(lines)
