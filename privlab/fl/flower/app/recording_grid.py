"""The grid between the server and its nodes, watched: how much passes, and how long it takes."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from flwr.app import Context, Message
from flwr.serverapp import Grid

QUICK = 0.2  # seconds between two questions for replies; Flower's own `send_and_receive` asks every three


class RecordingGrid:
    """A grid, as Flower calls its line, that notes of each exchange seconds, messages, replies, errors and bytes.

    `exchanges` is a list of rows: seconds, sent, bytes down, replies, errors, bytes up.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.exchanges: list[tuple[float, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._grid, name)

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        """The replies; after `timeout` seconds those that have come."""
        began, messages, replies = time.monotonic(), list(messages), []
        down = sum(map(size, messages))
        waiting = set(self._grid.push_messages(messages))
        while waiting and (timeout is None or time.monotonic() < began + timeout):
            arrived = list(self._grid.pull_messages(waiting))
            replies += arrived
            waiting -= {reply.metadata.reply_to_message_id for reply in arrived}
            if waiting:
                time.sleep(QUICK)
        errors, up = sum(reply.has_error() for reply in replies), sum(map(size, replies))
        self.exchanges.append((time.monotonic() - began, len(messages), down, len(replies), errors, up))
        return replies


def size(message: Message) -> int:
    """How many bytes a message carries: its arrays, bytes, words and numbers, without the wrapping."""
    if not message.has_content():
        return 0
    values = [value for record in message.content.values() for value in record.values()]
    return sum(_size(item) for value in values for item in (value if isinstance(value, list) else [value]))


def _size(item: Any) -> int:
    if isinstance(item, bytes | str):
        return len(item)
    return len(item.data) if hasattr(item, "data") else 8


def save(file: str, **arrays: Any) -> None:
    """Writes the arrays to a file that is there only when it is whole: whoever waits for it may read at once."""
    with open(f"{file}.partial", "wb") as partial:
        np.savez(partial, **arrays)
    os.replace(f"{file}.partial", file)


def reporting_errors(main: Callable[[Grid, Context], None]) -> Callable[[Grid, Context], None]:
    """The server's `main`, which writes to the file of its result why it failed, if it fails."""

    def run(grid: Grid, context: Context) -> None:
        try:
            main(grid, context)
        except Exception as error:
            save(context.run_config["out"], error=f"{type(error).__name__}: {error}")
            raise

    return run


def numbered(name: str, arrays: Iterable[Any]) -> dict[str, Any]:
    """A model's arrays under names that `save` takes: name0, name1 and so on."""
    return {f"{name}{index}": array for index, array in enumerate(arrays)}
