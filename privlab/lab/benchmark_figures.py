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
    for name, figure in figures.items():
        runs.setdefault((figure["command"], figure["machine"], figure["date"]), []).append((name, figure))
    for (command, machine, date), of_one_run in runs.items():
        for name, figure in of_one_run:
            value = format(figure["value"], ">10,d" if isinstance(figure["value"], int) else ">10,.4g")
            print(f"{name:<{width}}  {value} {figure['unit']}" + (f" ({figure['data']})" if figure["data"] else ""))
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
