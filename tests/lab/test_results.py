"""What an answer carries along, and what it keeps, is seen."""

import enum

import numpy as np
import pytest

from privlab.lab.results import (
    all_seen,
    as_number,
    as_whole,
    carried,
    form_of,
    kept,
    listed,
    named,
    tells,
    visible,
    words_of,
)


class Note(int):
    """A number with room for a note."""


class Slotted:
    """Something with a slot."""

    __slots__ = ("inside",)


class Answer(enum.IntEnum):
    """Two answers."""

    NO, YES = 0, 1


@pytest.mark.parametrize(
    "value, number",
    [(3, 3.0), (np.float32(0.5), 0.5), (np.array([2]), 2.0), (True, 1.0), ("3", None), (b"3", None), (1j, None)],
)
def test_one_real_number_whatever_it_is_wrapped_in(value, number):
    assert as_number(value) == number and as_number([1, 2]) is None and as_number(np.ones(2)) is None


def noted(number):
    note = Note(1)
    note.of = number
    return note


def made_for(number):
    return type("Made", (int,), {"of": number})(1)


def slotted(number):
    thing = type("Slots", (Slotted,), {"__slots__": ("other",)})()
    thing.other = number
    return thing


def part_of(number):
    return np.array([1, number])[0, ...]


@pytest.mark.parametrize("make", [noted, made_for, slotted, part_of, lambda number: [noted(number)], lambda n: {1: n}])
def test_what_a_value_carries_is_visible(make):
    assert visible(make(3)) == visible(make(3)) != visible(make(4))


def test_plain_values_carry_nothing():
    for value in (1, True, "YES", b"", None, 0.5, np.True_, np.uint64(3), np.arange(3), [1], (2,), {3: 4}, Note(1)):
        assert carried(value) == {}, value
    assert carried(each for each in (1, 2)) == {}
    assert visible(Answer(1)) == visible(Answer.YES) != visible(Answer.NO)
    assert visible(True) != visible(1) != visible(np.int64(1))
    assert named({"tally": 3, "of": [1, 2]}) == "tally = 3, of = [1, 2]"


def test_all_that_an_onlooker_sees_is_told():
    def part():
        print("one of two")
        return np.array([1.0, 2.0])[:1]

    assert all_seen(part)[1] == "ndarray of float64 of shape (1,), printing 'one of two', carrying base = [1, 2]"
    assert all_seen(lambda: noted(3))[1] == "Note, carrying of = 3"
    assert all_seen(lambda: np.float64(2)) == (2, "float64")
    assert form_of(np.array(2, dtype=np.int8)) == "ndarray of int8" and form_of(2) == "int"
    locked = np.array([2])
    locked.flags.writeable = False
    assert visible(locked) != visible(np.array([2])) != visible(np.array([2], dtype=np.int8))


def test_whole_numbers_of_any_library_are_whole():
    for value in (3, np.int64(3), np.uint64(3), np.array(3), np.array([3])):
        assert as_whole(value) == 3 and type(as_whole(value)) is int
    for value in (3.0, True, "3", None, [3], np.array([3, 4]), np.float64(3)):
        assert as_whole(value) is None, value


def test_values_are_listed_in_words():
    assert (listed([1]), listed([1, 2]), listed("abc")) == ("1", "1 and 2", "a, b and c")


log = []


def test_what_a_function_keeps_is_seen():
    count = 0

    def counting(number, own=[]):  # noqa: B006 (a default that is kept is the point)
        nonlocal count
        count += number
        own.append(number)

    def logging(number):
        log.append(number)

    def marking(number):
        marking.last = number

    def keeping_nothing(number):
        return np.abs(number)

    for function in (counting, logging, marking):
        before = kept(function)
        assert kept(function) == before
        function(1)
        assert kept(function) != before
    before = kept(keeping_nothing)
    keeping_nothing(1)
    assert kept(keeping_nothing) == before


def test_what_a_closure_holds_is_kept():
    calls = []

    def answer():
        return calls.append(1)

    before = kept(answer)
    assert kept(answer) == before
    answer()
    assert kept(answer) != before


@pytest.mark.parametrize("make", [noted, made_for, slotted, lambda number: (2, noted(number))])
def test_what_differs_beside_results_is_told(make):
    assert tells(make, (3,), (3,)) is None
    assert tells(make, (b"3" * 80,), (b"4" * 80,)).startswith("one call gave ")


def test_prints_and_kinds_differ_and_results_may():
    assert tells(lambda number: number, (3,), (4,)) is None and tells(lambda *given: given, (3, 4), (4, 5)) is None
    assert tells(print, (3,), (4,)) == "one call gave NoneType, printing '3', another NoneType, printing '4'"
    assert tells(lambda number: (1, number), (3,), (4.0,)) is not None


def test_all_that_an_exception_holds_is_told():
    first, second = KeyError(17), ValueError("no", [18])
    second.add_note("nineteen")
    second.twenty, second.__cause__ = 20, first
    assert all(word in words_of(second) for word in ("no", "[18]", "nineteen", "20", "17"))


def test_the_kind_of_an_array_tells_its_flags_and_what_its_numbers_carry():
    plain, fixed = np.arange(4), np.arange(4)
    fixed.flags.writeable = False
    assert "read-only" in form_of(fixed) and "strides" in form_of(plain[::-1]) and form_of(plain).endswith("(4,)")
    noted_kind = plain.astype(np.dtype(plain.dtype, metadata={"own": 3}))
    assert carried(noted_kind) == {"dtype.metadata": {"own": 3}} and carried(plain) == {}
