"""Lesson 54, Devices as they are: its exercises, figures and experiments."""
