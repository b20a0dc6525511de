"""The training circuit step by step, from depth 5 a minibatch to a little over 2: what lesson 32 shows and draws."""
from privlab.he.evaluators import Count, Depth, width
from privlab.he.training import baseline, reassociated, without_masks
from privlab.he.unrolling import unrolled, unrolled_once


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
    return {"depth": Depth()(circuit), "width": width(circuit), "products": count["multiply"],
            "rotations": count["rotate"], "inputs": count["input"]}
