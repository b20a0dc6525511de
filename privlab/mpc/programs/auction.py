"""Every bidder's program, and the recipient's: find the highest bid and the second highest, open who wins and the
price.
"""

from privlab.mpc.party import bytes_sent, play


async def auction(mpc, mine):
    bids = mpc.input(mpc.SecInt(32)(mine["bid"]), senders=mine["bidders"])
    winner, _ = mpc.argmax(bids)
    price = mpc.sorted(bids)[-2]
    opened = await mpc.output([winner, price], receivers=mine["recipients"])
    result = None if opened[0] is None else [int(number) for number in opened]
    return {"result": result, "bytes": bytes_sent(mpc)}


if __name__ == "__main__":
    play(auction)
