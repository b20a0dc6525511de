"""What role reversal should change in a language model, and what it should keep."""

import numpy as np

from privlab.device import device, one_thread
from privlab.text.fairness.classifier import fit
from privlab.text.role_reversal.corpus import (
    CARES,
    KIN,
    LENGTH,
    NUMBER,
    OBJECTS,
    OTHERS,
    PAD,
    PAIRS,
    PROFESSIONS,
    REPAIRS,
    SHARES,
    encode,
    exchange,
)
from privlab.text.role_reversal.distillation import log_probabilities

MEN_S, WOMEN_S = zip(*KIN)


def log_ratios(model, words):
    """log p(he) / p(she) behind "the WORD said that", float [n]. words : n str."""
    found = log_probabilities(model, encode([f"the {word} said that" for word in words]))[:, 4]
    return (found[:, NUMBER["he"]] - found[:, NUMBER["she"]]).cpu().numpy()


def disparity(model):
    """The mean of |log p(he) / p(she)| over the sixteen professions: 0 when no profession has a gender."""
    return float(np.abs(log_ratios(model, PROFESSIONS)).mean())


def legitimate(model):
    """The mean log ratio in the right direction over words of kinship: large when "the queen" is a she."""
    return float(np.concatenate([log_ratios(model, MEN_S), -log_ratios(model, WOMEN_S)]).mean())


def perplexity(model, sentences):
    """The model's perplexity on sentences, int [n, 12]: exp of the mean surprise of a word."""
    found = log_probabilities(model, sentences).cpu().numpy()
    rows, places = np.nonzero(sentences[:, 1:] != NUMBER[PAD])
    return float(np.exp(-found[rows, places, sentences[rows, places + 1]].mean()))


def predicted(part, shares=SHARES):
    """The disparity that arithmetic promises: the mean of |log q / (1 - q)|, q = (1 - part) share + part / 2.

    part : how much of what the student learns from is even between he and she, from 0 to 1.
    Raises ValueError for a part outside 0 to 1.
    """
    if not 0 <= part <= 1:
        raise ValueError(f"the even part is a number from 0 to 1, got {part}")
    q = (1 - part) * np.asarray(shares) + part / 2
    return float(np.abs(np.log(q / (1 - q))).mean())


def generated(model, seed, each=150):
    """The same disparity in open generation: mean |log| of sentences with male over those with female words.

    `each` continuations of "the PROFESSION" are sampled; half a sentence is added to both counts.
    """
    import torch

    order = torch.Generator().manual_seed(seed)
    start = encode([f"the {word}" for word in PROFESSIONS])[:, :3].repeat(each, axis=0)
    x = torch.tensor(start, device=device())
    with torch.no_grad(), one_thread():
        for _ in range(LENGTH - 3):
            chances = model(x)[:, -1].softmax(dim=-1).cpu()
            x = torch.cat([x, torch.multinomial(chances, 1, generator=order).to(x.device)], dim=1)
    said = x.cpu().numpy().reshape(len(PROFESSIONS), each, LENGTH)
    his, hers = (np.isin(said, [NUMBER[pair[side]] for pair in PAIRS]).any(axis=2).sum(axis=1) for side in (0, 1))
    return float(np.abs(np.log((his + 0.5) / (hers + 0.5))).mean())


def downstream_gap(model, seed, skew=0.75, texts=2_000):
    """How far P(technical) of a classifier on the frozen model moves when a text's gender words are exchanged.

    A text says what a person did, and the classifier says whether the person's work is technical; of those in technical
    work the share `skew` are men. Positive where the man's text is the more technical one.
    """
    rng = np.random.default_rng(seed)

    def states(words):
        import torch

        with torch.no_grad(), one_thread():
            return model.states(torch.tensor(words, device=device()))[:, 1:9].mean(dim=1).cpu().numpy()

    def write(men_s_share):
        technical = rng.random(texts) < 0.5
        men = rng.random(texts) < np.where(technical, men_s_share, 1 - men_s_share)
        acts = np.where(technical == (rng.random(texts) < 0.8), rng.choice(REPAIRS, texts), rng.choice(CARES, texts))
        return (
            encode(
                [
                    f"{'he' if man else 'she'} {act} the {rng.choice(OBJECTS)} and met the {rng.choice(OTHERS)} ."
                    for man, act in zip(men, acts)
                ]
            ),
            technical,
            men,
        )

    words, technical, _ = write(skew)
    classifier = fit(states(words), technical)
    words, _, men = write(0.5)
    seen, turned = (classifier.probabilities(states(each))[:, 1] for each in (words, exchange()[words]))
    return float(np.where(men, seen - turned, turned - seen).mean())
