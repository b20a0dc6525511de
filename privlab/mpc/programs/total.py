"""Every party's program: share my number, add up all the shared numbers, open only the total."""

from privlab.mpc.party import play


async def total(mpc, mine):
    shared = mpc.input(mpc.SecInt(64)(mine))
    return int(await mpc.output(mpc.sum(shared)))


if __name__ == "__main__":
    play(total)
