"""Tests of privlab/fl/imprint."""
