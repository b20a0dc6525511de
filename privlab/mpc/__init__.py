"""Multiparty computation: shares, thresholds, commitments, what a party sees, and real parties over TCP."""
