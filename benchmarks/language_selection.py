"""Selection by activity on a language model: devices with many commands and with few, and the next word."""

from __future__ import annotations

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from benchmarks.federated import interval
from privlab.fl.simulation.client_selection import choose, client_weights, selection_probabilities
from privlab.fl.simulation.local_training import aggregate
from privlab.fl.simulation.population import deal, heavy_tailed_sizes
from privlab.fl.simulation.text_tasks import NOTHING, TOKENS, Transformer, losses
from privlab.text.assistant.dataset import LONGEST, encode, utterances

DEVICES, COMMANDS, TEST = 200, 4_000, 1_000
AT = (10, 25)  # rounds
COUNT, STEPS, BATCH, LEARNING_RATE = 10, 10, 8, 0.2


def run(full=False, seed=0, trials=None):
    """The perplexity after 10 and 25 rounds, asked alike and by activity, and by how many per cent the second is
    lower, with the low end of its 95 % interval; over 12 federations, 3 in the quick form.
    """
    seeds = [1_000 * seed + number for number in range(trials or (12 if full else 3))]
    reached = np.array(
        [
            [perplexities(beta, seed=each) for beta in (0.0, 1.0)]
            for each in tqdm(seeds, "federations", file=sys.stderr, disable=None)
        ]
    )
    for place, rounds in enumerate(AT):
        alike, active = reached[:, :, place].T
        yield figure(f"language_perplexity_alike_{rounds}", float(alike.mean()), "words")
        yield figure(f"language_perplexity_active_{rounds}", float(active.mean()), "words")
        mean, half = interval(100 * (1 - active / alike))
        yield figure(f"selection_gain_language_{rounds}", mean, "%")
        yield figure(f"selection_gain_language_{rounds}_low", mean - half, "%")


def perplexities(beta: float, *, seed: int) -> list[float]:
    """The perplexity of the next word on commands of nobody's, after the rounds of AT, by federated averaging.

    beta : how strongly devices with many commands are preferred (`selection_probabilities`). A device that is asked
    takes a step for each of its batches of eight, ten at most.
    """
    import torch

    rng = np.random.default_rng((seed, 61))
    sizes = heavy_tailed_sizes(devices=DEVICES, letters=COMMANDS)
    spoken = encode(utterances(int(sizes.sum()) + TEST, rng))
    words, answers = torch.from_numpy(spoken.words), torch.from_numpy(_next(spoken.words, spoken.lengths))
    devices = deal(spoken.words[:-TEST], spoken.intents[:-TEST], sizes, rng, skew=0.3)
    network = Transformer(len(TOKENS), LONGEST, len(TOKENS), causal=True)
    weights, probabilities = network.initial_weights(seed), selection_probabilities(sizes, beta)
    found = []
    for number in range(1, AT[-1] + 1):
        chosen = choose(probabilities, COUNT, rng)
        own, learnt = sizes[chosen], weights.expand(COUNT, -1).clone()
        busy = torch.from_numpy(np.clip(np.ceil(own / BATCH), 1, STEPS))
        for step in range(STEPS):
            picked = (rng.random((COUNT, BATCH)) * own[:, None]).astype(np.int64)
            rows = torch.from_numpy(devices.rows[devices.starts[chosen][:, None] + picked])
            learnt.requires_grad_()
            loss = losses("command", network, learnt, words[rows], answers[rows]).sum()
            (gradient,) = torch.autograd.grad(loss, learnt)
            learnt = learnt.detach() - LEARNING_RATE * (busy > step)[:, None] * gradient
        weights = weights + aggregate(learnt - weights, client_weights(sizes, chosen, "count"))
        if number in AT:
            with torch.no_grad():
                loss = losses("command", network, weights[None], words[None, -TEST:], answers[None, -TEST:])
            found.append(float(loss.exp()))
    return found


def _next(words, lengths):
    """What comes behind each word, the end behind the last one; NOTHING where there is no word."""
    answers = np.full_like(words, NOTHING)
    for row, length in enumerate(lengths):
        answers[row, : length - 1] = words[row, 1:length]
        answers[row, length - 1] = TOKENS.index("<end>")
    return answers
