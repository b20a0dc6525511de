"""Lesson 61, The PIN in the weights: its exercises, figures and experiments."""
