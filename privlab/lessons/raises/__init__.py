"""Lesson 11: four raises, their sum, and what the shares tell."""

from privlab.lessons.raises.experiments import dollars
from privlab.lessons.raises.figures import draw_estimates, draw_sums, draw_two_secrets

__all__ = ["dollars", "draw_estimates", "draw_sums", "draw_two_secrets"]
