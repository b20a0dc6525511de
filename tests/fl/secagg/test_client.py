"""A client and decryptor: what it masks once, to what it agrees, and what it refuses to give."""

import contextlib
import threading

import numpy as np
import pytest

from privlab.fl.secagg.client import AggregationClient, encode_update
from privlab.fl.secagg.malicious_server import named_lost, rewritten
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused, pack_numbers, statement, unpack
from privlab.fl.secagg.protocol import Federation
from privlab.fl.secagg.seed_sharing import SHARE_BYTES
from privlab.fl.secagg.server import AggregationServer
from tests.fl.secagg.rounds import LENGTH, ROOT, agreed_round, changed, open_round, updates


@pytest.mark.slow
def test_a_dishonest_server_that_wants_both_shares_is_refused(federation):
    server, decryptor = federation.server, federation.clients[federation.rules.committee[0]]
    request = open_round(federation)[decryptor.number]
    boxes = unpack(request, "labels").fields[3:]
    with pytest.raises(Refused, match="client 7 is named online and lost"):
        decryptor.agree(rewritten(server, request, online=range(32), lost=[7], boxes=boxes))
    with pytest.raises(Refused, match="must rise"):
        decryptor.agree(rewritten(server, request, online=[*range(32), 7], lost=[], boxes=[*boxes, boxes[7]]))
    with pytest.raises(Refused, match="every client must be named"):
        decryptor.agree(rewritten(server, request, online=range(31), lost=[], boxes=boxes[:31]))
    decryptor.agree(request)  # what was refused has spent nothing


def test_forged_signatures_do_not_count(federation):
    requests = open_round(federation)
    mine, *others = requests
    signature = unpack(federation.clients[mine].agree(requests[mine]), "agreement").fields[0]
    for signers, signatures, sentence in (
        ((mine, *others), [signature] * 24, "1 decryptors were told"),
        ((mine,), [signature], "1 decryptors were told"),
        (range(24), [bytes(64)] * 24, "0 decryptors were told"),
        ((mine,), [signature, b"more"], "1 signatures take 64 bytes each, got 68"),
    ):
        forged = federation.server.signed("agreements", pack_numbers(sorted(signers)), b"".join(signatures))
        with pytest.raises(Refused, match=sentence):
            federation.clients[mine].help(forged)


def test_a_decryptor_agrees_once_and_helps_for_a_quorum_of_its_own_round():
    """One signature short, signatures of others than decryptors, and those of the round before bring nothing."""
    federation = Federation(20, ROOT, lost=4, accomplices=1)
    rules, server = federation.rules, federation.server
    first, *others = rules.committee
    outsiders = [each for each in range(20) if each not in rules.committee]
    assert len(rules.committee) > rules.quorum and outsiders

    def shown(signatures):
        return server.signed(
            "agreements", pack_numbers(sorted(signatures)), b"".join(map(signatures.get, sorted(signatures)))
        )

    old = None
    for _ in range(2):
        requests = open_round(federation)
        agreements = {number: federation.clients[number].agree(request) for number, request in requests.items()}
        with pytest.raises(Refused, match="agreed to a list in round"):
            federation.clients[first].agree(requests[first])
        signed = {number: unpack(data, "agreement").fields[0] for number, data in agreements.items()}
        if old:
            with pytest.raises(Refused, match="0 decryptors were told the same list"):
                federation.clients[first].help(shown(old))
        old = signed
        few = {number: signed[number] for number in [first, *others][: rules.quorum - 1]}
        online = statement(federation.clients[first]._rounds[server.round].round_id, range(20))
        more = few | {number: federation.clients[number]._keys.sign(online) for number in outsiders}
        for short in (few, more):
            with pytest.raises(Refused, match=f"{rules.quorum - 1} decryptors were told the same list"):
                federation.clients[first].help(shown(short))
        helped = unpack(federation.clients[first].help(shown(signed)), "shares")
        own, cut = helped.fields
        assert len(own) == 20 * SHARE_BYTES and not cut, "nobody is lost: no share of a pair is given"


@pytest.mark.slow
def test_forged_survivors_bring_nothing_and_many_are_refused(federation):
    """Five are lost. The server lacks their boxes, and makes them up, or takes another client's or old ones."""
    server, number = federation.server, federation.rules.committee[0]
    gone = [each for each in range(32) if each != number][:5]
    old = unpack(open_round(federation)[number], "labels").fields[3:]
    reporting = [each for each in range(32) if each not in gone]
    requests = open_round(federation, reporting)
    there = dict(zip(reporting, unpack(requests[number], "labels").fields[3:]))
    for made_up in (bytes(len(old[8])), b"", there[number], None):

        def story(named, made_up=made_up):
            boxes = there | {each: old[each] if made_up is None else made_up for each in named}
            lost = [each for each in range(32) if each not in boxes]
            return rewritten(
                server, requests[number], online=sorted(boxes), lost=lost, boxes=[boxes[i] for i in sorted(boxes)]
            )

        with pytest.raises(Refused, match=f"of 4 clients, client {gone[0]} first, the boxes hold no shares"):
            federation.clients[number].agree(story(gone[:4]))
    message = unpack(federation.clients[number].agree(story(gone[:3])), "agreement")
    assert message.fields[1] == pack_numbers(gone[:3])  # it says for whom it has nothing
    assert federation.clients[number]._rounds[message.round].held[gone[0]][0] >= 2**130


