"""Small language models, and students that learn from a teacher whose probabilities are corrected by role reversal.

The ways to combine the teacher's two answers are our reading of their names: the paper's full text was not at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from privlab.arrays import Integers
from privlab.device import device, one_thread
from privlab.text.role_reversal.corpus import LENGTH, PAD, WORDS, encode, exchange

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

WAYS = ("base", "mean", "expMean", "max", "swap")
LEARNING_RATE = 1e-2  # the highest, in the middle of a training
BATCH = 128


def language_model(*, embedding: int, hidden: int, seed: int) -> Module:
    """A fresh language model, a torch module from words int [n, t] to logits of the next word [n, t, words].

    embedding, hidden : width of its word vectors and of its gated recurrent layer (GRU).
    """
    import torch
    from torch import nn

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(len(WORDS), embedding)
            self.recurrent = nn.GRU(embedding, hidden, batch_first=True)
            self.output = nn.Linear(hidden, len(WORDS))

        def states(self, words):
            return self.recurrent(self.embedding(words))[0]

        def forward(self, words):
            return self.output(self.states(words))

    torch.manual_seed(seed)
    return LanguageModel().to(device())


def train(
    model: Module, sentences: Integers, *, epochs: int, seed: int, targets: Tensor | None = None, weight: float = 0.5
) -> Module:
    """The model itself, trained to predict each next word; with targets by distillation, see `distillation_loss`.

    sentences : [n, 12].  epochs : how often it sees them all; the learning rate of Adam goes up and down once.
    targets : [n, 11, words], probabilities of each next word.  weight : of the targets, from 0 to 1.
    Raises ValueError when there are fewer sentences than a batch, or a weight outside 0 to 1.
    """
    import torch

    if len(sentences) < BATCH or not 0 <= weight <= 1:
        raise ValueError(
            f"needs at least {BATCH} sentences and a weight from 0 to 1, got {len(sentences)} and {weight}"
        )
    x = torch.tensor(sentences, device=device())
    steps = len(x) // BATCH
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=epochs * steps)
    order = torch.Generator().manual_seed(seed)
    with one_thread():
        for _ in range(epochs):
            shuffled = torch.randperm(len(x), generator=order).to(x.device)
            for rows in shuffled[: steps * BATCH].view(steps, BATCH):
                known = x[rows, 1:] != WORDS.index(PAD)
                logits = model(x[rows, :-1])[known]
                wanted = None if targets is None else targets[rows][known]
                loss = distillation_loss(logits, x[rows, 1:][known], wanted, weight)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return model


def distillation_loss(logits: Tensor, words: Tensor, targets: Tensor | None, weight: float) -> Tensor:
    """What a student tries to make small: (1 - weight) of its error on the text, weight of its distance to the teacher.

    logits : [k, words], of k next words.  words : [k], what the text says.  targets : [k, words], the teacher's
    probabilities, or None for a model without one.
    Source: Hinton, Vinyals and Dean (2015), at temperature 1.
    """
    from torch.nn import functional

    of_text = functional.cross_entropy(logits, words)
    if targets is None:
        return of_text
    of_teacher = functional.kl_div(logits.log_softmax(dim=-1), targets, reduction="batchmean")
    return (1 - weight) * of_text + weight * of_teacher


def log_probabilities(model: Module, sentences: Integers) -> Tensor:
    """The model's log-probabilities of each next word, [n, 11, words].

    sentences : [n, 12].
    """
    import torch

    with torch.no_grad(), one_thread():
        words = torch.tensor(sentences[:, :-1], device=device())
        return torch.cat([model(part).log_softmax(dim=-1) for part in words.split(512)])


def finished(model: Module, beginnings: Sequence[str], *, seed: int) -> list[str]:
    """Each beginning as the model goes on, word by word, with its own probabilities, up to the full stop.

    beginnings : of words of the vocabulary, all of one length.  seed : what is drawn can be repeated.
    Raises ValueError for an unknown word, for beginnings of several lengths, and where there is none.
    """
    import torch

    lengths = {len(beginning.split()) for beginning in beginnings}
    if len(lengths) != 1:
        raise ValueError(f"it takes beginnings of one length, got {sorted(lengths)} words")
    words = torch.tensor(encode(beginnings)[:, : lengths.pop() + 1], device=device())
    order = torch.Generator().manual_seed(seed)
    with torch.no_grad(), one_thread():
        while words.shape[1] < LENGTH:
            probabilities = model(words)[:, -1].softmax(dim=-1).cpu()
            words = torch.cat([words, torch.multinomial(probabilities, 1, generator=order).to(words)], dim=1)
    said = (" ".join(WORDS[number] for number in row[1:]) for row in words.tolist())
    return [sentence.partition(" .")[0] + " ." for sentence in said]


def combine(seen: Any, reversed_roles: Any, way: str) -> Any:
    """Probabilities of the next word from two answers of the teacher; numpy arrays or tensors [..., words].

    seen : log-probabilities on the sentence. reversed_roles : on the sentence with roles reversed, already mapped back:
        the entry of "he" holds what the teacher said of "she" there.
    way : "base" (seen alone), "swap" (reversed_roles alone), "mean" of the log-probabilities, "expMean" of the
        probabilities, "max" of the log-probabilities; each scaled to sum 1.
    Raises ValueError for another way.
    Source: Gupta and others (2022), in our reading of the names.
    """
    if way not in WAYS:
        raise ValueError(f"the ways to combine are {', '.join(WAYS)}, not {way!r}")
    exp = np.exp if isinstance(seen, np.ndarray) else lambda tensor: tensor.exp()
    larger = np.maximum if isinstance(seen, np.ndarray) else lambda one, other: one.maximum(other)
    combined = {
        "base": lambda: exp(seen),
        "swap": lambda: exp(reversed_roles),
        "mean": lambda: exp((seen + reversed_roles) / 2),
        "expMean": lambda: (exp(seen) + exp(reversed_roles)) / 2,
        "max": lambda: exp(larger(seen, reversed_roles)),
    }[way]()
    return combined / combined.sum(-1)[..., None]


def teacher_targets(teacher: Module, sentences: Integers, way: str = "base") -> Tensor:
    """What a student should say of each next word, [n, 11, words]: the teacher's answers, combined.

    sentences : [n, 12]. way : as in `combine`.
    """
    seen = log_probabilities(teacher, sentences)
    if way == "base":
        return combine(seen, seen, way)
    reversed_roles = log_probabilities(teacher, exchange()[sentences])
    mapped_back = reversed_roles[..., exchange()]
    return combine(seen, mapped_back, way)


def student(
    sentences: Integers,
    *,
    seed: int,
    epochs: int = 8,
    teacher: Module | None = None,
    way: str = "base",
    augment: bool = False,
    weight: float = 0.5,
) -> Module:
    """A trained student, widths 32 and 64: plain without a teacher, else distilled.

    sentences : [n, 12]. way : of combining the teacher's answers.
    augment : whether each sentence is there with roles reversed as well; then half the epochs see as much text.
    """
    text = np.concatenate([sentences, exchange()[sentences]]) if augment else sentences
    targets = None if teacher is None else teacher_targets(teacher, text, way)
    model = language_model(embedding=32, hidden=64, seed=seed)
    return train(model, text, epochs=epochs // 2 if augment else epochs, seed=seed, targets=targets, weight=weight)
