"""What several releases cost together, by four rules (basic, advanced, zero-concentrated, Rényi), and a budget that
refuses when it is spent (lesson 23)."""

from fractions import Fraction

import numpy as np

from privlab.dp import pld
from privlab.validation import positive


class BudgetSpent(RuntimeError):
    """A question costs more than is left of the budget. Says how much is left, and nothing about the data."""


class Budget:
    """A meter in front of the data: it lets questions through until their costs add up to `limit`.

    Costs are counted as they are written, ten times 0.1 being 1, not as floating point rounds them. Whether a question
    is refused depends on costs alone, never on the data, so that a refusal tells nothing.
    limit : float > 0, in epsilon, or in the rho of zero-concentrated privacy: both add up, whatever is asked next.
    Raises ValueError for a limit that is not a positive number.
    Source: basic composition (Dwork and Roth 2014, section 3.5); questions chosen by earlier answers: Rogers, Roth,
    Ullman and Vadhan (2016).
    Not secure because a reader's notebook holds the data too: a real meter stands in a process of its own.
    """

    def __init__(self, limit):
        self.limit = _amount(limit)
        self.spent = Fraction(0)

    @property
    def left(self):
        """What is left to spend, float."""
        return float(self.limit - self.spent)

    def ask(self, mechanism, epsilon):
        """What `mechanism(epsilon)` answers, its cost written down before it runs.

        mechanism : function of epsilon that is epsilon-private.
        epsilon : float > 0, what the answer costs.
        Raises BudgetSpent when less is left (nothing is spent then), ValueError for a cost that is not a positive
        number.
        """
        cost = _amount(epsilon)
        if self.spent + cost > self.limit:
            raise BudgetSpent(f"this question costs {float(cost):g} and {self.left:g} of {float(self.limit):g} is left")
        self.spent += cost
        return mechanism(epsilon)

    def __repr__(self):
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


def basic(epsilon, releases):
    """The epsilon of `releases` releases together: their epsilons added up.

    epsilon : float > 0, of each release.
    releases : int, at least 1.
    Raises ValueError for an epsilon or a number of releases that cannot be.
    Source: Dwork, McSherry, Nissim and Smith (2006); Dwork and Roth (2014), theorem 3.14.
    """
    _check(epsilon, releases)
    return releases * epsilon


def advanced(epsilon, releases, delta):
    """The epsilon of `releases` releases together at `delta`, for any mechanism.

    epsilon, releases : as in `basic`.
    delta : float between 0 and 1.
    Raises ValueError as `basic` does, and for a delta outside 0 to 1.
    Source: Dwork, Rothblum and Vadhan (2010); Dwork and Roth (2014), theorem 3.20.
    """
    _check(epsilon, releases, delta)
    return float(epsilon * np.sqrt(2 * releases * np.log(1 / delta)) + releases * epsilon * np.expm1(epsilon))


def zero_concentrated(epsilon, releases, delta):
    """The epsilon of `releases` releases together at `delta`, for any mechanism, by zero-concentrated privacy.

    One release costs ρ = ε² / 2, costs add up, and ρ together mean ε = ρ + 2 √(ρ ln(1/δ)).
    epsilon, releases, delta : as in `advanced`.
    Source: Bun and Steinke (2016), propositions 1.3 and 1.4.
    """
    _check(epsilon, releases, delta)
    rho = releases * epsilon**2 / 2
    return float(rho + 2 * np.sqrt(rho * np.log(1 / delta)))


def renyi_of_laplace(epsilon, orders=ORDERS):
    """The Rényi divergence of one Laplace release at each order, float [orders].

    epsilon : float > 0, sensitivity over the scale of the noise.
    orders : numbers above 1.
    Source: Mironov (2017), proposition 6.
    """
    _check(epsilon, 1)
    orders = np.asarray(orders, dtype=float)
    share = np.expm1((1 - 2 * orders) * epsilon) / (2 * orders - 1)
    return epsilon + np.log1p((orders - 1) * share) / (orders - 1)


def renyi_of_gaussian(standard_deviation, orders=ORDERS):
    """The Rényi divergence of one Gaussian release at each order, float [orders].

    standard_deviation : float > 0, of the noise, in units of the sensitivity.
    Source: Mironov (2017), proposition 7.
    """
    _check(standard_deviation, 1, what="standard deviation")
    return np.asarray(orders, dtype=float) / (2 * standard_deviation**2)


def renyi(divergences, releases, delta, orders=ORDERS):
    """The epsilon of `releases` releases together at `delta`, from the Rényi divergences of one.

    divergences, orders : float [orders]; those of several releases add up order by order, and the best order counts.
    Raises ValueError as `advanced` does.
    Source: Mironov (2017); the conversion is that of Canonne, Kamath and Steinke (2020), proposition 12.
    """
    _check(1, releases, delta)
    orders = np.asarray(orders, dtype=float)
    each = releases * np.asarray(divergences) + np.log1p(-1 / orders) - np.log(delta * orders) / (orders - 1)
    return max(0.0, float(each.min()))


def all_rules(epsilon, releases, delta, spacing=None):
    """What `releases` Laplace releases cost together at `delta` by every rule: a dict from its name to an epsilon.

    epsilon, releases, delta : as in `advanced`.
    spacing : float, of the grid of the exact rule; left out, a fiftieth of epsilon: four digits are right.
    """
    exact = pld.laplace(epsilon, spacing or epsilon / 50).compose(releases).epsilon(delta)
    return {
        "basic": basic(epsilon, releases),
        "advanced": advanced(epsilon, releases, delta),
        "zero-concentrated": zero_concentrated(epsilon, releases, delta),
        "Rényi": renyi(renyi_of_laplace(epsilon), releases, delta),
        "exact": exact,
    }


def curves(epsilons, grid, delta):
    """What several releases cost by every rule: a dict from each epsilon to a dict from a rule to epsilons [n].

    epsilons : floats, each of one Laplace release. grid : int [n], numbers of releases. delta : as in `advanced`.
    """
    found = {}
    for epsilon in epsilons:
        costs = [all_rules(epsilon, int(releases), delta) for releases in grid]
        found[epsilon] = {name: [cost[name] for cost in costs] for name in costs[0]}
    return found


def _check(epsilon, releases, delta=0.5, what="epsilon"):
    positive(what, epsilon)
    if isinstance(releases, bool) or not hasattr(releases, "__index__") or releases < 1:
        raise ValueError(f"releases must be a whole number of at least 1, got {releases!r}")
    if not 0 < delta < 1:
        raise ValueError(f"delta must lie between 0 and 1, got {delta!r}")
