"""Tests of privlab/text/assistant."""
