"""Lesson 23, Every answer costs: its exercises, figures and experiments."""
