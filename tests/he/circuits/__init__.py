"""Tests of privlab/he/circuits."""
