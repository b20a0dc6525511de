"""The board: what a choice comes to when the course's attackers have run, live or as recorded (lesson 90)."""

import itertools
import numbers
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.dp import gaussian
from privlab.fl.simulation.population import heavy_tailed_sizes
from privlab.lessons.capstone.attacks import HONEST, audit_noise, invert, membership, plant, recognise, watch
from privlab.lessons.capstone.scenario import (
    AGGREGATIONS,
    CLINICS,
    DELTA,
    ROUNDS,
    SELECTIONS,
    TABLETS,
    Choice,
    check_choice,
    gather,
)
from privlab.lessons.capstone.training import accuracy, backdoor, train
from privlab.validation import whole_number

FILE = Path(__file__).with_name("board.npz")  # made by `python tools/run_board.py`
GRID: dict[str, tuple[Any, ...]] = {
    "letters": (50, 1_000),
    "aggregation": AGGREGATIONS,
    "epsilon": (None, 8.0, 3.0, 1.0, 0.1),
    "max_norm": (0.25, 1.0),
    "clients": (3, 15, 60),
    "batch": (1, 5, 400),
    "public_start": (True, False),
    "selection": SELECTIONS,
    "released": ("weights", "letters"),
}


@dataclass(frozen=True)
class Outcome:
    """What a choice comes to; shares and rates from 0 to 1.

    accuracy            of test letters read right.  attacked_accuracy  the same when one tablet is Byzantine.
    backdoor            share of letters with a white corner that are read as x then.
    inverted, planted   share of a round's letters (one tablet's with "plain") that the exact inversion, the planted
                        layer brought back.  recognised  share of them found in a list of suspects; a picture is enough
                        for that.
    members             advantage of the membership attack on what is released, in the worst case: some hundred letters
                        that are all in every round.  watcher  how well who is called tells the busiest.
    audited             the epsilon that an audit proves to be spent at least, 0 where there is no noise to audit.
    """

    accuracy: float
    attacked_accuracy: float
    backdoor: float
    inverted: float
    planted: float
    recognised: float
    members: float
    watcher: float
    audited: float


def spent(choice: Choice, towards: str = "everyone", *, noise_std: float | None = None) -> float:
    """The epsilon that a training spends at δ = 1e-5, for one letter whose page is blank or not; infinite without
    noise.

    towards    "everyone", who gets what is released, or "server", who with "plain" sees each update bare.
    noise_std  at least 0, of the noise that was really in a round's sum; left out, the planned one.
    Raises ValueError for another `towards`, a noise that cannot be, or what is no `Choice`.
    """
    check_choice(choice)
    if towards not in ("everyone", "server"):
        raise ValueError(f"towards must be 'everyone' or 'server', got {towards!r}")
    noise_std = check_noise_std(choice.noise_std if noise_std is None else noise_std)
    if not noise_std or (towards == "server" and choice.aggregation == "plain"):
        return float("inf")
    return _epsilon(choice.max_norm, float(noise_std))


@cache
def _epsilon(max_norm, noise_std):
    return gaussian.epsilon_at(gaussian.total_mu([noise_std] * ROUNDS, sensitivity=max_norm), delta=DELTA)


def run(choice: Choice, letters_each: int, *, trials: int = 1) -> Outcome:
    """The `Outcome` of a choice, measured: two trainings and all attacks, in two or three seconds; the same again at
    once.

    letters_each  of each clinic.  trials  rounds that are attacked, of which it is the mean.
    Raises ValueError when a clinic has too few letters, for no trial at all, or for what is no `Choice`.
    """
    check_choice(choice)
    whole_number("trials", trials)
    if not choice.public_start and choice.max_norm <= Choice.max_norm:
        choice = replace(choice, max_norm=Choice.max_norm)  # gradients are longer there: the max norm is a mere unit
    released = choice
    if choice.clients == TABLETS:  # all are called, whatever the rule
        choice = replace(choice, selection=Choice.selection)
    # the server's own noise hides nothing
    seen = choice if choice.aggregation == "secure sum" else replace(choice, epsilon=None)
    return _outcome(
        _honest(_without(choice, "aggregation", "released", "to"), letters_each),
        *_under_attack(_without(choice, "released", "to"), letters_each),
        *_attacked(_without(seen, "released", "to"), letters_each, trials),
        _members(_without(released, "aggregation", "clients", "batch", "selection", "to"), letters_each),
        _watched(Choice(clients=choice.clients, selection=choice.selection), letters_each),
        _audited(Choice(epsilon=choice.epsilon)),
    )


