"""Tests of privlab/he/ckks."""
