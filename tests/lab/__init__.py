"""Tests of privlab/lab."""
