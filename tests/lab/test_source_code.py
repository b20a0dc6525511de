"""source: a function of the library as code to read."""

import numpy as np
import pytest

from privlab.lab import source
from privlab.mpc.additive import uniform


def test_it_shows_the_code_and_of_the_docstring_the_first_sentence():
    shown = repr(source(uniform))
    assert shown.startswith("def uniform(modulus") and "secrets.randbelow" in shown
    assert shown.count('"""') == 2 and "Raises" not in shown
    assert source(uniform)._repr_markdown_() == f"```python\n{shown}\n```"
    compile(shown, "shown", "exec")


def test_a_wrapped_function_shows_what_it_does():
    from privlab.fl.gradients.matching import match_gradient

    assert repr(source(match_gradient)).startswith("def match_gradient(")


@pytest.mark.parametrize("other", [3, np.add, len, "share"], ids=str)
def test_what_has_no_source_is_refused_in_a_sentence(other):
    with pytest.raises(TypeError, match="source shows a function that is written in Python"):
        source(other)
