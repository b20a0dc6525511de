"""Two processes work out what one does, and none is left behind."""

import psutil
import pytest

from privlab.he.ckks.schedule import plan
from privlab.he.logreg.unrolling import unrolled
from tests.he.examples import data, sizes


@pytest.mark.slow
def test_two_workers_do_what_one_does():
    pytest.importorskip("tenseal")
    from benchmarks.experiments.two_workers import Workers
    from privlab.he.ckks.encrypted_run import Encrypted
    from privlab.he.ckks.parameters import Parameters

    samples, start = data(2, 8)
    training = unrolled(2, unroll=2, **sizes(8))
    run = Encrypted(Parameters.for_circuit(training.circuit, scale_bits=30, special_bits=50))
    ciphertexts = run.encrypt(training.circuit, **training.inputs(samples, start))
    workers, before = Workers(run.server, seconds=60), set(psutil.Process().children())
    one, two = run.evaluate(training.circuit, ciphertexts), workers.evaluate(training.circuit, ciphertexts, width=16)
    assert (run.decrypt(training.circuit, one) == run.decrypt(training.circuit, two)).all()
    assert set(psutil.Process().children()) <= before and not workers.folder.exists()
    planned = plan(training.circuit, width=16)
    assert set(planned.worker.values()) == {0, 1} and sorted(planned.order) == sorted(planned.worker)
    with pytest.raises(RuntimeError, match="the other worker failed"):
        workers.evaluate(
            training.circuit, {name: cipher for name, cipher in ciphertexts.items() if name != "c"}, width=16
        )
    assert set(psutil.Process().children()) <= before
