"""Figures of lesson 62: their lines say what is drawn."""

import numpy as np
from matplotlib.figure import Figure

from privlab.lessons.measuring_fairness import figures
from privlab.text.fairness import ceat, weat
from privlab.text.fairness.embeddings import contexts, glove
from privlab.text.fairness.weat import TESTS


def test_the_lines_of_the_figures():
    results, words = {"WEAT-8": weat.measure(glove(), "WEAT-8")}, {"WEAT-8": TESTS["WEAT-8"][:2]}
    line = figures.draw_words(Figure().subplots(), "WEAT-8", results, words)
    assert "d = 1.48" in line and "of 12,870 ways to label the words, 5 " in line
    table = ceat.associations(contexts(), "WEAT-8", 60, np.random.default_rng(1))
    labels = np.random.default_rng(2).permuted(np.tile(np.arange(16) < 8, (100, 1)), axis=1)
    significant = ceat.significant(ceat.pooled(table[:50], labels)).sum()
    assert f"CEAT calls {significant} significant" in figures.draw_relabelled(Figure().subplots(), 50, table, labels)
    line = figures.draw_test_and_task(
        Figure().subplots(1, 2), "as sold", 0.4, (-0.4, 0.4), {"as sold": {"WEAT-7": 1.5}}, {"as sold": [-0.2, 0.02]}
    )
    assert "WEAT-7 1.50" in line and line.endswith("about none")
    line = figures.draw_measures(
        Figure().subplots(1, 2),
        "they",
        (0, 0.4),
        {"they": {"prediction_sensitivity": [0.1, 0.2], "counterfactual": [0.0, 0.0]}},
    )
    assert "0 at every skew, exactly" in line
