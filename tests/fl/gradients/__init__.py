"""Tests of privlab/fl/gradients."""
