"""Lesson 55, Beyond one machine: its exercises, figures and experiments."""

from privlab.lessons.beyond_one_machine.figures import CROWDS, crowd, draw_budget, draw_crowd, draw_seen

__all__ = ["CROWDS", "crowd", "draw_budget", "draw_crowd", "draw_seen"]
