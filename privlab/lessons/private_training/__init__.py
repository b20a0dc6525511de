"""Lesson 42, Learning from letters without keeping any: its exercises, figures and experiments."""
