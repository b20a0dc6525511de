"""`benchmarks NAME...`: the same as `python -m benchmarks`, after what the figures need was made ready."""

import os
import sys

from privlab.setup import browser
from privlab.setup.suite import repository


def main(words: list[str]) -> int:
    """The exit status. words : as `python -m benchmarks` takes them."""
    root = repository()
    browser.ensure()
    os.chdir(root)
    sys.path.insert(0, str(root))
    from benchmarks.__main__ import main as measure

    return measure(words)
