"""Tests of privlab/fl/flower."""
