"""Whom words and classifiers favour, and what repairs change (lesson 62)."""
