"""What lesson 11 asks of its reader beside its exercises."""

import re

from privlab.language import translate

MOST = 1_000_000  # dollars


def dollars(typed: str) -> int:
    """The raise that was typed, in dollars: "3,390" or "3390". Raises ValueError for anything but a whole number from 0
    to a million.
    """
    digits = re.sub(r"[$ ,_']", "", typed)
    if not (digits.isascii() and digits.isdigit() and int(digits) <= MOST):
        raise ValueError(
            translate(
                "a raise is a whole number of dollars from 0 to {most:,}, such as 3,390, and not {typed!r}",
                most=MOST,
                typed=typed,
            )
        )
    return int(digits)
