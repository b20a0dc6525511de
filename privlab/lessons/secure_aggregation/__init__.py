"""Lesson 52, The sum and nothing but the sum: its exercises, figures and experiments."""
