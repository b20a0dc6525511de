"""Small language models, and students that learn from a teacher whose probabilities are corrected by role reversal.

The ways to combine the teacher's two answers are our reading of their names: the paper's full text was not at hand.
"""

import numpy as np

from privlab.device import device, one_thread
from privlab.text.role_reversal.corpus import PAD, WORDS, exchange

WAYS = ("base", "mean", "expMean", "max", "swap")


def language_model(embedding, hidden, seed):
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


def train(model, sentences, epochs, seed, targets=None, weight=0.5, rate=1e-2, batch=128):
    """The model itself, trained to predict each next word.

    With targets its loss is (1 - weight) times the cross-entropy with the text plus weight times the divergence from
    the targets to the model (temperature 1).

    sentences : int [n, 12]. epochs : times it sees them all. rate : of Adam, one cycle up and down.
    targets : float [n, 11, words], probabilities of each next word, or None.
    Raises ValueError when there are fewer sentences than a batch, or a weight outside 0 to 1.
    Source: Hinton, Vinyals and Dean (2015).
    """
    import torch
    from torch.nn import functional

    if len(sentences) < batch or not 0 <= weight <= 1:
        raise ValueError(
            f"needs at least {batch} sentences and a weight from 0 to 1, got {len(sentences)} and {weight}"
        )
    x = torch.tensor(sentences, device=device())
    steps = len(x) // batch
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * steps)
    order = torch.Generator().manual_seed(seed)
    with one_thread():
        for _ in range(epochs):
            shuffled = torch.randperm(len(x), generator=order).to(x.device)
            for rows in shuffled[: steps * batch].view(steps, batch):
                known = x[rows, 1:] != WORDS.index(PAD)
                logits = model(x[rows, :-1])[known]
                loss = functional.cross_entropy(logits, x[rows, 1:][known])
                if targets is not None:
                    wanted = targets[rows][known]
                    divergence = functional.kl_div(logits.log_softmax(dim=-1), wanted, reduction="batchmean")
                    loss = (1 - weight) * loss + weight * divergence
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return model


def log_probabilities(model, sentences):
    """The model's log-probabilities of each next word, float tensor [n, 11, words].

    sentences : int [n, 12].
    """
    import torch

    with torch.no_grad(), one_thread():
        words = torch.tensor(sentences[:, :-1], device=device())
        return torch.cat([model(part).log_softmax(dim=-1) for part in words.split(512)])


def combine(seen, reversed_roles, way):
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
    found = {
        "base": lambda: exp(seen),
        "swap": lambda: exp(reversed_roles),
        "mean": lambda: exp((seen + reversed_roles) / 2),
        "expMean": lambda: (exp(seen) + exp(reversed_roles)) / 2,
        "max": lambda: exp(larger(seen, reversed_roles)),
    }[way]()
    return found / found.sum(-1)[..., None]


def teacher_targets(model, sentences, way="base"):
    """What a student should say at each place, float tensor [n, 11, words]: the teacher's answers, combined.

    sentences : int [n, 12]. way : as in `combine`.
    """
    seen = log_probabilities(model, sentences)
    if way == "base":
        return combine(seen, seen, way)
    mapped = log_probabilities(model, exchange()[sentences])[..., exchange()]
    return combine(seen, mapped, way)


def student(sentences, seed, epochs=8, model=None, way="base", augment=False, weight=0.5):
    """A trained student, widths 32 and 64: plain without a teacher `model`, else distilled.

    sentences : int [n, 12]. way : of combining the teacher's answers.
    augment : whether each sentence is there with roles reversed as well; then half the epochs see as much text.
    """
    text = np.concatenate([sentences, exchange()[sentences]]) if augment else sentences
    targets = None if model is None else teacher_targets(model, text, way)
    return train(language_model(32, 64, seed), text, epochs // 2 if augment else epochs, seed, targets, weight)
