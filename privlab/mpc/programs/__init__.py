"""Program files: what each party runs in its own process, started by `privlab.mpc.parties`.

total  vote  auction  noisy_total  product: each holds one function of that name, which is given the runtime of mpyc
and the party's own input.
"""

from privlab.mpc.programs import auction, noisy_total, product, total, vote

__all__ = ["auction", "noisy_total", "product", "total", "vote"]
