"""Seeds in shares: a share that does not fit is noticed."""

import pytest

from privlab.fl.secagg.messages import Refused, pack, unpack
from tests.fl.secagg.rounds import open_round


def test_a_decryptor_that_lies_about_a_share_is_noticed(federation):
    requests, server = open_round(federation), federation.server
    for number, request in requests.items():
        server.collect(federation.clients[number].agree(request))
    for number in requests:
        message = unpack(federation.clients[number].help(server.cross_check()), "shares")
        lie = bytes([*message.fields[0][:-1], message.fields[0][-1] ^ 1])
        server.take(
            pack(
                "shares",
                lie if number == federation.rules.committee[-1] else message.fields[0],
                message.fields[1],
                round=message.round,
                sender=number,
            )
        )
    with pytest.raises(Refused, match="one of them lies"):
        server.total()
