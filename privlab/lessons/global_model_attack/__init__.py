"""Lesson 53, The model that sorts its clients' letters: its exercises, figures and experiments."""
