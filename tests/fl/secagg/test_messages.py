"""Messages as bytes: what comes back, and what is none."""

import pytest

from privlab.fl.secagg.messages import Refused, pack, pack_numbers, unpack, unpack_number, unpack_numbers


def test_messages_come_back_and_lists_must_rise():
    data = pack("shares", b"", b"abc", round=3, sender=4, sign=lambda body: bytes(64))
    message = unpack(data, "shares", count=2)
    assert message == ("shares", 3, 4, (b"", b"abc"), data[:-64], bytes(64))
    for kind, count in (("report", None), ("agreement", 2), ("shares", 3)):
        with pytest.raises(Refused, match=f"the kind '{kind}' was due, and this one is 'shares' with 2 fields"):
            unpack(data, kind, count)
    for wrong in (data[:-1], data + b"0", data[:20], b"", None, "text", 7, 2.5, [1], object()):
        with pytest.raises(Refused, match="garbage"):
            unpack(wrong, "shares")
    assert unpack_numbers(pack_numbers([1, 5, 9]), 10) == [1, 5, 9] and unpack_numbers(b"", 10) == []
    for field in (pack_numbers([1, 1]), pack_numbers([2, 1]), pack_numbers([10]), b"abc"):
        with pytest.raises(Refused, match="list of clients"):
            unpack_numbers(field, 10)
    assert unpack_number(pack_numbers([7])) == 7
    for field in (b"", b"\1", bytes(9)):
        with pytest.raises(Refused, match=f"four bytes, and here are {len(field)}"):
            unpack_number(field)
