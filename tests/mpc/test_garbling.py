"""One garbled gate: every input gives its label, one row opens, colours are drawn, and what goes wrong goes wrong."""

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from privlab.mpc.garbling import LABEL_BYTES, colour, draw_labels, evaluate, evaluate_together, garble, lock

BITS = list(itertools.product((0, 1), repeat=2))
GATES = [lambda x, y, table=table: table >> (2 * x + y) & 1 for table in range(16)]


@pytest.mark.parametrize("gate", GATES, ids=range(16))
def test_each_input_gives_the_label_of_its_result(gate):
    first, second, output = draw_labels(), draw_labels(), draw_labels()
    rows = garble(gate, first, second, output)
    assert [evaluate(rows, first[x], second[y]) for x, y in BITS] == [output[gate(x, y)] for x, y in BITS]
    assert [evaluate_together(gate, x, y)[0] for x, y in BITS] == [gate(x, y) for x, y in BITS]


def test_two_labels_open_one_row_and_no_other():
    first, second, output = draw_labels(), draw_labels(), draw_labels()
    rows = garble(GATES[8], first, second, output)
    for x, y in BITS:
        opened = [lock(first[x], second[y], row) in output for row in rows]
        assert sum(opened) == 1 and opened[2 * colour(first[x]) + colour(second[y])]
    assert len(set(rows)) == 4


def test_the_row_that_opens_and_the_colours_tell_nothing_of_the_bits():
    """Which row opens for the same bits, and the result's colour, 1,600 tables: false alarm 1e-6."""
    places = []
    for _ in range(1_600):
        first, second, output = draw_labels(), draw_labels(), draw_labels()
        places.append(4 * colour(output[0]) + 2 * colour(first[0]) + colour(second[1]))
    assert chisquare(np.bincount(places, minlength=8)).pvalue > 1e-6


def test_labels_are_drawn_in_all_digits_and_have_unlike_colours():
    pairs = [draw_labels() for _ in range(400)]
    assert all(colour(zero) != colour(one) for zero, one in pairs)
    for several in zip(*pairs):
        digits = np.unpackbits(np.array([list(label) for label in several], np.uint8), axis=1).sum(axis=0)
        assert digits.shape == (8 * LABEL_BYTES,) and np.abs(digits - 200.0).max() < 70  # seven standard deviations


def test_what_goes_over_the_wire():
    _, transcript = evaluate_together(GATES[8], 1, 1)
    said = [(line.sender, line.receiver, line.what) for line in transcript.messages]
    assert said == [
        ("Alice", "Bob", "table"),
        ("Alice", "Bob", "label of her bit"),
        ("Alice", "Bob", "colour of the result 0"),
        ("Alice", "Bob", "A"),
        ("Bob", "Alice", "B"),
        ("Alice", "Bob", "both messages, sealed"),
        ("Bob", "Alice", "result"),
    ]
    labels = transcript.messages[1].value, *transcript.messages[5].value
    assert all(len(label) == LABEL_BYTES for label in labels)


def test_another_gate_is_garbled_unseen():
    assert [evaluate_together(GATES[8], 0, y, garbled=lambda x, y: y)[0] for y in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: lock(b"short", bytes(16), bytes(16)), "labels have 16 bytes"),
        (lambda: lock(bytes(16), bytes(16), bytes(17)), "16 and 17"),
        (lambda: evaluate([bytes(16)] * 3, bytes(16), bytes(16)), "four rows, got 3"),
        (lambda: evaluate_together(GATES[8], 2, 0), "one bit, 0 or 1, got 2 and 0"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
