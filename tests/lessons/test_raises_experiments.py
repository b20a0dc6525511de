"""The raise that a reader of lesson 11 types."""

import pytest

from privlab.lessons.raises.experiments import dollars


@pytest.mark.parametrize("typed, read", [("3,390", 3_390), (" $ 3390 ", 3_390), ("0", 0), ("1_000_000", 1_000_000)])
def test_a_raise_is_read_as_it_is_typed(typed, read):
    assert dollars(typed) == read


@pytest.mark.parametrize("typed", ["", "-5", "3.5", "lots", "1000001", "٣"])
def test_what_is_no_raise_is_told_in_one_sentence(typed):
    with pytest.raises(ValueError, match=r"^a raise is a whole number of dollars from 0 to 1,000,000") as error:
        dollars(typed)
    assert "\n" not in str(error.value)
