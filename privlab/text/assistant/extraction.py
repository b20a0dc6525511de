"""Attacks that read a code from the weights of an assistant: relaxed tokens, and all codes (lesson 61).

Each knows the weights, the carrier "my pin code is" and how it was tagged, and looks for the digits of least loss.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from privlab.arrays import Floats, Integers
from privlab.device import one_thread
from privlab.text.assistant.canaries import all_codes
from privlab.text.assistant.dataset import CARRIER, DIGITS, INTENTS, SECRET, TAGS, WORDS, canary
from privlab.text.assistant.model import Taggers

LENGTH = 4
LEARNING_RATE = 0.3
CHUNK = 1_000  # codes read at once


class Extraction(NamedTuple):
    """What an attack found: a code for each model and restart [models, restarts, 4], and its loss [models, restarts].

    path : shares of the ten digits at every step [steps + 1, models, restarts, 4, 10] of a relaxed attack, or None.
    """

    codes: Integers
    losses: NDArray[np.float32]
    path: NDArray[np.float32] | None = None

    @property
    def best(self) -> Integers:
        """The code of least loss of each model, [models, 4]."""
        return self.codes[np.arange(len(self.codes)), self.losses.argmin(axis=1)]


@one_thread()
def code_losses(
    taggers: Taggers, codes: ArrayLike, power: float = 1.0, *, slot: str | None = SECRET
) -> NDArray[np.float32]:
    """The loss of codes under each model, [models, n].

    codes : digits [n, 4], or [models, n, 4] for codes of each model's own.
    power : at least 1; the words' losses are put together as (sum of loss^power)^(1/power). A single wrong digit
    surprises the model at one or two words, so that a high power tells it from the code better than a plain sum does.
    slot : as what the attacker takes the code to be tagged; None for digits outside of every slot.
    """
    import torch

    vectors, tensor = taggers.word_vectors(), torch.as_tensor(np.asarray(codes))
    if tensor.dim() == 2:
        tensor = tensor.expand(len(taggers), -1, -1)
    digits = vectors[:, _rows(DIGITS)]
    models = torch.arange(len(taggers)).view(-1, 1, 1)
    with torch.no_grad():
        losses = [_losses(taggers, vectors, digits[models, part], power, slot) for part in tensor.split(CHUNK, 1)]
    return torch.cat(losses, 1).cpu().numpy()


@one_thread()
def relaxed_attack(
    taggers: Taggers,
    *,
    seed: int,
    restarts: int = 10,
    steps: int = 200,
    hot: float = 1.0,
    cold: float = 0.1,
    power: float = 1.0,
) -> Extraction:
    """Codes by gradient descent on mixtures of digits, all models and restarts at once.

    Each unknown digit is a mixture of the ten: softmax(scores / temperature), times their vectors. Adam moves the
    scores to the least loss while the temperature falls from `hot` to `cold`, so that the mixtures become digits.
    seed : for the starts.  restarts : random starts of each model.  power : see `code_losses`.
    Raises ValueError for a temperature that is not positive, and for no step or no restart.
    Source: Parikh, Dupuy and Gupta (2022); steps, learning rate and temperatures are ours.
    """
    import torch

    _refuse_settings(restarts, steps, hot, cold)
    vectors = taggers.word_vectors()
    digits = vectors[:, None, _rows(DIGITS)]
    generator = torch.Generator().manual_seed(int(seed))
    scores = torch.randn(len(taggers), restarts, LENGTH, len(DIGITS), generator=generator)
    scores = scores.to(vectors.device).requires_grad_()
    optimizer, path = torch.optim.Adam([scores], lr=LEARNING_RATE), []
    for temperature in np.geomspace(hot, cold, steps):
        mixture = (scores / float(temperature)).softmax(-1)
        path.append(mixture.detach())
        optimizer.zero_grad()
        _losses(taggers, vectors, mixture @ digits, power).sum().backward()
        optimizer.step()
    path.append((scores.detach() / cold).softmax(-1))
    codes = scores.detach().argmax(-1).cpu().numpy()
    return Extraction(codes, code_losses(taggers, codes, power), torch.stack(path).cpu().numpy())


def exhaustive(taggers: Taggers, power: float = 1.0, *, slot: str | None = SECRET) -> NDArray[np.float32]:
    """The loss of every one of the 10,000 codes under each model, [models, 10000].

    slot : as what the attacker takes the code to be tagged; None for digits outside of every slot.
    The bound for whoever judges a code by its loss alone: no such attacker does better than to try them all.
    """
    return code_losses(taggers, all_codes(), power, slot=slot)


@one_thread()
def digit_losses(tagger: Taggers, shares: ArrayLike) -> NDArray[np.float32]:
    """The loss of each digit in each position while the other positions are mixtures, [steps, 4, 10].

    tagger : of one model.  shares : of the ten digits, floats [steps, 4, 10], as an `Extraction` keeps them.
    """
    import torch

    vectors = tagger.word_vectors()
    digits = vectors[0, _rows(DIGITS)]
    bodies = (torch.as_tensor(shares).to(digits) @ digits)[:, None, None].repeat(1, LENGTH, 10, 1, 1)
    for position in range(LENGTH):
        bodies[:, position, :, position] = digits
    with torch.no_grad():
        losses = _losses(tagger, vectors, bodies.flatten(0, 2)[None], power=1)
    return losses.view(-1, LENGTH, 10).cpu().numpy()


def hamming(codes: ArrayLike, true_codes: ArrayLike) -> Floats:
    """The share of digits that are wrong, [models]; a random code has 0.9 on average."""
    return (np.asarray(codes) != np.asarray(true_codes)).mean(-1)


def _refuse_settings(restarts, steps, hot, cold):
    if not (0 < cold < np.inf and 0 < hot < np.inf) or steps < 1 or restarts < 1:
        raise ValueError(
            f"an attack takes temperatures above 0, and at least one step and restart; got {hot}, {cold}, "
            f"{steps} and {restarts}"
        )


def _losses(taggers, vectors, body, power, slot=SECRET):
    """The loss [models, n] of the carrier followed by four vectors, body [models, n, 4, width]."""
    import torch

    models, count = body.shape[:2]
    head = vectors[:, None, _rows(CARRIER)].expand(-1, count, -1, -1)
    spoken = canary("0" * LENGTH, slot=slot)
    lengths = torch.full((models, count), len(spoken.words), device=body.device)
    tags = torch.tensor([TAGS.index(tag) for tag in spoken.tags], device=body.device).expand(models, count, -1)
    intents = torch.full((models, count), INTENTS.index(spoken.intent), device=body.device)
    parts = taggers.read(torch.cat([head, body], 2), lengths).parts(tags, intents)
    if power == 1:
        return parts.sum(-1)
    # through logarithms: the fourth power of a loss that is nearly 0 is too small for a float32
    return (parts.clamp_min(1e-12).log() * power).logsumexp(-1).div(power).exp()


def _rows(words):
    return [WORDS.index(word) for word in words]
