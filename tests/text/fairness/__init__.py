"""Tests of privlab/text/fairness."""
