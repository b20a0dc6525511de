"""Homomorphic encryption: circuits, what runs them in the clear and encrypted, and a scheme small enough for paper.

The vocabulary of interchangeable evaluators (plain, depth, count, rotations, precision, encrypted, checked) is that of
the Homomorphic Implementor's Toolkit (HIT), which belongs to the article "Building machine learning models with
encrypted data".
"""
