"""One garbled gate: its owner encrypts the table, and the one who evaluates it learns the result alone (lesson 13)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence

from privlab.mpc.oblivious_transfer import transfer
from privlab.mpc.transcript import Transcript

LABEL_BYTES = 16
PURPOSE = b"privlab lesson 13: one gate\0"

Gate = Callable[[int, int], int | bool]  # from two bits to one
Labels = tuple[bytes, bytes]  # of a wire: what stands for 0 and what stands for 1


def draw_labels() -> Labels:
    """What stands for 0 and for 1 on a wire: 16 bytes each, of which the operating system draws all but one bit.

    The last bit of a label is its colour. The two have unlike colours, and which one has which is drawn too.
    """
    zero, one = secrets.token_bytes(LABEL_BYTES), secrets.token_bytes(LABEL_BYTES)
    return zero, one[:-1] + bytes([one[-1] & 254 | 1 - colour(zero)])


def colour(label: bytes) -> int:
    """The last bit of a label, which says in which row to look and nothing of what the label stands for."""
    return label[-1] & 1


def lock(first: bytes, second: bytes, message: bytes) -> bytes:
    """The message under the key of two labels, 16 bytes; locked again, it is open.

    Raises ValueError for a label or a message that has not 16 bytes.
    Source: a hash as in Lindell and Pinkas (2009), with SHA-256 taken for a random function.
    """
    if {len(first), len(second), len(message)} != {LABEL_BYTES}:
        raise ValueError(
            f"labels have {LABEL_BYTES} bytes, and so has what they lock, got {len(first)}, {len(second)} and "
            f"{len(message)}"
        )
    stream = hashlib.sha256(PURPOSE + first + second).digest()
    return bytes(a ^ b for a, b in zip(message, stream))


def garble(gate: Gate, first: Labels, second: Labels, output: Labels) -> list[bytes]:
    """The gate's table, four rows of 16 bytes in the order of colours: row 2 colour(x) + colour(y) opens with x and y.

    first, second, output : the labels of the wires, as `draw_labels` returns them, for this gate only.
    Source: Yao (1986), as told in his talk; Beaver, Micali and Rogaway (1990) for the colours.
    Not secure because whoever garbles may garble another gate, and the other side does not notice.
    """
    rows = [b""] * 4
    for x in (0, 1):
        for y in (0, 1):
            row = 2 * colour(first[x]) + colour(second[y])
            rows[row] = lock(first[x], second[y], output[int(gate(x, y))])
    return rows


def evaluate(rows: Sequence[bytes], first: bytes, second: bytes) -> bytes:
    """The label of the result, from one label of each wire, of which nobody needs to know what they stand for.

    Raises ValueError when there are not four rows, and as `lock` does.
    """
    if len(rows) != 4:
        raise ValueError(f"a table has four rows, got {len(rows)}")
    return lock(first, second, rows[2 * colour(first) + colour(second)])


def evaluate_together(gate: Gate, mine: int, yours: int, *, garbled: Gate | None = None) -> tuple[int, Transcript]:
    """The result of the gate, which both learn, and the transcript: Alice garbles, Bob evaluates.

    mine, yours : Alice's bit and Bob's.
    garbled : the gate that Alice garbles in truth; left out, the one agreed on.
    Raises ValueError for inputs that are not 0 or 1.
    Source: Yao (1986); Lindell and Pinkas (2009) for the proof against those who follow the protocol.
    Not secure because Alice is not held to the gate that was agreed on, and both are played here by one program.
    """
    if not {mine, yours} <= {0, 1}:
        raise ValueError(f"each side has one bit, 0 or 1, got {mine!r} and {yours!r}")
    transcript = Transcript()
    first, second, output = draw_labels(), draw_labels(), draw_labels()  # Alice
    rows = garble(garbled or gate, first, second, output)
    transcript.send("Alice", "Bob", "table", rows)
    transcript.send("Alice", "Bob", "label of her bit", first[mine])
    transcript.send("Alice", "Bob", "colour of the result 0", colour(output[0]))
    label, messages = transfer(second, yours)  # Bob is the receiver
    names = {"sender": "Alice", "receiver": "Bob"}
    for message in messages.messages:
        transcript.send(names[message.sender], names[message.receiver], message.what, message.value)
    result = colour(evaluate(rows, first[mine], label)) ^ colour(output[0])
    transcript.send("Bob", "Alice", "result", result)
    return result, transcript
