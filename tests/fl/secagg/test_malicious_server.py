"""A malicious server: each of its tricks is refused, and an honest request is not."""

import numpy as np
import pytest

from privlab.fl.secagg import malicious_server
from privlab.fl.secagg.malicious_server import rewritten
from privlab.fl.secagg.messages import Refused, unpack
from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import open_round


def test_every_trick_is_refused_and_an_honest_request_is_not():
    federation = Federation(17, b"a public root", decryptors=10)
    opening = federation.server.announce(10)
    for client in federation.clients[:-1]:
        federation.server.receive(client.report(opening, np.zeros(10)))
    requests = federation.server.label()
    number, request = next(iter(requests.items()))
    agree = federation.clients[number].agree
    for trick, reason in (
        (malicious_server.both_masks(request, victim=3, clients=17), "client 3 is named online and lost"),
        (malicious_server.forged_survivor(request, victim=16, clients=17), "client 16 sealed no such shares"),
        (malicious_server.only(request, few=[0, 1], clients=17), "2 clients are online"),
    ):
        assert reason in malicious_server.answer(agree, trick)
    assert (
        malicious_server.answer(agree, malicious_server.named_lost(request, victim=3, clients=17))
        == "gives what it is asked for"
    )
    assert "agreed to a list" in malicious_server.answer(agree, request)


def test_a_server_that_tells_two_stories_gets_no_shares_from_anyone(federation):
    """Five decryptors hear that client 7 is online, five that it is lost: together that would be both masks."""
    requests = open_round(federation)
    others, answers = [number for number in range(32) if number != 7], []
    for place, (number, request) in enumerate(requests.items()):
        boxes = unpack(request, "labels").fields[2:]
        if place % 2:
            request = rewritten(request, online=others, lost=[7], boxes=[boxes[each] for each in others])
        answers.append(federation.clients[number].agree(request))
        federation.server.collect(answers[-1])
    for number in requests:
        with pytest.raises(Refused, match="5 decryptors were told the same list"):
            federation.clients[number].help(federation.server.cross_check())
        with pytest.raises(Refused, match="agreed to a list in round"):
            federation.clients[number].agree(requests[number])
