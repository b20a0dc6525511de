"""Lesson 22, Noise that keeps a promise: its exercises, figures and experiments."""

from privlab.lessons.laplace_mechanism.figures import draw_clipping, draw_reachable, draw_what_is_left, draw_worlds

__all__ = ["draw_clipping", "draw_reachable", "draw_what_is_left", "draw_worlds"]
