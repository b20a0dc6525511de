"""Tests of privlab/he."""