def recorded_outcome(choice: Choice, letters_each: int) -> Outcome:
    """The `Outcome` of a choice as the board has it recorded, for `letters_each` of 50 or 1,000.

    Raises ValueError for a choice that is not on the board; the sentence says what is.
    """
    check_choice(choice)
    asked = {name: letters_each if name == "letters" else getattr(choice, name) for name in GRID}
    if (
        choice.aggregation == "secure sum"
        and letters_each in GRID["letters"]
        and choice.batch >= _busiest(letters_each)
    ):
        # all letters are in; with "plain" the batch also says how loud an attacker may be
        asked["batch"] = GRID["batch"][-1]
    for name, value in asked.items():
        if value not in GRID[name]:
            raise ValueError(
                f"the board has {name} {', '.join(map(str, GRID[name]))}, not {value}: run(choice, ...) measures others"
            )
    return _outcome(*map(float, _board()[tuple(GRID[name].index(value) for name, value in asked.items())]))


def board_made() -> str:
    """How the board was recorded: by which command, on what machine, when."""
    with np.load(FILE) as file:
        return "recorded: " + "; ".join(str(file[name]) for name in ("command", "machine", "date"))


@lru_cache(maxsize=1)
def every_choice() -> list[Choice]:
    """All choices on the board, with what is released going to everyone."""
    names = [name for name in GRID if name != "letters"]
    return [Choice(**dict(zip(names, values))) for values in itertools.product(*(GRID[name] for name in names))]


def every_accuracy(letters_each: int) -> tuple[Floats, Floats]:
    """The epsilon, infinite for none, and the recorded accuracy of every choice, in the order of `every_choice`."""
    accuracies = _board()[GRID["letters"].index(letters_each), ..., 0].astype(float).ravel()
    epsilons = np.array([np.inf if choice.epsilon is None else choice.epsilon for choice in every_choice()])
    return epsilons, accuracies


@lru_cache(maxsize=1)
def _board():
    with np.load(FILE) as file:
        return file["outcomes"]


def check_noise_std(noise_std: float) -> float:
    """The standard deviation itself. Raises ValueError in one sentence unless it is a finite number of at least 0."""
    if isinstance(noise_std, bool) or not isinstance(noise_std, numbers.Real) or not 0 <= noise_std < np.inf:
        raise ValueError(f"noise_std must be a finite number of at least 0, got {noise_std!r}")
    return noise_std


@cache
def _busiest(letters_each):
    return int(heavy_tailed_sizes(devices=TABLETS // CLINICS, letters=letters_each).max())


def _outcome(*values):
    """The `Outcome` of what was measured; who has a letter's picture recognises it, too."""
    outcome = Outcome(*values)
    return replace(outcome, recognised=max(outcome.recognised, outcome.inverted, outcome.planted))


def _without(choice, *names):
    """The choice with what does not matter to a measure as `Choice` has it, so that it is measured once."""
    return replace(choice, **{name: getattr(Choice, name) for name in names})


@cache
def _honest(choice, letters_each):
    return accuracy(train(choice, gather(letters_each)))


@cache
def _under_attack(choice, letters_each):
    model = train(choice, gather(letters_each), byzantine=True)
    return accuracy(model), backdoor(model)


@cache
def _attacked(choice, letters_each, trials):
    clinics, shares = gather(letters_each), []
    for trial in range(trials):
        rng = np.random.default_rng((0, trial))
        named, strangers = recognise(choice, clinics, rng) if choice.public_start else (np.zeros(1), 0)
        shares.append(
            (
                invert(choice, clinics, rng).back.mean(),
                plant(choice, clinics, rng).back.mean(),
                named.mean() if not strangers else 0.0,
            )
        )
    return tuple(map(float, np.mean(shares, axis=0)))


@cache
def _members(choice, letters_each):
    return membership(choice, gather(letters_each), np.random.default_rng((0, 1)))


@cache
def _watched(choice, letters_each):
    return watch(choice, gather(letters_each), np.random.default_rng((0, 2)))


@cache
def _audited(choice):
    if choice.epsilon is None:
        return 0.0
    noise_std = choice.noise_std / HONEST**0.5
    return audit_noise(max_norm=choice.max_norm, noise_std=noise_std, rng=np.random.default_rng((0, 3))).epsilon
