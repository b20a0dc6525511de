"""Tests of privlab."""
