"""Tests of privlab/ml/dpsgd."""
