"""A privacy budget that refuses when it is spent (lesson 23)."""
from fractions import Fraction


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
        Raises BudgetSpent when less is left (nothing is spent then), ValueError for a cost that is not a positive number.
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
        raise ValueError(f"a cost must be a positive number, got {epsilon!r}: what costs nothing or less would refill the budget")
    return amount
