"""What a result tells: every input that fits it, and what a total adds to what was known before (lesson 12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from privlab.arrays import Booleans, Integers


def interval_of_others(*, total: float, news: float, error: float, others: int) -> tuple[float, float]:
    """The lowest and the highest loss that any one other company can have had, in the unit of the total.

    total : what the protocol opened; losses are never below 0.
    news, error : one company's loss as a newspaper has it, and by how much that may be off.
    others : how many companies share the rest.
    Raises ValueError when a number is negative, there is no other company, or the news cannot be true of this total.
    Source: derived here, from the breach losses of "Computing on private data".
    """
    if not all(number >= 0 for number in (total, news, error)) or not others >= 1:
        raise ValueError(
            f"losses and errors are 0 or more and there is at least one other company, got {total}, "
            f"{news}, {error} and {others}"
        )
    if news - error > total:
        raise ValueError(f"the news says at least {news - error}, more than the total of {total}: one of them is wrong")
    highest = total - max(news - error, 0)
    return max(total - news - error, 0) if others == 1 else 0, highest


QUESTIONS: dict[str, Callable[[Integers, int], Integers | Booleans]] = {  # of inputs [n, parties], from 0 to `top`
    "tally": lambda inputs, top: inputs.sum(axis=1),
    "at least half": lambda inputs, top: 2 * inputs.sum(axis=1) >= top * inputs.shape[1],
    "rounded mean": lambda inputs, top: np.floor(inputs.mean(axis=1) + 0.5).astype(int),  # halves go up
    "largest": lambda inputs, top: inputs.max(axis=1),
}


def all_inputs(parties: int, *, top: int = 1) -> Integers:
    """Every input that the parties could have, [(top + 1)^parties, parties]: each party's number from 0 to `top`.

    Raises ValueError for no party, a top below 1, or more than a million inputs.
    """
    if parties < 1 or top < 1 or (top + 1) ** parties > 10**6:
        raise ValueError(
            f"it takes a party, a top of 1 or more and at most a million inputs, got {parties} parties "
            f"and numbers from 0 to {top}"
        )
    return np.indices((top + 1,) * parties).reshape(parties, -1).T


def consistent(question: str, result: int, *, parties: int, top: int = 1, known: Sequence[int] = ()) -> Integers:
    """Every input that gives `result`, [n, parties]: to those who hear the result any of them may be the truth.

    question : a key of `QUESTIONS`: "tally", "at least half", "rounded mean" or "largest".
    result : what was opened; a bool for "at least half".
    known : the inputs of the first parties, known to those who listen: their own and their friends'.
    Raises ValueError for an unknown question, and as `all_inputs` does.
    Source: derived here.
    """
    if question not in QUESTIONS:
        raise ValueError(f"the question must be one of {', '.join(QUESTIONS)}, got {question!r}")
    inputs = all_inputs(parties, top=top)
    fits = (QUESTIONS[question](inputs, top) == result) & (inputs[:, : len(known)] == known).all(axis=1)
    return inputs[fits]


def known_for_sure(inputs: Integers) -> Booleans:
    """Whose number is the same in every input that remains and is therefore known for sure, [parties].

    inputs : [n, parties], as `consistent` returns them.
    Raises ValueError when no input remains: such a result cannot be.
    """
    if not len(inputs):
        raise ValueError("no input fits this result: it cannot have come from these parties")
    return (inputs == inputs[0]).all(axis=0)
