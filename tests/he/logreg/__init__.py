"""Tests of privlab/he/logreg."""
