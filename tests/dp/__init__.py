"""Tests of privlab/dp."""