def test_too_few_and_islands_are_refused():
    federation = Federation(40, ROOT, lost=4, accomplices=1)
    rules, number = federation.rules, federation.rules.committee[0]
    rules.__dict__["reach"] = 2
    rules.__dict__.pop("masking_graph", None)
    request = open_round(federation)[number]
    boxes = unpack(request, "labels").fields[3:]

    def story(lost):
        online = [each for each in range(40) if each not in lost]
        return rewritten(
            federation.server, request, online=online, lost=sorted(lost), boxes=[boxes[each] for each in online]
        )

    around = rules.masking_graph[0]
    with pytest.raises(Refused, match="35 clients are online and the rules ask for 36"):
        federation.clients[number].agree(story({*around, 0}))
    with pytest.raises(Refused, match="hang together by 0 clients only"):
        federation.clients[number].agree(story(around))
    with pytest.raises(Refused, match="hang together by 1 clients only, and 1 may help the server"):
        federation.clients[number].agree(story(around[1:]))


@pytest.mark.slow
def test_shares_are_given_once_and_only_after_agreeing(federation):
    requests = open_round(federation)
    first = federation.rules.committee[0]
    early = federation.server.signed("agreements", b"", b"")
    with pytest.raises(Refused, match="agreed to no list"):
        federation.clients[first].help(early)
    for number, request in requests.items():
        federation.server.collect(federation.clients[number].agree(request))
    check = federation.server.cross_check()
    federation.clients[first].help(check)
    with pytest.raises(Refused, match="helped already"):
        federation.clients[first].help(check)
    with pytest.raises(Refused, match="agreed to a list in round"):
        federation.clients[first].agree(requests[first])
    open_round(federation)
    with pytest.raises(Refused, match="helped already"):
        federation.clients[first].help(check)


def test_a_request_to_another_decryptor_is_refused_and_blames_nobody(federation):
    requests = open_round(federation)
    first, second = list(requests)[:2]
    with pytest.raises(Refused, match="for another decryptor"):
        federation.clients[first].agree(requests[second])
    outsider = next(each for each in range(32) if each not in federation.rules.committee)
    with pytest.raises(Refused, match="no decryptor"):
        federation.clients[outsider].agree(requests[first])


@pytest.mark.slow
def test_what_the_server_did_not_sign_is_refused(federation):
    """Announcement, request and signatures from another client, from a server of another federation, or changed."""
    client = federation.clients[federation.rules.committee[0]]
    opening = federation.server.announce(LENGTH)
    stranger = Federation(32, ROOT)
    other = stranger.server.announce(LENGTH)
    forged = changed(federation.server, opening, "announcement", sign=federation.clients[5]._keys.sign)
    honest = changed(federation.server, opening, "announcement", sender=5, sign=federation.clients[5]._keys.sign)
    for wrong, sentence in (
        (forged, "the server, who has signed no such thing"),
        (honest, "is the server's, and this one is of client 5"),
        (other, "signed no such thing"),
        (opening[:-1] + bytes([opening[-1] ^ 1]), "signed no such thing"),
    ):
        with pytest.raises(Refused, match=sentence):
            client.report(wrong, updates(32)[0])
    requests, check = agreed_round(federation)
    for step, kind, message in ((client.agree, "labels", requests[client.number]), (client.help, "agreements", check)):
        with pytest.raises(Refused, match="signed no such thing"):
            step(changed(federation.server, message, kind, sign=federation.clients[5]._keys.sign))
    client.help(check)


@pytest.mark.slow
def test_a_round_is_masked_once_and_a_huge_number_locks_nobody_out(federation):
    server, client, plain = federation.server, federation.clients[0], updates(32)
    opening = server.announce(LENGTH)
    client.report(opening, plain[0])
    again = server._keys.message(
        "announcement", pack_numbers([LENGTH]), b"else", round=server.round, context=server._federation
    )
    for each in (opening, again):
        with pytest.raises(Refused, match="masks are for one time"):
            client.report(each, plain[0])
    fields = pack_numbers([LENGTH]), b""
    huge = server._keys.message("announcement", *fields, round=2**32 - 1, context=server._federation)
    client.report(huge, plain[0])
    assert federation.sum(plain).online == tuple(range(32))


