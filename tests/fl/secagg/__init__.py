"""Tests of privlab/fl/secagg."""
