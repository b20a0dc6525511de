"""A client and decryptor: what it masks once, to what it agrees, and what it refuses to give."""

import numpy as np
import pytest

from privlab.fl.secagg.malicious_server import rewritten
from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack
from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import LENGTH, ROOT, open_round, updates


def test_a_dishonest_server_that_wants_both_shares_is_refused(federation):
    request = open_round(federation)[federation.rules.committee[0]]
    boxes = unpack(request, "labels").fields[2:]
    decryptor = federation.clients[federation.rules.committee[0]]
    with pytest.raises(Refused, match="client 7 is named online and lost"):
        decryptor.agree(rewritten(request, online=range(32), lost=[7], boxes=boxes))
    with pytest.raises(Refused, match="must rise"):
        decryptor.agree(rewritten(request, online=[*range(32), 7], lost=[], boxes=[*boxes, boxes[7]]))
    with pytest.raises(Refused, match="every client must be named"):
        decryptor.agree(rewritten(request, online=range(31), lost=[], boxes=boxes[:31]))


def test_forged_signatures_do_not_count(federation):
    requests = open_round(federation)
    mine, *others = requests
    signature = unpack(federation.clients[mine].agree(requests[mine]), "agreement").fields[0]
    for signers, signatures in (
        ((mine, *others), [signature] * 10),
        ((mine,), [signature]),
        (range(10), [signature] * 10),
        ((mine, *others), [bytes(64)] * 10),
    ):
        forged = pack(
            "agreements",
            pack_numbers(sorted(signers)),
            b"".join(signatures),
            round=federation.server.round,
            sender=SERVER,
        )
        with pytest.raises(Refused, match="[01] decryptors were told the same list"):
            federation.clients[mine].help(forged)


def test_forged_survivors_are_refused(federation):
    """Client 9 is lost. The server lacks its box, and makes one up, or takes another client's or an old one."""
    decryptor = federation.rules.committee[0]
    old = open_round(federation)[decryptor]
    reporting = [number for number in range(32) if number != 9]
    request = open_round(federation, reporting)[decryptor]
    boxes = list(unpack(request, "labels").fields[2:])
    for made_up in (bytes(len(boxes[8])), b"", boxes[8], unpack(old, "labels").fields[2 + 9]):
        with pytest.raises(Refused, match="client 9 sealed no such shares"):
            federation.clients[decryptor].agree(
                rewritten(request, online=range(32), lost=[], boxes=boxes[:9] + [made_up] + boxes[9:])
            )
    with pytest.raises(Refused, match="client 8 sealed no such shares"):
        changed = bytes([boxes[8][0] ^ 1]) + boxes[8][1:]
        federation.clients[decryptor].agree(
            rewritten(request, online=reporting, lost=[9], boxes=[*boxes[:8], changed, *boxes[9:]])
        )


def test_too_few_and_islands_are_refused():
    federation = Federation(32, ROOT, minimum=3)
    number = federation.rules.committee[0]
    request = open_round(federation)[number]
    boxes = unpack(request, "labels").fields[2:]

    def story(online):
        lost = [each for each in range(32) if each not in online]
        return rewritten(request, online=online, lost=lost, boxes=[boxes[each] for each in online])

    with pytest.raises(Refused, match="2 clients are online and the rules ask for 3"):
        federation.clients[number].agree(story([0, 1]))
    alone = federation.rules.masking_graph(1)[0]
    with pytest.raises(Refused, match="islands"):
        federation.clients[number].agree(story([each for each in range(32) if each not in alone]))


def test_shares_are_given_once_and_only_after_agreeing(federation):
    requests = open_round(federation)
    first = federation.rules.committee[0]
    with pytest.raises(Refused, match="agreed to no list"):
        federation.clients[first].help(federation.server.cross_check())
    for number, request in requests.items():
        federation.server.collect(federation.clients[number].agree(request))
    check = federation.server.cross_check()
    federation.clients[first].help(check)
    with pytest.raises(Refused, match="helped already"):
        federation.clients[first].help(check)
    open_round(federation)
    with pytest.raises(Refused, match="agreed to no list"):
        federation.clients[first].help(check)
    with pytest.raises(Refused, match="took part in no round"):
        federation.clients[first].agree(requests[first])


def test_a_round_is_masked_once_even_when_the_server_asks_again(federation):
    opening, plain = federation.server.announce(LENGTH), updates(32)
    federation.clients[0].report(opening, plain[0])
    for again in (opening, pack("announcement", pack_numbers([LENGTH]), b"", round=1, sender=SERVER)):
        with pytest.raises(Refused, match="masks are for one time"):
            federation.clients[0].report(again, plain[0])


def test_two_announcements_of_one_round_give_masks_that_do_not_cancel():
    """A server that sends one client another model than the rest learns nothing: the announcement decides the masks."""
    federation, plain = Federation(4, ROOT, decryptors=4), updates(4)
    opening = federation.server.announce(LENGTH, b"a model")
    other = pack("announcement", pack_numbers([LENGTH]), b"another model", round=1, sender=SERVER)
    for client in federation.clients:
        federation.server.receive(client.report(other if client.number == 2 else opening, plain[client.number]))
    requests = federation.server.label()
    with pytest.raises(Refused, match="client 2 sealed no such shares"):
        federation.clients[0].agree(requests[0])


def test_updates_that_cannot_be_encoded_are_refused_and_the_round_stays_open(federation):
    opening, plain = federation.server.announce(LENGTH), updates(32)[0]
    client = federation.clients[0]
    for wrong, sentence in (
        (np.where(np.arange(LENGTH) == 3, np.nan, plain), "NaN"),
        (plain[:-1], "a row of 500"),
        (plain[None], "a row of 500"),
        (plain * 1e9, "use fewer bits"),
    ):
        with pytest.raises(ValueError, match=sentence):
            client.report(opening, wrong)
    federation.server.receive(client.report(opening, plain))
