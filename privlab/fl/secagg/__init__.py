"""Secure aggregation: the server learns a sum of updates and nothing else of them (lesson 52)."""
