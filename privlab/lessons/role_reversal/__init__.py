"""Lesson 63, A nurse may be he, a queen is she: its exercises and figures."""

from privlab.lessons.role_reversal.figures import draw_predicted, draw_professions, draw_students

__all__ = ["draw_predicted", "draw_professions", "draw_students"]
