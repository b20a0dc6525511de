"""Lesson 21, A poll nobody can hold against you: its exercises, figures and experiments."""

from privlab.lessons.randomized_response.figures import draw_belief, draw_days, draw_errors, draw_poll

__all__ = ["draw_belief", "draw_days", "draw_errors", "draw_poll"]
