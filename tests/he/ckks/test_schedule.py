"""Two workers on one circuit, as they are planned."""

import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.schedule import estimates, pipelined, plan
from privlab.he.logreg.comparison import steps
from tests.he.examples import CUBIC, LEARNING_RATE, any_circuit


@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_comes_before_what_reads_it(seed):
    circuit, _, _ = any_circuit(seed)
    order = plan(circuit, 16).order
    place = {index: at for at, index in enumerate(order)}
    for index in order:
        needed = [each for each in circuit.nodes[index].arguments if circuit.nodes[each].operation != "input"]
        assert all(place[each] < place[index] for each in needed)


def test_products_of_one_sum_are_finished_once():
    summed = trace(lambda x, y: x * y + y * y, x=8, y=8)
    apart = trace(lambda x, y: [x * y, y * y], x=8, y=8)
    of_products = [
        sum(time for node, time in zip(circuit.nodes, estimates(circuit)) if node.operation == "multiply")
        for circuit in (summed, apart)
    ]
    assert of_products[0] < 0.2 * of_products[1] and sum(estimates(summed)) < 0.7 * sum(estimates(apart))


def test_two_processes_need_at_least_half_the_time_and_no_more_than_one():
    for training in steps(4, samples=8, learning_rate=LEARNING_RATE, polynomial=CUBIC).values():
        times, needed = estimates(training.circuit), pipelined(training.circuit, 16)
        work = [
            sum(times[index] for index, who in plan(training.circuit, 16).worker.items() if who == worker)
            for worker in (0, 1)
        ]
        assert max(work) <= needed * (1 + 1e-9) and needed <= sum(work) * (1 + 1e-9)
    alone = trace(lambda x: x**8, x=8)
    assert pipelined(alone, 16) == pytest.approx(sum(estimates(alone)))
