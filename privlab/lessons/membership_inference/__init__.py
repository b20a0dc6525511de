"""Lesson 41, Was your letter in the training set?: its exercises, figures and experiments."""
