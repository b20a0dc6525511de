"""Lesson 31, Computing on what you cannot read: its exercises, figures and experiments."""

from privlab.lessons.circuits_and_depth.experiments import CIRCUITS, Cost, cost, costs, smallest
from privlab.lessons.circuits_and_depth.figures import draw_costs, draw_levels, draw_noise

__all__ = ["CIRCUITS", "Cost", "cost", "costs", "draw_costs", "draw_levels", "draw_noise", "smallest"]
