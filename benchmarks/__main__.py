"""python -m benchmarks NAME... [--full] [--seed S] [--trials T] [--json]

Prints figures side by side with what they are measured against. With --json standard output is one JSON list and nothing
else; progress goes to standard error. Each name is a module beside this one with `run(full, seed, trials)`.
"""
import argparse
import contextlib
import importlib
import json
import pathlib
import sys

from privlab.data.errors import DataError


def names():
    """The names that can be measured, sorted."""
    return sorted(file.stem for file in pathlib.Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))


def measure(name, full, seed, trials):
    """The figures of one name, a list of dicts; whatever the module prints goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        print(f"{name} ...", flush=True)
        return list(importlib.import_module(f"benchmarks.{name}").run(full=full, seed=seed, trials=trials))


def table(figures):
    """The figures as lines of text."""
    show = {None: "-"}
    lines = [f"{'figure':<36}{'value':>14} {'unit':<10}{'reference':>12}{'ratio':>8}  data"]
    for each in figures:
        value, reference, ratio = (show.get(each[key]) or f"{each[key]:,.4g}" for key in ("value", "reference", "ratio"))
        lines.append(f"{each['name']:<36}{value:>14} {each['unit']:<10}{reference:>12}{ratio:>8}  {each['data'] or '-'}")
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--full", action="store_true", help="the long form, up to ten minutes a name")
    parser.add_argument("--seed", type=int, default=0, help="a new seed is a new experiment")
    parser.add_argument("--trials", type=int, default=None, help="how many trials a rate is taken over")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.trials is not None and asked.trials < 1:
        parser.error(f"--trials needs a whole number of at least 1, got {asked.trials}")
    unknown = [name for name in asked.names if name not in names()]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(names())}")
    try:
        figures = [each for name in asked.names for each in measure(name, asked.full, asked.seed, asked.trials)]
    except DataError as error:
        sys.exit(str(error))
    print(json.dumps(figures, indent=1) if asked.json else table(figures))


if __name__ == "__main__":
    main()
