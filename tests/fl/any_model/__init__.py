"""Tests of privlab/fl/any_model."""
