"""Circuits: additions, multiplications and rotations; what runs them in the clear, and how deep they are (lesson 31).

tracing         a Python function turned into a circuit.
ir              what a circuit is: nodes in order, each reading earlier ones.
packing         how matrices, rows and columns lie in slots.
linear_algebra  the operations on them, for functions to trace.
linear_maps     plain matrices times encrypted slots.
evaluators      what runs a circuit without encryption, or counts it.
files           circuits in files.
drawing         a circuit as a picture.
"""

from privlab.he.circuits.drawing import Drawing, draw, draw_circuit, draw_circuits
from privlab.he.circuits.evaluators import Count, Depth, Evaluator, Plain, Rotations, levels, width
from privlab.he.circuits.files import load
from privlab.he.circuits.ir import Circuit, Node
from privlab.he.circuits.linear_algebra import Block, Column, Layout, Matrix, Row
from privlab.he.circuits.tracing import Value, trace

__all__ = [
    "Block", "Circuit", "Column", "Count", "Depth", "Drawing", "Evaluator", "Layout", "Matrix", "Node", "Plain",
    "Rotations", "Row", "Value", "draw", "draw_circuit", "draw_circuits", "levels", "load", "trace", "width",
]  # fmt: skip
