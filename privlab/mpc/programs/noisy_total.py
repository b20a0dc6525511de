"""Every party's program: add my own share of noise to my number, share the sum, open only the noisy total."""

from privlab.mpc.laplace_shares import share_of_noise
from privlab.mpc.party import play


async def noisy_total(mpc, mine):
    noise = [0] * mine["releases"]
    if mine["adds_noise"]:
        noise = [share_of_noise(epsilon=mine["epsilon"], honest=mine["honest"]) for _ in noise]
    shared = mpc.input([mpc.SecInt(64)(mine["number"] + added) for added in noise])
    totals = await mpc.output([mpc.sum(list(release)) for release in zip(*shared)])
    return [int(total) for total in totals]


if __name__ == "__main__":
    play(noisy_total)
