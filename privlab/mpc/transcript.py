"""The transcript of a protocol: who sent what to whom, and therefore who saw what (lesson 11)."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any, NamedTuple

from privlab.language import later, translate

EVERYONE = later("everyone")
COLUMNS = (later("from"), later("to"), later("what"), later("value"))


class Message(NamedTuple):
    """One message: `value` is whatever was sent, `what` says what it is."""

    sender: str
    receiver: str
    what: str
    value: Any


class Transcript:
    """Messages in the order in which they were sent; shows itself as a table."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self.messages = list(messages)

    def send(self, sender: str, receiver: str, what: str, value: Any) -> None:
        """Writes down a message. `receiver` is a party's name or `EVERYONE`."""
        self.messages.append(Message(sender, receiver, what, value))

    def seen_by(self, *parties: str) -> Transcript:
        """The transcript of what these parties saw together: what they sent or kept, what they got, what all got."""
        return Transcript(m for m in self.messages if m.receiver == EVERYONE or {m.sender, m.receiver} & set(parties))

    def value(self, sender: str, receiver: str) -> Any:
        """The value of the one message from `sender` to `receiver`. Raises ValueError when there is not just one."""
        values = [m.value for m in self.messages if (m.sender, m.receiver) == (sender, receiver)]
        if len(values) != 1:
            raise ValueError(f"this transcript holds {len(values)} messages from {sender} to {receiver}, not one")
        return values[0]

    def _rows(self):
        return [
            (*map(translate, m[:3]), f"{m.value:,}" if isinstance(m.value, int) else str(m.value))
            for m in self.messages
        ]

    def __repr__(self) -> str:
        rows = [tuple(map(translate, COLUMNS)), *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        return "\n".join(
            "  ".join((*(text.ljust(width) for text, width in zip(row[:3], widths)), row[3].rjust(widths[3])))
            for row in rows
        )

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{translate(name)}</th>' for name in COLUMNS)
        rows = ("".join(f"<td>{html.escape(text)}</td>" for text in row) for row in self._rows())
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
