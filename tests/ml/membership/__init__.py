"""Tests of privlab/ml/membership."""
