"""Lesson 61, The PIN in the weights: its exercises and figures."""

from privlab.lessons.canary_extraction.figures import draw_exposures, draw_losses, draw_ranks, draw_relaxation

__all__ = ["draw_exposures", "draw_losses", "draw_ranks", "draw_relaxation"]
