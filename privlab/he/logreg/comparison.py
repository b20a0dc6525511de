"""The training circuit step by step, from depth 5 a minibatch to a little over 2: what lesson 32 shows and draws."""

from privlab.he.circuits.evaluators import Count, Depth, width
from privlab.he.ckks.schedule import estimates, pipelined
from privlab.he.logreg.circuits import baseline, reassociated, without_masks
from privlab.he.logreg.unrolled import unrolled, unrolled_once


def steps(minibatches, samples, rate, polynomial):
    """A dict from each transformation's name to its `Training`, in order.

    minibatches : int, even; samples : int, rows and columns of each. rate : float. polynomial : `Cubic`.
    """
    shape = (minibatches, samples, samples, rate, polynomial)
    return {
        "as it is written": baseline(*shape),
        "rows held twice": without_masks(*shape),
        "other order": reassociated(*shape),
        "unrolled by 2": unrolled_once(*shape, unroll=2),
        "two chains": unrolled(*shape, unroll=2),
        f"unrolled by {minibatches}": unrolled(*shape, unroll=minibatches),
        "from zero": unrolled(*shape, unroll=minibatches, from_zero=True),
    }


def measure(training):
    """A dict of whole numbers: depth, width, products, rotations and inputs of a `Training`."""
    circuit = training.circuit
    count = Count()(circuit)
    return {
        "depth": Depth()(circuit),
        "width": width(circuit),
        "products": count["multiply"],
        "rotations": count["rotate"],
        "inputs": count["input"],
    }


def effects(found, slots):
    """Lines of a table: from the third of `found` on each transformation, its depth, width, operations and estimated
    time.

    found : what `steps` gives. slots : int, of a row, as `schedule.plan` takes it. The time is in per cent of the
    first, in one ring for all; the last line is the circuit before it, by two processes.
    """
    names = list(found)[2:6]
    circuits = [found[name].circuit for name in names]
    times = [sum(estimates(each)) for each in circuits] + [pipelined(circuits[-1], slots)]
    lines = [f"{'':20}depth  width  products  rotations  operations  time"]
    for name, training, time in zip(
        [*names, "by two processes"], [*(found[each] for each in names), found[names[-1]]], times
    ):
        counted = measure(training)
        operations = len(training.circuit.nodes) - counted["inputs"]
        lines.append(
            f"{name:20}{counted['depth']:5}{counted['width']:7}{counted['products']:10}{counted['rotations']:11}{operations:12}"
            f"{100 * time / times[0]:4.0f} %"
        )
    return "\n".join(lines)
