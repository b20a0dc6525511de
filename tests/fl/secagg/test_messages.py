"""Messages as bytes: what comes back, and what is none."""

import pytest

from privlab.fl.secagg.messages import Refused, pack, pack_numbers, unpack, unpack_numbers


def test_messages_come_back_and_lists_must_rise():
    message = unpack(pack("shares", b"", b"abc", round=3, sender=4), "shares", count=2)
    assert message == ("shares", 3, 4, (b"", b"abc"))
    assert unpack_numbers(pack_numbers([1, 5, 9]), 10) == [1, 5, 9] and unpack_numbers(b"", 10) == []
    for field in (pack_numbers([1, 1]), pack_numbers([2, 1]), pack_numbers([10]), b"abc"):
        with pytest.raises(Refused, match="list of clients"):
            unpack_numbers(field, 10)
