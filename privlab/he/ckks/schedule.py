"""Which worker works out which node of a circuit, so that independent chains run side by side (lesson 32)."""

from typing import NamedTuple

from privlab.he.circuits.evaluators import levels
from privlab.he.ckks.executor import unfinished


class Plan(NamedTuple):
    """Who does what. where : dict from a node's place to worker 0 or 1, inputs left out; order : list of places by
    urgency.
    """

    where: dict
    order: list


def estimates(circuit):
    """The estimated time of every node, a list: switching keys costs the square of the level, all else the level.

    In milliseconds for ring 16384 on the machine it was measured on; for scheduling only the proportions count.
    """
    at = levels(circuit)
    sums, kept = unfinished(circuit, at)
    times = []
    for node in circuit.nodes:
        product = node.operation in ("multiply", "multiply_plain")
        level = at[node.place] + product
        time = {"multiply": 0.34, "multiply_plain": 1.5, "input": 0.0}.get(node.operation, 0.05) * level
        if node.operation == "rotate":
            time += _switch(level)
        if (node.operation == "multiply" or node.place in sums) and node.place not in kept:
            time += _switch(at[node.place] + 1) + 0.9 * (at[node.place] + 1)  # relinearised and rescaled
        if node.place not in sums and node.operation != "multiply_plain":
            time += sum(1.5 * (level + 1) for each in set(node.arguments) if at[each] > level)  # brought to the level
        times.append(time)
    return times


def plan(circuit, width):
    """The `Plan` for two workers: one sums over columns, by rotations below `width` slots, the other over rows.

    A value that one other reads is worked out where it is read, one that several read where it was summed. Urgent is
    what the longest chain of work hangs on; a worker takes the most urgent node whose arguments are there.
    width : int, the slots of a row.
    Source: the order is that of Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity task scheduling for
    heterogeneous computing" (2002).
    """
    needs = {
        node.place: [each for each in set(node.arguments) if circuit.nodes[each].operation != "input"]
        for node in circuit.nodes
        if node.operation != "input"
    }
    readers, where = {place: [] for place in needs}, {}
    for place, arguments in needs.items():
        for each in arguments:
            readers[each].append(place)
    for place in reversed(needs):
        turns = [
            circuit.nodes[each].detail for each in (place, *needs[place]) if circuit.nodes[each].operation == "rotate"
        ]
        if place in circuit.outputs:
            where[place] = 0
        elif turns and len(readers[place]) > 1:
            where[place] = int(turns[0] >= width)
        else:
            where[place] = where[readers[place][0]]
    return Plan(where, _by_urgency(circuit, needs))


def pipelined(circuit, width):
    """The estimated time, in the unit of `estimates`, that two workers need who keep to the `Plan`: their work and
    waits.

    width : int, the slots of a row. One worker needs the sum of all `estimates`; the exchange is not counted.
    """
    times, planned = estimates(circuit), plan(circuit, width)
    done = {node.place: 0.0 for node in circuit.nodes if node.operation == "input"}
    left = [[place for place in planned.order if planned.where[place] == worker] for worker in (0, 1)]
    free = [0.0, 0.0]
    while any(left):
        possible = [
            (max([free[worker], *(done[each] for each in circuit.nodes[place].arguments)]), worker, urgency)
            for worker in (0, 1)
            for urgency, place in enumerate(left[worker])
            if all(each in done for each in circuit.nodes[place].arguments)
        ]
        start, worker, urgency = min(possible)
        place = left[worker].pop(urgency)
        done[place] = free[worker] = start + times[place]
    return max(free)


def _by_urgency(circuit, needs):
    """The places of all nodes but inputs; first that on which the longest chain of work hangs."""
    times = estimates(circuit)
    rank = [0.0] * len(times)
    for node in reversed(circuit.nodes):
        rank[node.place] += times[node.place]
        for each in node.arguments:
            rank[each] = max(rank[each], rank[node.place])
    return sorted(needs, key=lambda each: (-rank[each], each))


def _switch(level):
    """The time of one switch of keys."""
    return 0.35 * level * level + 0.6 * level + 1
