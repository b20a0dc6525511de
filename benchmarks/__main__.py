"""python -m benchmarks NAME... [--full] [--seed S] [--trials T] [--only ROOM] [--minutes M] [--json] [--record]

Prints figures side by side with what they are measured against. With --json standard output is one JSON list and
nothing else; progress goes to standard error. Each name is a module beside this one with `run(full, seed, trials)`.
--record keeps what was measured for the lessons, in privlab/figures.json, with command, machine and date.
"""

import argparse
import contextlib
import datetime
import importlib
import inspect
import json
import os
import pathlib
import sys

from privlab.data.types import DataError
from privlab.device import device
from privlab.settings import PACKAGE

FILE = PACKAGE / "figures.json"  # as privlab.lab.benchmark_figures has it, which needs IPython


def names():
    """The names that can be measured, sorted."""
    return sorted(file.stem for file in pathlib.Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))


def measure(name, full, seed, trials, **more):
    """The figures of one name, a list of dicts; whatever the module prints goes to standard error.

    more : options that not every name takes. Raises DataError where this one does not.
    """
    with contextlib.redirect_stdout(sys.stderr):
        print(f"{name} ...", flush=True)
        run = importlib.import_module(f"benchmarks.{name}").run
        for option in more.keys() - inspect.signature(run).parameters:
            raise DataError(f"{name} takes no --{option}: leave it out")
        return list(run(full=full, seed=seed, trials=trials, **more))


def table(figures):
    """The figures as lines of text."""
    show = {None: "-"}
    lines = [f"{'figure':<36}{'value':>14} {'unit':<10}{'reference':>12}{'ratio':>8}  data"]
    for each in figures:
        value, reference, ratio = (
            show.get(each[key]) or f"{each[key]:,.4g}" for key in ("value", "reference", "ratio")
        )
        lines.append(
            f"{each['name']:<36}{value:>14} {each['unit']:<10}{reference:>12}{ratio:>8}  {each['data'] or '-'}"
        )
    return "\n".join(lines)


def machine():
    """What the figures are measured on, in words: cores, memory and, where there is one, the GPU in use."""
    import psutil

    words = f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"
    if device() == "cpu":
        return words
    import torch

    return f"{words}, {torch.cuda.get_device_name()}"


def record(name, figures, options):
    """None; keeps the figures that have a value, beside those already recorded. options : str, the words of the
    command.
    """
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    about = {
        "command": f"python -m benchmarks {name}{options}",
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
    }
    kept |= {
        each["name"]: {"value": each["value"], "unit": each["unit"], "data": each["data"]} | about
        for each in figures
        if each["value"] is not None
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in sorted(kept.items()))
    partial = FILE.with_suffix(".partial")
    partial.write_text(f"{{\n{lines}\n}}\n")
    partial.replace(FILE)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--full", action="store_true", help="the long form, up to ten minutes a name")
    parser.add_argument("--seed", type=int, default=0, help="a new seed is a new experiment")
    parser.add_argument("--trials", type=int, default=None, help="how many trials a rate is taken over")
    parser.add_argument("--only", metavar="ROOM", help="a room of `mutants`; a lesson of `explore`, `lessons`, ...")
    parser.add_argument("--minutes", type=float, help="of `gpu` and `mutants`: end after so many, with what is done")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--record", action="store_true", help="keep what was measured for the lessons")
    asked = parser.parse_args(arguments)
    if asked.trials is not None and asked.trials < 1:
        parser.error(f"--trials needs a whole number of at least 1, got {asked.trials}")
    unknown = [name for name in asked.names if name not in names()]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(names())}")
    more = {name: value for name in ("only", "minutes") if (value := getattr(asked, name)) is not None}
    options = (
        " --full" * asked.full
        + f" --seed {asked.seed}" * bool(asked.seed)
        + f" --trials {asked.trials}" * bool(asked.trials)
        + "".join(f" --{name} {value}" for name, value in more.items())
    )
    figures = []
    for name in asked.names:
        try:
            found = measure(name, asked.full, asked.seed, asked.trials, **more)
        except DataError as error:
            sys.exit(str(error))
        if asked.record:
            record(name, found, options)
        figures += found
    print(json.dumps(figures, indent=1) if asked.json else table(figures))


if __name__ == "__main__":
    main()
