"""Tests of privlab/fl/simulation."""
