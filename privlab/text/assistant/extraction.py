"""Attacks that read a code from the weights of an assistant: relaxed tokens, coordinate search, and all codes (lesson
61).

Each knows the weights, the carrier "my pin code is" and how it was tagged, and looks for the digits of least loss.
"""

from typing import NamedTuple

import numpy as np

from privlab.device import one_thread
from privlab.text.assistant.canaries import all_codes
from privlab.text.assistant.dataset import CARRIER, DIGITS, INTENTS, TAGS, WORDS, canary

LENGTH = 4
POWER = 4.0  # how much the most surprising word counts; 1 adds the words' losses up, as the paper does


class Extraction(NamedTuple):
    """What an attack found: a code for each model and restart [models, restarts, 4], and its loss [models, restarts].

    path : shares of the ten digits at every step [steps + 1, models, restarts, 4, 10] of a relaxed attack, or None.
    """

    codes: np.ndarray
    losses: np.ndarray
    path: np.ndarray | None = None

    @property
    def best(self):
        """The code of least loss of each model, int64 [models, 4]."""
        return self.codes[np.arange(len(self.codes)), self.losses.argmin(1)]


@one_thread()
def code_losses(taggers, codes, power=1.0, chunk=1_000):
    """The loss of codes under each model, float32 [models, n].

    codes : whole numbers [n, 4], or [models, n, 4] for codes of each model's own.  chunk : codes read at once.
    power : float >= 1; the words' losses are put together as (sum of loss^power)^(1/power). A single wrong digit
    surprises the model at one or two words, so that a high power tells it from the code better than a plain sum does.
    """
    import torch

    vectors, codes = taggers.word_vectors(), torch.as_tensor(np.asarray(codes))
    if codes.dim() == 2:
        codes = codes.expand(len(taggers), -1, -1)
    digits = vectors[:, _places(DIGITS)]
    models, found = torch.arange(len(taggers)).view(-1, 1, 1), []
    with torch.no_grad():
        for some in codes.split(chunk, 1):
            found.append(_losses(taggers, vectors, digits[models, some], power))
    return torch.cat(found, 1).cpu().numpy()


@one_thread()
def relaxed_attack(taggers, seed, restarts=10, steps=200, rate=0.3, hot=1.0, cold=0.1, power=1.0, keep_path=False):
    """The `Extraction` by gradient descent on mixtures of digits, all models and restarts at once.

    Each unknown digit is a mixture of the ten: softmax(scores / temperature), times their vectors. Adam moves the
    scores to the least loss while the temperature falls from `hot` to `cold`, so that the mixtures become digits.
    seed : whole number, for the starts.  restarts : random starts of each model.  rate : Adam's learning rate.
    power : see `code_losses`.  keep_path : whether to keep the mixtures of every step.
    Raises ValueError for a temperature that is not positive, and for no step or no restart.
    Source: Parikh, Dupuy and Gupta (2022); steps, rate and temperatures are ours.
    """
    import torch

    if not (0 < cold < np.inf and 0 < hot < np.inf) or steps < 1 or restarts < 1:
        raise ValueError(
            f"an attack takes temperatures above 0, and at least one step and restart; got {hot}, {cold}, "
            f"{steps} and {restarts}"
        )
    generator = torch.Generator().manual_seed(int(seed))
    vectors = taggers.word_vectors()
    digits = vectors[:, None, _places(DIGITS)]
    scores = (
        torch.randn(len(taggers), restarts, LENGTH, len(DIGITS), generator=generator)
        .to(vectors.device)
        .requires_grad_()
    )
    optimizer, path = torch.optim.Adam([scores], lr=rate), []
    for temperature in np.geomspace(hot, cold, steps):
        mixture = (scores / float(temperature)).softmax(-1)
        path.append(mixture.detach())
        optimizer.zero_grad()
        _losses(taggers, vectors, mixture @ digits, power).sum().backward()
        optimizer.step()
    path.append((scores.detach() / cold).softmax(-1))
    codes = scores.detach().argmax(-1).cpu().numpy()
    return Extraction(codes, code_losses(taggers, codes, power), torch.stack(path).cpu().numpy() if keep_path else None)


def coordinate_search(taggers, seed, restarts=10, power=1.0, sweeps=4):
    """The `Extraction` by changing one digit at a time to that of least loss, from random codes, until none changes.

    seed : whole number.  restarts : random starts of each model.  sweeps : how often every place is tried, at most.
    """
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 10, (len(taggers), restarts, LENGTH))
    for _ in range(sweeps):
        before = codes.copy()
        for place in rng.permutation(LENGTH):
            tried = np.repeat(codes[:, :, None], 10, axis=2)
            tried[..., place] = np.arange(10)
            losses = code_losses(taggers, tried.reshape(len(taggers), -1, LENGTH), power).reshape(tried.shape[:3])
            codes[..., place] = losses.argmin(2)
        if np.array_equal(codes, before):
            break
    return Extraction(codes, code_losses(taggers, codes, power))


def exhaustive(taggers, power=1.0):
    """The loss of every one of the 10,000 codes under each model, float32 [models, 10000].

    The bound for whoever judges a code by its loss alone: no such attacker does better than to try them all.
    """
    return code_losses(taggers, all_codes(), power)


@one_thread()
def digit_losses(tagger, shares):
    """The loss of each digit at each place while the other places are mixtures, float32 [steps, 4, 10].

    tagger : `Taggers` of one model.  shares : of the ten digits, floats [steps, 4, 10], as an `Extraction` keeps them.
    """
    import torch

    vectors = tagger.word_vectors()
    digits = vectors[0, _places(DIGITS)]
    bodies = (torch.as_tensor(shares).to(digits) @ digits)[:, None, None].repeat(1, LENGTH, 10, 1, 1)
    for place in range(LENGTH):
        bodies[:, place, :, place] = digits
    with torch.no_grad():
        found = _losses(tagger, vectors, bodies.flatten(0, 2)[None], power=1)
    return found.view(-1, LENGTH, 10).cpu().numpy()


def hamming(found, truth):
    """The share of digits that are wrong, floats [models]; a random code has 0.9 on average."""
    return (np.asarray(found) != np.asarray(truth)).mean(-1)


def _losses(taggers, vectors, body, power):
    """The loss [models, n] of the carrier followed by four vectors, body [models, n, 4, width]."""
    import torch

    models, count = body.shape[:2]
    head = vectors[:, None, _places(CARRIER)].expand(-1, count, -1, -1)
    told = canary("0" * LENGTH)
    lengths = torch.full((models, count), len(told.words), device=body.device)
    tags = torch.tensor([TAGS.index(tag) for tag in told.tags], device=body.device).expand(models, count, -1)
    intents = torch.full((models, count), INTENTS.index(told.intent), device=body.device)
    parts = taggers.read(torch.cat([head, body], 2), lengths).parts(tags, intents)
    if power == 1:
        return parts.sum(-1)
    # through logarithms: the fourth power of a loss that is nearly 0 is too small for a float32
    return (parts.clamp_min(1e-12).log() * power).logsumexp(-1).div(power).exp()


def _places(words):
    return [WORDS.index(word) for word in words]
