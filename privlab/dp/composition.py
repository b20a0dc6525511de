"""What several releases cost together, by four rules (basic, advanced, zero-concentrated, Rényi), and a budget that
refuses when it is spent (lesson 23)."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.dp.pld import laplace as laplace_loss
from privlab.validation import between_0_and_1, positive, whole_number


class BudgetSpent(RuntimeError):
    """A question costs more than is left of the budget. Says how much is left, and nothing about the data."""


class Budget:
    """A meter in front of the data: it lets questions through until their costs add up to `limit`.

    Costs are counted as they are written, ten times 0.1 being 1, not as floating point rounds them. Whether a question
    is refused depends on costs alone, never on the data, so that a refusal tells nothing.
    limit : in epsilon, or in the rho of zero-concentrated privacy: both add up, whatever is asked next.
    Raises ValueError for a limit that is not a positive number.
    Source: basic composition (Dwork and Roth 2014, section 3.5); questions chosen by earlier answers: Rogers, Roth,
    Ullman and Vadhan (2016).
    Not secure because a reader's notebook holds the data too: a real meter stands in a process of its own.
    """

    def __init__(self, limit: float) -> None:
        self.limit = _amount(limit)
        self.spent = Fraction(0)

    @property
    def left(self) -> float:
        """What is left to spend."""
        return float(self.limit - self.spent)

    def ask(self, mechanism: Callable[[float], Any], epsilon: float) -> Any:
        """What `mechanism(epsilon)` answers, its cost written down before it runs.

        mechanism : epsilon-private, whatever the epsilon.
        Raises BudgetSpent when less is left (nothing is spent then), ValueError for a cost that is not a positive
        number.
        """
        cost = _amount(epsilon)
        if self.spent + cost > self.limit:
            raise BudgetSpent(f"this question costs {float(cost):g} and {self.left:g} of {float(self.limit):g} is left")
        self.spent += cost
        return mechanism(epsilon)

    def __repr__(self) -> str:
        return f"{float(self.spent):g} of {float(self.limit):g} spent"


def _amount(epsilon):
    try:
        amount = Fraction(str(epsilon))
    except ValueError:
        amount = Fraction(0)
    if not amount > 0:
        raise ValueError(
            f"a cost must be a positive number, got {epsilon!r}: what costs nothing or less would refill the budget"
        )
    return amount


# The orders at which Rényi divergences are tried: dense where small budgets end up, sparse for tiny deltas.
ORDERS = np.concatenate([1 + np.arange(1, 100) / 10, np.arange(11.0, 64), [128.0, 256.0, 512.0, 1024.0]])


def basic(epsilon: float, releases: int) -> float:
    """The epsilon of `releases` releases of `epsilon` together: their epsilons added up.

    Raises ValueError for an epsilon or a number of releases that cannot be.
    Source: Dwork, McSherry, Nissim and Smith (2006); Dwork and Roth (2014), theorem 3.14.
    """
    return whole_number("releases", releases) * positive("epsilon", epsilon)


def advanced(epsilon: float, releases: int, delta: float) -> float:
    """The epsilon of `releases` releases of `epsilon` together at `delta`, for any mechanism.

    Raises ValueError as `basic` does, and for a delta outside 0 to 1.
    Source: Dwork, Rothblum and Vadhan (2010); Dwork and Roth (2014), theorem 3.20.
    """
    _check(epsilon, releases, delta)
    return float(epsilon * np.sqrt(2 * releases * np.log(1 / delta)) + releases * epsilon * np.expm1(epsilon))


def zero_concentrated(epsilon: float, releases: int, delta: float) -> float:
    """The epsilon of `releases` releases of `epsilon` together at `delta`, for any mechanism, by zero-concentrated
    privacy.

    One release costs ρ = ε² / 2, costs add up, and ρ together mean ε = ρ + 2 √(ρ ln(1/δ)).
    Raises ValueError as `advanced` does.
    Source: Bun and Steinke (2016), propositions 1.3 and 1.4.
    """
    _check(epsilon, releases, delta)
    rho = releases * epsilon**2 / 2
    return float(rho + 2 * np.sqrt(rho * np.log(1 / delta)))


def renyi_of_laplace(epsilon: float) -> Floats:
    """The Rényi divergence of one Laplace release at each of `ORDERS`, [orders].

    epsilon : sensitivity over the scale of the noise.
    Raises ValueError for an epsilon that is not a positive number.
    Source: Mironov (2017), proposition 6.
    """
    positive("epsilon", epsilon)
    share = np.expm1((1 - 2 * ORDERS) * epsilon) / (2 * ORDERS - 1)
    return epsilon + np.log1p((ORDERS - 1) * share) / (ORDERS - 1)


def renyi_of_gaussian(noise_multiplier: float) -> Floats:
    """The Rényi divergence of one Gaussian release at each of `ORDERS`, [orders].

    Raises ValueError for a noise multiplier that is not a positive number.
    Source: Mironov (2017), proposition 7.
    """
    return ORDERS / (2 * positive("noise multiplier", noise_multiplier) ** 2)


def renyi(divergences: ArrayLike, releases: int, delta: float, *, orders: ArrayLike = ORDERS) -> float:
    """The epsilon of `releases` releases together at `delta`, from the Rényi divergences of one.

    divergences : at each of the orders; those of several releases add up order by order, and the best order counts.
    Raises ValueError as `advanced` does.
    Source: Mironov (2017); the conversion is that of Canonne, Kamath and Steinke (2020), proposition 12.
    """
    _check(1, releases, delta)
    orders = np.asarray(orders, dtype=float)
    epsilons = releases * np.asarray(divergences) + np.log1p(-1 / orders) - np.log(delta * orders) / (orders - 1)
    return max(0.0, float(epsilons.min()))


def all_rules(epsilon: float, releases: int, delta: float) -> dict[str, float]:
    """What `releases` Laplace releases of `epsilon` cost together at `delta`, by the name of each rule.

    The losses of the exact rule lie a fiftieth of epsilon apart, so that four digits are right.
    Raises ValueError as `advanced` does.
    """
    return {
        "basic": basic(epsilon, releases),
        "advanced": advanced(epsilon, releases, delta),
        "zero-concentrated": zero_concentrated(epsilon, releases, delta),
        "Rényi": renyi(renyi_of_laplace(epsilon), releases, delta),
        "exact": laplace_loss(epsilon, spacing=epsilon / 50).compose(releases).epsilon(delta),
    }


def _check(epsilon, releases, delta):
    positive("epsilon", epsilon)
    whole_number("releases", releases)
    between_0_and_1("delta", delta)
