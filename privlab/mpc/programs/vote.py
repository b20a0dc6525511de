"""Every voter's program: add up the votes, and open the tally, or only whether at least half of them are yes."""

from privlab.mpc.party import play


async def vote(mpc, mine):
    votes = mpc.input(mpc.SecInt(16)(mine["vote"]))
    tally = mpc.sum(votes)
    question = {"tally": tally, "at least half": 2 * tally >= len(votes)}[mine["open"]]
    return int(await mpc.output(question))


if __name__ == "__main__":
    play(vote)
