"""Tests of privlab/fl."""
