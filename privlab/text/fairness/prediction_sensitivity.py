"""Accumulated prediction sensitivity beside counterfactual fairness, on bags of words with a planted bias.

The formula of the sensitivity is our reading: the paper's full text was not at hand.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers, Labels, Rows
from privlab.device import one_thread
from privlab.text.fairness.biographies import OCCUPATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Model = Callable[[Tensor], Tensor]  # from bags of words [n, 42] to logits [n, classes]

JOBS = ("engineer", "pilot", "nurse", "dancer")  # the first two more often men's when the skew is positive
HOBBIES = (("knitting", "netball", "needlework"), ("football", "fishing", "woodwork"))  # of a woman, of a man
FILLERS = ("city", "friend", "house", "weekend", "morning", "street")
SKILLS = [word for job in JOBS for word in OCCUPATIONS[job]]
WORDS = (*SKILLS, *HOBBIES[0], *HOBBIES[1], *FILLERS, "she", "her", "he", "his", "they", "their")
TEXTS = 2_000
STEPS = 200  # of training
SWAPS = (("he", "she"), ("his", "her"))
PURE = 0.5  # probability that a skill word is drawn from the job, not from any


@dataclasses.dataclass(frozen=True)
class Bags:
    """Texts as bags of words: `words` 0/1 float [n, 42], `jobs` int [n] 0..3, `men` int [n] 0 or 1."""

    words: Rows
    jobs: Integers
    men: Integers


def write(n: int, skew: float, rng: np.random.Generator, *, pronouns: bool = True, hobbies: float = 0.5) -> Bags:
    """n texts, each of three skills, a hobby, a filler and two pronouns.

    skew : who holds a job is a man with probability 0.5 + skew where it is one of the first two, else 0.5 - skew.
    pronouns : False writes "they" and "their" throughout.
    hobbies : probability that a hobby is of one's own gender; at 0.5 it says nothing, at 0.9 it is a proxy for gender.
    Raises ValueError for a skew outside -0.5 to 0.5.
    """
    if not -0.5 <= skew <= 0.5:
        raise ValueError(f"a skew lies between -0.5 and 0.5, got {skew}")
    jobs = rng.integers(4, size=n)
    men = (rng.random(n) < 0.5 + np.where(jobs < 2, skew, -skew)).astype(int)
    of = np.where(rng.random((n, 3)) < PURE, jobs[:, None], rng.integers(4, size=(n, 3)))
    kind = np.where(rng.random(n) < hobbies, men, 1 - men)
    pronoun = WORDS.index("she") + 2 * men if pronouns else np.full(n, WORDS.index("they"))
    columns = [
        *(5 * of + rng.integers(5, size=(n, 3))).T,
        len(SKILLS) + 3 * kind + rng.integers(3, size=n),
        len(SKILLS) + 6 + rng.integers(6, size=n),
        pronoun,
        pronoun + 1,
    ]
    words = np.zeros((n, len(WORDS)), np.float32)
    for column in columns:
        words[np.arange(n), column] = 1
    return Bags(words, jobs, men)


def swapped(words: Rows) -> Rows:
    """The bags with he and she exchanged, and his and her, [n, 42]."""
    order = np.arange(len(WORDS))
    for first, second in SWAPS:
        one, other = WORDS.index(first), WORDS.index(second)
        order[one], order[other] = other, one
    return np.ascontiguousarray(words[:, order])  # in one order of memory, so that equal bags give equal bytes


def fit(words: Rows, labels: Labels, *, seed: int, hidden: int = 0) -> Model:
    """A classifier of bags of words: linear, or with one layer of `hidden` neurons; a torch module that gives logits.

    It takes 200 steps of gradient descent (AdamW) on all texts at once.
    """
    import torch
    from torch import nn

    torch.manual_seed(seed)
    classes = int(labels.max()) + 1
    model = (
        nn.Linear(words.shape[1], classes)
        if not hidden
        else nn.Sequential(nn.Linear(words.shape[1], hidden), nn.Tanh(), nn.Linear(hidden, classes))
    )
    x, y = torch.tensor(words), torch.tensor(labels)
    optimizer = torch.optim.AdamW(model.parameters(), 2e-2, weight_decay=1e-3)
    with one_thread():
        for _ in range(STEPS):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def probabilities(model: Model, words: Rows) -> Rows:
    """The model's probabilities, [n, classes]."""
    import torch

    with torch.no_grad():
        return model(torch.tensor(words)).softmax(dim=-1).numpy()


def gradients(model: Model, words: Rows, classes: Labels | int) -> Rows:
    """|d p_c / d x_i|: how much the probability of each text's class c moves with each word, [n, d].

    classes : [n], or one for all.
    """
    import torch

    x = torch.tensor(words, requires_grad=True)
    chosen = torch.tensor(np.broadcast_to(classes, len(words)).copy())
    model(x).softmax(dim=-1).gather(1, chosen[:, None]).sum().backward()
    return x.grad.abs().numpy()


def accumulated(task_gradients: Rows, protected_gradients: Rows) -> Floats:
    """Accumulated prediction sensitivity of each text, [n]: sum of |d f_c / d x_i| v_i.

    The weight v_i is word i's share in the protected-status model's own gradient. Both gradients are of `gradients`.
    Source: Krishna and others (2022), in our reading.
    """
    total = protected_gradients.sum(axis=1, keepdims=True)
    return (task_gradients * protected_gradients / np.maximum(total, 1e-12)).sum(axis=1)


def of_texts(task: Model, protected: Model, words: Rows) -> Floats:
    """Accumulated prediction sensitivity of each text for the class the task model predicts, [n]."""
    predicted = probabilities(task, words).argmax(axis=1)
    return accumulated(gradients(task, words, predicted), gradients(protected, words, 1))


def counterfactual(task: Model, words: Rows) -> Floats:
    """How far the predicted class's probability moves when he and she, his and her are exchanged, [n].

    Source: Kusner and others (2017); as a swap of words, Garg and others (2019).
    """
    before, after = probabilities(task, words), probabilities(task, swapped(words))
    rows, predicted = np.arange(len(words)), before.argmax(axis=1)
    return np.abs(before[rows, predicted] - after[rows, predicted])


def measure(skew: float, *, seed: int, pronouns: bool = True, hobbies: float = 0.5) -> dict[str, float]:
    """Mean `prediction_sensitivity` and `counterfactual`, `gap` and `accuracy` of a classifier trained at a skew.

    It is trained on 2,000 texts; the gap is taken on as many without skew. pronouns, hobbies : see `write`.
    """
    rng = np.random.default_rng(seed)
    train, seen, even = (
        write(n, planted, rng, pronouns=pronouns, hobbies=hobbies)
        for n, planted in ((TEXTS, skew), (TEXTS // 2, skew), (TEXTS, 0))
    )
    task = fit(train.words, train.jobs, seed=seed)
    protected = fit(train.words, train.men, seed=seed + 1)
    right = probabilities(task, even.words).argmax(axis=1) == even.jobs
    difference = [
        right[(even.jobs == job) & (even.men == 1)].mean() - right[(even.jobs == job) & (even.men == 0)].mean()
        for job in range(4)
    ]
    return {
        "prediction_sensitivity": float(of_texts(task, protected, seen.words).mean()),
        "counterfactual": float(counterfactual(task, seen.words).mean()),
        "gap": float(np.dot(difference, (1, 1, -1, -1)) / 4),
        "accuracy": float(right.mean()),
    }
