"""Tests of privlab/setup."""
