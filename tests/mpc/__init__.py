"""Tests of privlab/mpc."""
