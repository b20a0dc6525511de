"""The line between the server and its nodes, watched: how much passes, and how long it takes."""

import os
import time

import numpy as np

QUICK = 0.2  # seconds between two questions for replies; the engine's own `send_and_receive` asks every three


class Line:
    """A grid, as the engine calls its line, that notes for each exchange seconds, messages, replies, errors and bytes.

    grid : `flwr.serverapp.Grid`. `passed` is a list of rows: seconds, sent, bytes down, replies, errors, bytes up.
    """

    def __init__(self, grid):
        self._grid, self.passed = grid, []

    def __getattr__(self, name):
        return getattr(self._grid, name)

    def send_and_receive(self, messages, *, timeout=None):
        """The replies, a list; after `timeout` seconds those that have come."""
        began, messages, replies = time.monotonic(), list(messages), []
        down = sum(map(size, messages))
        waiting = set(self._grid.push_messages(messages))
        while waiting and (timeout is None or time.monotonic() < began + timeout):
            found = list(self._grid.pull_messages(waiting))
            replies += found
            waiting -= {each.metadata.reply_to_message_id for each in found}
            if waiting:
                time.sleep(QUICK)
        self.passed.append(
            (
                time.monotonic() - began,
                len(messages),
                down,
                len(replies),
                sum(each.has_error() for each in replies),
                sum(map(size, replies)),
            )
        )
        return replies


def size(message):
    """How many bytes a message carries: its arrays, bytes, words and numbers, without the wrapping."""
    if not message.has_content():
        return 0
    found = 0
    for record in message.content.values():
        for value in record.values():
            for each in value if isinstance(value, list) else [value]:
                found += (
                    len(getattr(each, "data", each)) if hasattr(each, "data") or isinstance(each, bytes | str) else 8
                )
    return found


def save(file, **arrays):
    """None; writes the arrays to a file that is there only when it is whole: whoever waits for it may read at once."""
    with open(f"{file}.partial", "wb") as partial:
        np.savez(partial, **arrays)
    os.replace(f"{file}.partial", file)


def told(main):
    """The server's `main`, which writes to the file of its result why it failed, if it fails."""

    def run(grid, context):
        try:
            main(grid, context)
        except Exception as error:
            save(context.run_config["out"], error=f"{type(error).__name__}: {error}")
            raise

    return run


def named(name, weights):
    """A model's arrays under names that `save` takes: name0, name1 and so on."""
    return {f"{name}{place}": array for place, array in enumerate(weights)}
