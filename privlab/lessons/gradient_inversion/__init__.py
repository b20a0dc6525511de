"""Lesson 51, Letters stolen from gradients: its exercises, figures and experiments."""
