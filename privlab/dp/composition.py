"""What several releases cost together, by four rules: basic, advanced, zero-concentrated and Rényi (lesson 23)."""
import numpy as np

from privlab.dp import pld
from privlab.validation import positive

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
    return {"basic": basic(epsilon, releases), "advanced": advanced(epsilon, releases, delta),
            "zero-concentrated": zero_concentrated(epsilon, releases, delta),
            "Rényi": renyi(renyi_of_laplace(epsilon), releases, delta), "exact": exact}


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
