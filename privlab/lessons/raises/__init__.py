"""Lesson 11, Four raises and no secrets told: its exercises, figures and experiments."""
