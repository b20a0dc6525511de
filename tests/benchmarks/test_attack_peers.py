"""Ours and matching by default are given the same batch, and both are measured."""

import pytest

from benchmarks.experiments import attack_peers

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
def test_both_are_measured_on_each_set_of_pictures():
    figures = {each["name"]: each for each in attack_peers.run(trials=1, seconds=0.5, seed=0)}
    assert set(figures) == {
        f"attack_{name}_{what}" for name in ("letters", "digits", "patches") for what in ("recovered", "seconds")
    }
    for name in ("letters", "digits", "patches"):
        ours, theirs = (figures[f"attack_{name}_recovered"][of] for of in ("value", "reference"))
        assert 0 <= theirs <= 1 and (ours == 1 if name != "patches" else 0 <= ours <= 1)  # patches may be too alike
        assert 0.4 < figures[f"attack_{name}_seconds"]["reference"] < 60
