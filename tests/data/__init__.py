"""Tests of privlab/data."""
