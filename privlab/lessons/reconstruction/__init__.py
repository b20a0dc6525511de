"""Lesson 24, Counts that give the table back: its exercises, figures and experiments."""

from privlab.lessons.reconstruction.experiments import BLOCK, blocks, desk, shuffled_curve
from privlab.lessons.reconstruction.figures import draw_back, draw_budget, draw_losses, draw_shuffled

__all__ = ["BLOCK", "blocks", "desk", "draw_back", "draw_budget", "draw_losses", "draw_shuffled", "shuffled_curve"]
