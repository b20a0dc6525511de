"""Every party's program: multiply the numbers of the first two parties, and show my own shares of what came up."""

from privlab.mpc.party import play


async def product(mpc, mine):
    field = mpc.SecFld(modulus=mine["prime"])
    x, y = mpc.input(field(mine["number"]), senders=[0, 1])
    z = x * y
    own = [int(part) for part in await mpc.gather([x, y, z])]
    return {"shares": own, "product": int(await mpc.output(z))}


if __name__ == "__main__":
    play(product)
