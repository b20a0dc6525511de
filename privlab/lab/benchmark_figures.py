"""Figures that a lesson cannot measure while it runs: recorded from a long run, with the command and the machine."""

import json
from pathlib import Path

FILE = Path(__file__).parent.parent / "figures.json"


def recorded(*names: str) -> None:
    """Prints recorded figures, a line each, and below them by which command, on what machine and when.

    names : str, as the benchmarks name them. Raises ValueError for a figure that was not recorded.
    """
    figures = {name: _figure(name) for name in names}
    width = max(map(len, figures))
    runs: dict[tuple, list] = {}
    for name, each in figures.items():
        runs.setdefault((each["command"], each["machine"], each["date"]), []).append((name, each))
    for (command, machine, date), found in runs.items():
        for name, each in found:
            value = format(each["value"], ">10,d" if isinstance(each["value"], int) else ">10,.4g")
            print(f"{name:<{width}}  {value} {each['unit']}" + (f" ({each['data']})" if each["data"] else ""))
        print(f"recorded: {command}; {machine}; {date}")


def recorded_value(name: str) -> float:
    """The value of one recorded figure, a number. Raises ValueError for a figure that was not recorded."""
    return _figure(name)["value"]


def _figure(name):
    figures = json.loads(FILE.read_text())
    if name not in figures:
        raise ValueError(
            f"no figure is recorded as {name!r}: `python -m benchmarks NAME --record` records what it measures"
        )
    return figures[name]
