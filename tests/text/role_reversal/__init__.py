"""Tests of privlab/text/role_reversal."""
