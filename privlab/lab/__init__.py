"""How a lesson talks to its reader.

start, show, claim, explore, predict, outcome, source, check, hint, solution, use, quiz, letter_pad, value_box,
glossary, progress, recorded.

Knows nothing of any subject. In the Python of a web page, where there are no widgets, it has only those that show text.
"""

import sys

import numpy as np

from privlab.lab.checks import check, hint, solution, use
from privlab.lab.source_code import source
from privlab.lab.words import glossary

if sys.platform != "emscripten":
    from privlab.lab.benchmark_figures import recorded, recorded_value
    from privlab.lab.boxes import value_box
    from privlab.lab.figures import claim, show
    from privlab.lab.guesses import outcome, predict
    from privlab.lab.lesson_start import start
    from privlab.lab.live_figures import choice, explore, slider
    from privlab.lab.pads import letter_pad
    from privlab.lab.progress_map import progress
    from privlab.lab.questions import quiz

__all__ = (
    "np",
    "start",
    "show",
    "explore",
    "slider",
    "choice",
    "claim",
    "predict",
    "outcome",
    "check",
    "hint",
    "solution",
    "use",
    "source",
    "quiz",
    "letter_pad",
    "value_box",
    "glossary",
    "progress",
    "recorded",
    "recorded_value",
)
