"""The figures of the course, measured: `python -m benchmarks NAME... [--full] [--seed S] [--trials T] [--json]`."""

import multiprocessing
from collections.abc import Callable
from typing import Any


def apart(name: str, work: Callable[[], Any]) -> Any:
    """What `work()` returns, from a process of its own, whose memory is given back when it ends.

    name : of the work, for the RuntimeError that is raised when its process ends before it is done.
    """
    here, there = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(target=lambda: there.send(work()))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{name} ended with code {process.exitcode}, most likely for lack of memory") from None
    finally:
        process.join()


def figure(name, value, unit, reference=None, data=None):
    """One measured figure as a dict; `ratio` is value over reference where there is a reference.

    value : number, or None where the quick form does not measure it.  unit : str ("s", "GB", "%", "rate", ...).
    reference : number it is measured beside.  data : "emnist", "drawn", "mnist", "digits" or None.
    """
    ratio = value / reference if value is not None and reference else None
    return {"name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio, "data": data}
