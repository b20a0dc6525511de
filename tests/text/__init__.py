"""Tests of privlab/text."""
