"""Logistic regression with several classes, on inputs that are first made uncorrelated: scikit-learn's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Labels, Rows

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

KEPT = 1 - 1e-10  # of the variance; directions in which the inputs do not vary are left out


def fit(rows: Rows, labels: Labels) -> Pipeline:
    """A fitted classifier, with `predict` and `predict_proba`. Whatever rescales the inputs changes nothing.

    Raises ValueError for fewer than two classes or inputs that do not vary.
    Source: Bishop (2006), section 4.3.4.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    if len(np.unique(labels)) < 2 or not np.ptp(rows, axis=0).any():
        raise ValueError("a classifier needs two classes at least, and inputs that are not all alike")
    return make_pipeline(PCA(KEPT, whiten=True), LogisticRegression(tol=1e-6, max_iter=1_000)).fit(rows, labels)
