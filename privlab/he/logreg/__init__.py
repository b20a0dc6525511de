"""Logistic regression trained on encrypted minibatches (lesson 32)."""
