"""The board: what a choice comes to when the course's attackers have run against it, live or as recorded (lesson 90)."""

import itertools
import numbers
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

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
GRID = {
    "letters": (50, 1_000),
    "aggregation": AGGREGATIONS,
    "epsilon": (None, 8.0, 3.0, 1.0, 0.1),
    "clip": (0.25, 1.0),
    "clients": (3, 15, 60),
    "batch": (1, 5, 400),
    "public_start": (True, False),
    "selection": SELECTIONS,
    "released": ("weights", "letters"),
}


@dataclass(frozen=True)
class Outcome:
    """What a choice comes to; shares and rates from 0 to 1.

    accuracy : of test letters read right.  lied : the same when one tablet lies.
    backdoor : share of letters with a white corner that are read as x when one tablet lies.
    inverted, planted : share of a round's letters (one tablet's with "plain") that the exact inversion, the planted
    layer
        brought back.  recognised : share of them found in a list of suspects; a picture is enough for that.
    members : advantage of the membership attack on what is released.  watcher : how well who is called tells the
    busiest.
        That attack is on the worst case, some hundred letters that are all in every round.
    audited : the epsilon that an audit proves to be spent at least, 0 where there is no noise to audit.
    """

    accuracy: float
    lied: float
    backdoor: float
    inverted: float
    planted: float
    recognised: float
    members: float
    watcher: float
    audited: float


def spent(choice, towards="everyone", noise=None):
    """The epsilon that a training spends at δ = 1e-5, for one letter whose page is blank or not; infinite without
    noise.

    towards : "everyone", who gets what is released, or "server", who with "plain" sees each update bare.
    noise : float >= 0, the standard deviation of the noise that was really in a round's sum; left out, the planned one.
    Raises ValueError for another `towards`, a noise that cannot be, or what is no `Choice`.
    """
    check_choice(choice)
    if towards not in ("everyone", "server"):
        raise ValueError(f"towards must be 'everyone' or 'server', got {towards!r}")
    noise = check_noise(choice.noise if noise is None else noise)
    if not noise or (towards == "server" and choice.aggregation == "plain"):
        return float("inf")
    return _epsilon(float(noise), choice.clip)


@cache
def _epsilon(noise, clip):
    return gaussian.epsilon_at(gaussian.total_mu([noise] * ROUNDS, sensitivity=clip), delta=DELTA)


def run(choice, letters_each, seed=0, trials=1):
    """The `Outcome` of a choice, measured: two trainings and all attacks, in two or three seconds; the same again at
    once.

    letters_each : int, letters of each clinic.  trials : int, rounds that are attacked, of which it is the mean.
    Raises ValueError when a clinic has too few letters, for no trial at all, or for what is no `Choice`.
    """
    check_choice(choice)
    whole_number("trials", trials)
    told = choice
    if not choice.public_start and choice.clip <= Choice.clip:  # gradients are longer there: the clip is a mere unit
        choice, told = replace(choice, clip=Choice.clip), replace(told, clip=Choice.clip)
    if choice.clients == TABLETS:  # all are called, whatever the rule
        choice = replace(choice, selection=Choice.selection)
    # the server's own noise hides nothing
    seen = choice if choice.aggregation == "secure sum" else replace(choice, epsilon=None)
    return _outcome(
        _honest(_without(choice, "aggregation", "released", "to"), letters_each, seed),
        *_lied(_without(choice, "released", "to"), letters_each, seed),
        *_attacked(_without(seen, "released", "to"), letters_each, seed, trials),
        _members(_without(told, "aggregation", "clients", "batch", "selection", "to"), letters_each, seed),
        _watched(Choice(clients=choice.clients, selection=choice.selection), letters_each, seed),
        _audited(Choice(epsilon=choice.epsilon), seed),
    )


