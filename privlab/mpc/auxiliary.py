"""What a total tells together with what was known before (lesson 12)."""


def interval_of_others(total, news, error, others):
    """The lowest and the highest loss that any one other company can have had, in the unit of the total.

    total : number, what the protocol opened; losses are never below 0.
    news, error : numbers, one company's loss as a newspaper has it, and by how much that may be off.
    others : int, how many companies share the rest.
    Raises ValueError when a number is negative, there is no other company, or the news cannot be true of this total.
    Source: derived here, from the breach losses of "Computing on private data".
    """
    if not all(each >= 0 for each in (total, news, error)) or not others >= 1:
        raise ValueError(f"losses and errors are 0 or more and there is at least one other company, got {total}, "
                         f"{news}, {error} and {others}")
    if news - error > total:
        raise ValueError(f"the news says at least {news - error}, more than the total of {total}: one of them is wrong")
    highest = total - max(news - error, 0)
    return max(total - news - error, 0) if others == 1 else 0, highest
