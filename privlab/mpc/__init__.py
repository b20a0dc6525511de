"""Multiparty computation: shares, thresholds, commitments, what a party sees, what a result tells,
set intersection, triples, and real parties over TCP."""