def recorded_outcome(choice, letters_each):
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
        # all letters are in; with "plain" the batch also says how loud a liar may be
        asked["batch"] = GRID["batch"][-1]
    for name, value in asked.items():
        if value not in GRID[name]:
            raise ValueError(
                f"the board has {name} {', '.join(map(str, GRID[name]))}, not {value}: run(choice, ...) measures others"
            )
    return _outcome(*map(float, _board()[tuple(GRID[name].index(value) for name, value in asked.items())]))


def board_made():
    """How the board was recorded, a str: by which command, on what machine, when."""
    with np.load(FILE) as file:
        return "recorded: " + "; ".join(str(file[name]) for name in ("command", "machine", "date"))


@lru_cache(maxsize=1)
def every_choice():
    """All choices on the board, a list of `Choice`, with what is released going to everyone."""
    names = [name for name in GRID if name != "letters"]
    return [Choice(**dict(zip(names, values))) for values in itertools.product(*(GRID[name] for name in names))]


def every_accuracy(letters_each):
    """The epsilon, infinite for none, and the recorded accuracy of every choice, two float arrays in the order of
    `every_choice`.
    """
    accuracies = _board()[GRID["letters"].index(letters_each), ..., 0].astype(float).ravel()
    epsilons = np.array([np.inf if each.epsilon is None else each.epsilon for each in every_choice()])
    return epsilons, accuracies


def record(letters_each, trials=2):
    """The outcomes of all choices for one size of the clinics, float16 [choices' grid, 9]; a few minutes."""
    shape = [len(values) for name, values in GRID.items() if name != "letters"]
    rows = [
        [getattr(run(choice, letters_each, trials=trials), field.name) for field in fields(Outcome)]
        for choice in every_choice()
    ]
    return np.array(rows, np.float16).reshape(*shape, len(fields(Outcome)))


@lru_cache(maxsize=1)
def _board():
    with np.load(FILE) as file:
        return file["outcomes"]


def check_noise(noise):
    """The noise itself. Raises ValueError in one sentence unless it is a finite number of at least 0."""
    if isinstance(noise, bool) or not isinstance(noise, numbers.Real) or not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a standard deviation, a finite number of at least 0, got {noise!r}")
    return noise


@cache
def _busiest(letters_each):
    return int(heavy_tailed_sizes(TABLETS // CLINICS, letters_each).max())


def _outcome(*values):
    """The `Outcome` of what was measured; who has a letter's picture recognises it, too."""
    found = Outcome(*values)
    return replace(found, recognised=max(found.recognised, found.inverted, found.planted))


def _without(choice, *names):
    """The choice with what does not matter to a measure as `Choice` has it, so that it is measured once."""
    return replace(choice, **{name: getattr(Choice, name) for name in names})


@cache
def _honest(choice, letters_each, seed):
    return accuracy(train(choice, gather(letters_each), seed))


@cache
def _lied(choice, letters_each, seed):
    model = train(choice, gather(letters_each), seed, lying=True)
    return accuracy(model), backdoor(model)


@cache
def _attacked(choice, letters_each, seed, trials):
    clinics, found = gather(letters_each), []
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        named, strangers = recognise(choice, clinics, rng) if choice.public_start else (np.zeros(1), 0)
        found.append(
            (
                invert(choice, clinics, rng).back.mean(),
                plant(choice, clinics, rng).back.mean(),
                named.mean() if not strangers else 0.0,
            )
        )
    return tuple(map(float, np.mean(found, axis=0)))


@cache
def _members(choice, letters_each, seed):
    return membership(choice, gather(letters_each), np.random.default_rng((seed, 1)))


@cache
def _watched(choice, letters_each, seed):
    return watch(choice, gather(letters_each), np.random.default_rng((seed, 2)))


@cache
def _audited(choice, seed):
    if choice.epsilon is None:
        return 0.0
    return audit_noise(choice.noise / HONEST**0.5, choice.clip, np.random.default_rng((seed, 3))).epsilon
