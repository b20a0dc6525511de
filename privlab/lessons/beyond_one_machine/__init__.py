"""Lesson 55, Beyond one machine: its exercises, figures and experiments."""

from privlab.lessons.beyond_one_machine.experiments import CROWDS, read_under_noise
from privlab.lessons.beyond_one_machine.figures import crowd, draw_budget, draw_crowd, draw_seen

__all__ = ["CROWDS", "crowd", "draw_budget", "draw_crowd", "draw_seen", "read_under_noise"]
