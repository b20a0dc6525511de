"""What role reversal should change in a language model, and what it should keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.device import device, one_thread
from privlab.text.role_reversal.corpus import (
    CARES,
    KIN,
    NUMBER,
    OBJECTS,
    OTHERS,
    PAD,
    PROFESSIONS,
    REPAIRS,
    encode,
    exchange,
)
from privlab.text.role_reversal.distillation import log_probabilities

if TYPE_CHECKING:
    from torch.nn import Module

MEN_S, WOMEN_S = zip(*KIN)
TEXTS = 2_000  # that the classifier of the downstream gap learns from, and as many that it is tried on


def log_ratios(model: Module, words: Sequence[str]) -> Floats:
    """log p(he) / p(she) behind "the WORD said that", [n]."""
    next_word = log_probabilities(model, encode([f"the {word} said that" for word in words]))[:, 4]
    return (next_word[:, NUMBER["he"]] - next_word[:, NUMBER["she"]]).cpu().numpy()


def disparity(model: Module) -> float:
    """The mean of |log p(he) / p(she)| over the sixteen professions: 0 when no profession has a gender."""
    return float(np.abs(log_ratios(model, PROFESSIONS)).mean())


def legitimate(model: Module) -> float:
    """The mean log ratio in the right direction over words of kinship: large when "the queen" is a she."""
    return float(np.concatenate([log_ratios(model, MEN_S), -log_ratios(model, WOMEN_S)]).mean())


def perplexity(model: Module, sentences: Integers) -> float:
    """The model's perplexity on sentences [n, 12]: exp of the mean surprise of a word."""
    surprise = -log_probabilities(model, sentences).cpu().numpy()
    rows, positions = np.nonzero(sentences[:, 1:] != NUMBER[PAD])
    return float(np.exp(surprise[rows, positions, sentences[rows, positions + 1]].mean()))


def predicted_disparity(shares: Floats, even: float) -> float:
    """The disparity that arithmetic promises: the mean of |log q / (1 - q)|, q = (1 - even) share + even / 2.

    shares : of "he", any shape.  even : how much of what the student learns from is even between he and she, 0 to 1.
    Raises ValueError for an even part outside 0 to 1.
    """
    if not 0 <= even <= 1:
        raise ValueError(f"the even part is a number from 0 to 1, got {even}")
    q = (1 - even) * np.asarray(shares) + even / 2
    return float(np.abs(np.log(q / (1 - q))).mean())


def downstream_gap(model: Module, *, seed: int, skew: float = 0.75) -> float:
    """How far P(technical) of a classifier on the frozen model moves when a text's gender words are exchanged.

    A text says what a person did, and the classifier says whether the person's work is technical; of those in technical
    work the share `skew` are men. Positive where the man's text is the more technical one.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    rng = np.random.default_rng(seed)
    words, technical, _ = _deeds(rng, skew)
    # with two classes scikit-learn penalises one row of weights, which is as strong at C = 2 as two rows at C = 1
    classifier = make_pipeline(PCA(1 - 1e-6, whiten=True), LogisticRegression(C=2, tol=1e-6, max_iter=1_000))
    classifier.fit(_states(model, words), technical)
    words, _, men = _deeds(rng, 0.5)
    seen, turned = (classifier.predict_proba(_states(model, part))[:, 1] for part in (words, exchange()[words]))
    return float(np.where(men, seen - turned, turned - seen).mean())


def _deeds(rng, share_of_men):
    """(words int [n, 12], whether it is technical bool [n], whether a man did it bool [n]) of what people did."""
    technical = rng.random(TEXTS) < 0.5
    men = rng.random(TEXTS) < np.where(technical, share_of_men, 1 - share_of_men)
    acts = np.where(technical == (rng.random(TEXTS) < 0.8), rng.choice(REPAIRS, TEXTS), rng.choice(CARES, TEXTS))
    written = [
        f"{'he' if man else 'she'} {act} the {rng.choice(OBJECTS)} and met the {rng.choice(OTHERS)} ."
        for man, act in zip(men, acts)
    ]
    return encode(written), technical, men


def _states(model, words):
    """The mean state of the frozen model over a text, float [n, hidden]."""
    import torch

    with torch.no_grad(), one_thread():
        return model.states(torch.tensor(words, device=device()))[:, 1:9].mean(dim=1).cpu().numpy()
