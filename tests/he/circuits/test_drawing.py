"""A circuit as a picture: its line of numbers, its signs, its chains."""

import io
import time

import pytest
from matplotlib.colors import to_hex
from PIL import Image

from privlab.he.circuits import drawing
from privlab.he.circuits.linear_algebra import Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import baseline, cubic
from privlab.lab.style import new_figure


@pytest.fixture
def axes():
    return new_figure()[1]


def test_a_circuit_draws_itself(axes):
    assert (
        drawing.draw_circuit(axes, trace(lambda x: x**4 + 2, x=4))
        == "depth 2: 4 nodes, 2 products of ciphertexts, 0 rotations"
    )
    assert [text.get_text() for text in axes.texts] == ["x", "×", "×", "+2"]
    assert "3 rotations" in drawing.draw_circuit(new_figure()[1], trace(lambda x: x.sum(), x=8))
    assert "depth 2" in drawing.draw_circuit(new_figure()[1], trace(lambda a, v: a @ v, a=Matrix(2, 2), v=Row(2, 2)))


def test_a_circuit_draws_itself_without_axes():
    drawn = drawing.draw(trace(lambda x: x**4 + 2, x=4))
    assert repr(drawn) == "depth 2: 4 nodes, 2 products of ciphertexts, 0 rotations"
    width, height = Image.open(io.BytesIO(drawn._repr_png_())).size
    assert width > 400 and height > 300


def test_chains_have_their_colours_and_halves(axes):
    circuit = trace(lambda x, y: [x * x, y * y], x=4, y=4)
    drawing.draw_circuit(axes, circuit, chains={2: 0, 3: 1})
    (upper, lower), colours = axes.collections[1].get_offsets().data, axes.collections[1].get_edgecolors()
    assert upper[1] > 0 > lower[1] and [to_hex(colour) for colour in colours] == [to_hex("C1"), to_hex("C0")]
    assert [text.get_text() for text in axes.texts][-2:] == ["one chain", "the other"]


def test_a_large_circuit_is_drawn_in_few_artists(axes):
    began = time.process_time()
    training = baseline(6, samples=64, features=64, learning_rate=4.0, polynomial=cubic(8.0))
    line = drawing.draw_circuit(axes, training.circuit)
    assert line.startswith("depth 30") and len(axes.texts) == 0 and len(axes.collections) == 3
    assert time.process_time() - began < 1