def test_a_report_that_fails_spends_nothing():
    federation, plain = Federation(4, ROOT), updates(4)
    opening = federation.server.announce(LENGTH)
    client = AggregationClient(1, federation.rules)
    for step in (lambda: client.report(opening, plain[1]), lambda: client.agree(opening), lambda: client.help(b"")):
        with pytest.raises(Refused, match="no directory|no round|garbage|due"):
            step()
    client = federation.clients[1]
    for wrong, sentence in (
        (np.where(np.arange(LENGTH) == 3, np.nan, plain[1]), "NaN"),
        (plain[1][:-1], "a row of 500"),
        (plain[1][None], "a row of 500"),
        (plain[1] * 1e9, "use fewer bits"),
        (plain[1] * 1e6, "must stay below 5.243e[+]05"),
        (np.where(np.arange(LENGTH) == 3, client.rules.largest, 0), "must stay below 5.243e[+]05"),
        ("abc", "text"),
        (None, "object"),
    ):
        with pytest.raises(ValueError, match=sentence):
            client.report(opening, wrong)
    federation.server.receive(client.report(opening, plain[1]))


def test_two_announcements_of_one_round_give_masks_that_do_not_cancel():
    """A server that sends one client another model than the rest learns nothing: the announcement decides the masks."""
    federation, plain = Federation(4, ROOT), updates(4)
    server = federation.server
    opening = server.announce(LENGTH, b"a model")
    fields = pack_numbers([LENGTH]), b"another model"
    other = server._keys.message("announcement", *fields, round=1, context=server._federation)
    reports = {
        client.number: client.report(other if client.number == 2 else opening, plain[client.number])
        for client in federation.clients
    }
    with pytest.raises(Refused, match="client 2, who has signed no such thing for this round"):
        server.receive(reports[2])
    for number in (0, 1, 3):
        server.receive(reports[number])
    request = server.label()[0]
    boxes = [
        *unpack(request, "labels").fields[3:5],
        unpack(reports[2], "report").fields[2],
        unpack(request, "labels").fields[5],
    ]
    said = federation.clients[0].agree(rewritten(server, request, online=range(4), lost=[], boxes=boxes))
    assert unpack(said, "agreement").fields[1] == pack_numbers([2])  # it has no shares of client 2's, and gives none


def test_what_is_no_client_is_refused():
    rules = Rules(8, ROOT)
    for number in (8, -1, "1", None, 1.5, 99):
        with pytest.raises(ValueError, match="numbers 0 to 7"):
            AggregationClient(number, rules)
    for make in (lambda: AggregationClient(1, 8), lambda: AggregationServer("rules")):
        with pytest.raises(TypeError, match="takes the rules of it"):
            make()
    with pytest.raises(Refused, match="took part in no round 3"):
        AggregationClient(1, rules).pair_seed(0, 3)
    assert encode_update([], length=0, rules=rules).shape == (0,)


def test_a_pair_has_a_seed_where_it_masked_and_nowhere_else():
    federation = Federation(20, ROOT, lost=4, accomplices=1)
    open_round(federation)
    (number,) = federation.clients[0]._rounds
    near = federation.rules.masking_graph[0]
    assert len(near) < 19
    for other in range(20):
        if other in near:
            assert federation.clients[0].pair_seed(other, number) == federation.clients[other].pair_seed(0, number)
        else:
            with pytest.raises(Refused, match=f"no mask together with client {other}"):
                federation.clients[0].pair_seed(other, number)
    for wrong in (number + 1, None):
        with pytest.raises(Refused, match="took part in no round"):
            federation.clients[0].pair_seed(near[0], wrong)


def test_a_decryptor_that_is_asked_twice_at_once_signs_one_list(monkeypatch):
    """Both requests are let into the method together where nothing keeps them apart."""
    federation = Federation(8, ROOT, lost=2, accomplices=1)
    requests = open_round(federation)
    number = federation.rules.committee[0]
    decryptor, victim = federation.clients[number], (number + 1) % 8
    together, opened, signed = threading.Barrier(2, timeout=0.2), decryptor._opened, []

    def waiting(*box):
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait()
        return opened(*box)

    def ask(request):
        with contextlib.suppress(Refused):
            signed.append(decryptor.agree(request))

    monkeypatch.setattr(decryptor, "_opened", waiting)
    asked = requests[number], named_lost(federation.server, requests[number], victim=victim)
    threads = [threading.Thread(target=ask, args=(request,)) for request in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signed) == 1


def test_messages_in_other_kinds_of_bytes_are_read():
    def strided(data):
        return memoryview(b"".join(bytes([byte, 0]) for byte in data))[::2]

    federation = Federation(4, ROOT, lost=1, accomplices=1)
    server, announcement = federation.server, federation.server.announce(2)
    for client, form in zip(federation.clients, (bytearray, memoryview, strided)):
        client.join({number: form(entry) for number, entry in federation.directory.items()})
        server.receive(client.report(form(announcement), [1.0, 2.0]))
    assert server.online == [0, 1, 2]
    for entry in ([1], None, "keys"):
        with pytest.raises(Refused, match="no keys of client 0"):
            client.join(dict.fromkeys(federation.directory, entry))
