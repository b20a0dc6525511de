"""Lesson 12, What a result reveals: its exercises, figures and experiments."""
