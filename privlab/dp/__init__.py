"""Differential privacy: mechanisms, composition, and the attacks that keep them honest."""
