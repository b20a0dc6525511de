"""How a lesson talks to its reader: start, show, claim, explore, check, hint, solution, use, quiz, progress, recorded.

Knows nothing of any subject.
"""
import numpy as np

from privlab.lab.board import progress
from privlab.lab.checks import check, hint, solution, use
from privlab.lab.explore import choice, explore, slider
from privlab.lab.quiz import quiz
from privlab.lab.recorded import recorded, recorded_value
from privlab.lab.show import claim, show
from privlab.lab.start import start

__all__ = ("np", "start", "show", "explore", "slider", "choice", "claim", "check", "hint", "solution", "use", "quiz",
           "progress", "recorded", "recorded_value")
