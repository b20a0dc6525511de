"""The figures of the course, measured: `python -m benchmarks NAME... [--full] [--seed S] [--trials T] [--json]`."""


def figure(name, value, unit, reference=None, data=None):
    """One measured figure as a dict; `ratio` is value over reference where there is a reference.

    value : number, or None where the quick form does not measure it.  unit : str ("s", "GB", "%", "rate", ...).
    reference : number it is measured beside.  data : "emnist", "drawn", "mnist", "digits" or None.
    """
    ratio = value / reference if value is not None and reference else None
    return {"name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio, "data": data}
