"""Tests of privlab/ml."""
