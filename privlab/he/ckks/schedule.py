"""Which worker works out which node of a circuit, so that independent chains run side by side (lesson 32)."""

from typing import NamedTuple

from privlab.he.circuits.evaluators import levels
from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.executor import unfinished


class Plan(NamedTuple):
    """Who does what: `worker`, from a node's index to 0 or 1, inputs left out, and `order`, the nodes by urgency."""

    worker: dict[int, int]
    order: list[int]


def estimates(circuit: Circuit) -> list[float]:
    """The estimated time of every node: switching keys costs the square of the level, all else the level.

    In milliseconds for ring 16384 on the machine it was measured on; for scheduling only the proportions count.
    """
    at = levels(circuit)
    sums, kept = unfinished(circuit, at)
    times = []
    for node in circuit.nodes:
        product = node.operation in ("multiply", "multiply_plain")
        level = at[node.index] + product
        time = {"multiply": 0.34, "multiply_plain": 1.5, "input": 0.0}.get(node.operation, 0.05) * level
        if node.operation == "rotate":
            time += _switch(level)
        if (node.operation == "multiply" or node.index in sums) and node.index not in kept:
            time += _switch(at[node.index] + 1) + 0.9 * (at[node.index] + 1)  # relinearised and rescaled
        if node.index not in sums and node.operation != "multiply_plain":
            lowered = sum(at[argument] > level for argument in set(node.arguments))
            time += lowered * 1.5 * (level + 1)
        times.append(time)
    return times


def plan(circuit: Circuit, width: int) -> Plan:
    """A plan for two workers: one sums over columns, by rotations below `width` slots, the other over rows.

    A value that one other reads is worked out where it is read, one that several read where it was summed. Urgent is
    what the longest chain of work hangs on; a worker takes the most urgent node whose arguments are there.
    width  the slots of a row.
    Source: the order is that of Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity task scheduling for
    heterogeneous computing" (2002).
    """
    needs = {
        node.index: [argument for argument in set(node.arguments) if circuit.nodes[argument].operation != "input"]
        for node in circuit.nodes
        if node.operation != "input"
    }
    readers: dict[int, list[int]] = {index: [] for index in needs}
    for index, arguments in needs.items():
        for argument in arguments:
            readers[argument].append(index)
    worker: dict[int, int] = {}
    for index in reversed(needs):
        near = [circuit.nodes[other] for other in (index, *needs[index])]
        turns = [node.detail for node in near if node.operation == "rotate"]
        if index in circuit.outputs:
            worker[index] = 0
        elif turns and len(readers[index]) > 1:
            worker[index] = int(turns[0] >= width)
        else:
            worker[index] = worker[readers[index][0]]
    return Plan(worker, _by_urgency(circuit, list(needs)))


def pipelined(circuit: Circuit, width: int) -> float:
    """The estimated time, in the unit of `estimates`, of two workers who keep to the plan: their work and waits.

    width  the slots of a row. One worker needs the sum of all `estimates`; the exchange is not counted.
    """
    times, planned = estimates(circuit), plan(circuit, width)
    done = {node.index: 0.0 for node in circuit.inputs}
    left = [[index for index in planned.order if planned.worker[index] == worker] for worker in (0, 1)]
    free = [0.0, 0.0]
    while any(left):
        possible = [
            (max([free[worker], *(done[argument] for argument in circuit.nodes[index].arguments)]), worker, urgency)
            for worker in (0, 1)
            for urgency, index in enumerate(left[worker])
            if all(argument in done for argument in circuit.nodes[index].arguments)
        ]
        start, worker, urgency = min(possible)
        index = left[worker].pop(urgency)
        done[index] = free[worker] = start + times[index]
    return max(free)


def _by_urgency(circuit: Circuit, indices: list[int]) -> list[int]:
    """The indices, first that on which the longest chain of work hangs."""
    times = estimates(circuit)
    rank = [0.0] * len(times)
    for node in reversed(circuit.nodes):
        rank[node.index] += times[node.index]
        for argument in node.arguments:
            rank[argument] = max(rank[argument], rank[node.index])
    return sorted(indices, key=lambda index: (-rank[index], index))


def _switch(level: int) -> float:
    """The time of one switch of keys."""
    return 0.35 * level * level + 0.6 * level + 1
