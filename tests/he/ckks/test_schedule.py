"""Two workers on one circuit, as they are planned."""

import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.schedule import estimates, pipelined, plan
from privlab.he.logreg.comparison import steps
from tests.he.examples import CUBIC, LEARNING_RATE


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
