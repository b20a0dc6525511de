"""Lesson 32, Training on pictures nobody sees: its exercises, figures and experiments."""

from privlab.lessons.encrypted_training.experiments import CubicRun, cubic_runs
from privlab.lessons.encrypted_training.figures import draw_polynomial, draw_steps, draw_weights

__all__ = ["CubicRun", "cubic_runs", "draw_polynomial", "draw_steps", "draw_weights"]
