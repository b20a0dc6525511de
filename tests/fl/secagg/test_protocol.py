"""The real protocol between clients and server: the right sum, every message inspected, and what is refused."""

import ast
import pathlib
from collections import Counter

import numpy as np
import pytest

from privlab.fl.secagg import server as aggregation_server
from privlab.fl.secagg.malicious_server import rewritten
from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack, unpack_numbers
from privlab.fl.secagg.protocol import Federation
from privlab.mpc.fixed_point import decode, encode

ROOT = b"a public root"
LENGTH = 500


def updates(clients, seed=1, length=LENGTH):
    return np.random.default_rng(seed).normal(0, 1, (clients, length))


def exact_sum(rows):
    return decode(sum(encode(row, parties=32) for row in rows))


@pytest.fixture(scope="module")
def federation():
    return Federation(32, ROOT)


def open_round(federation, reporting=None, length=LENGTH):
    """The server's and clients' first steps of one round: the request to each decryptor."""
    opening = federation.server.announce(length)
    plain = updates(32, length=length)
    for client in federation.clients:
        if reporting is None or client.number in reporting:
            federation.server.receive(client.report(opening, plain[client.number]))
    return federation.server.label()


@pytest.mark.parametrize("lost", [(), (4,), (3, 9, 14, 30), tuple(range(0, 30, 3))])
def test_the_sum_is_that_of_the_fixed_point_numbers_exactly(federation, lost):
    plain = updates(32)
    lost = [number for number in lost if number not in federation.rules.committee[:7]]
    found = federation.sum(plain, lost)
    online = [number for number in range(32) if number not in lost]
    assert found.online == tuple(online)
    assert np.array_equal(found.total, exact_sum(plain[online]))


@pytest.mark.parametrize("clients, decryptors", [(3, 1), (4, 4), (17, 16), (60, 20)])
def test_other_sizes(clients, decryptors):
    plain = updates(clients)
    found = Federation(clients, decryptors=decryptors).sum(plain)
    assert np.abs(found.total - plain.sum(axis=0)).max() <= clients * 2.0**-33


def test_every_message_the_server_saw():
    federation, lost = Federation(32, ROOT), (5, 8)
    plain = updates(32, length=20_000)
    found = federation.sum(plain, lost, content=b"the model")
    assert Counter(each.kind for each in found.reached_server()) == {"report": 30, "agreement": 10, "shares": 10}
    assert all(isinstance(each.data, bytes) for each in found.transcript)
    assert not {each.sender for each in found.transcript} & set(lost)

    masked = []
    for each in found.reached_server("report"):
        message = unpack(each.data, "report", count=11)
        vector = np.frombuffer(message.fields[0], "<u8")
        own = encode(plain[each.sender], parties=32)
        assert message.sender == each.sender and len(vector) == 20_000
        assert not (vector == own).any() and abs(np.corrcoef(decode(vector), plain[each.sender])[0, 1]) < 0.05
        counts = np.bincount(vector.view(np.uint8), minlength=256)  # 160,000 even bytes: over 415 once in 10^9
        assert ((counts - 625) ** 2).sum() / 625 < 415
        degree = len(federation.rules.masking_graph(1)[each.sender])
        assert {len(box) for box in message.fields[1:]} == {12 + 17 * (1 + degree) + 16}
        masked.append(vector)
    assert not np.allclose(decode(sum(masked)), plain[list(found.online)].sum(axis=0), atol=1)  # masks are still on

    for each in found.reached_server("agreement"):
        assert len(unpack(each.data, "agreement", count=1).fields[0]) == 64
    cut = sum(j in lost for i in found.online for j in federation.rules.masking_graph(1)[i])
    for each in found.reached_server("shares"):
        own_shares, cut_shares = unpack(each.data, "shares", count=2).fields
        assert len(own_shares) == 17 * 30 and len(cut_shares) == 17 * cut
    assert len({message for *_, message in found.reached_server("shares")}) == 10


def test_the_server_knows_no_client():
    """Its module takes from the others what has to do with bytes and rules, and no client, key or generator."""
    tree = ast.parse(pathlib.Path(aggregation_server.__file__).read_text(encoding="utf-8"))
    taken = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }
    assert taken == {
        "numpy",
        "Floats",
        "Rules",
        "decode",
        "unmask",
        "SERVER",
        "Refused",
        "pack",
        "pack_numbers",
        "unpack",
        "rebuild_seeds",
        "unpack_shares",
    }


@pytest.mark.parametrize("lost, reason", [(range(11), "21 clients reported"), (None, "6 of them decryptors")])
def test_below_the_threshold_there_is_no_sum_and_no_share(federation, lost, reason):
    lost = federation.rules.committee[:4] if lost is None else lost
    found = federation.sum(updates(32), lost)
    assert found.total is None and reason in found.reason
    assert {each.kind for each in found.transcript} == {"announcement", "report"}


def test_decryptors_that_fall_silent(federation):
    plain, committee = updates(32), federation.rules.committee
    assert np.array_equal(federation.sum(plain, silent=committee[:3]).total, exact_sum(plain))
    found = federation.sum(plain, silent=committee[:4])
    assert found.total is None and "6 decryptors were told the same list" in found.reason
    assert not found.reached_server("shares")


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


def test_a_signature_of_another_length_is_refused_and_the_round_goes_on(federation):
    requests = open_round(federation)
    first = min(requests)
    signed = unpack(federation.clients[first].agree(requests[first]), "agreement").fields[0]
    with pytest.raises(Refused, match="has 63 bytes, not 64"):
        federation.server.collect(pack("agreement", signed[:63], round=federation.server.round, sender=first))
    for number in set(requests) - {first}:
        federation.server.collect(federation.clients[number].agree(requests[number]))
    assert federation.clients[max(requests)].help(federation.server.cross_check())


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
    """A server that sends one client another model than the rest learns nothing: what is announced decides the masks."""
    federation, plain = Federation(4, ROOT, decryptors=4), updates(4)
    opening = federation.server.announce(LENGTH, b"a model")
    other = pack("announcement", pack_numbers([LENGTH]), b"another model", round=1, sender=SERVER)
    for client in federation.clients:
        federation.server.receive(client.report(other if client.number == 2 else opening, plain[client.number]))
    requests = federation.server.label()
    with pytest.raises(Refused, match="client 2 sealed no such shares"):
        federation.clients[0].agree(requests[0])


def test_reports_that_are_not_due_are_refused(federation):
    opening, plain, server = federation.server.announce(LENGTH), updates(32), federation.server
    report = federation.clients[0].report(opening, plain[0])
    server.receive(report)
    short = federation.clients[1].report(opening, plain[1])
    with pytest.raises(Refused, match="sent 499 numbers, and 500 were due"):
        message = unpack(short, "report")
        server.receive(pack("report", message.fields[0][:-8], *message.fields[1:], round=message.round, sender=1))
    for wrong, sentence in (
        (report, "not due"),
        (b"", "garbage"),
        (b"garbage" * 100, "garbage"),
        (short[:-1], "garbage"),
        (short + b"0", "garbage"),
        (opening, "was due"),
        (None, "garbage"),
        (pack("report", *unpack(short, "report").fields, round=server.round, sender=40), "not due"),
        (pack("report", *unpack(short, "report").fields, round=1, sender=1), "not due"),
    ):
        with pytest.raises(Refused, match=sentence):
            server.receive(wrong)
    server.receive(short)
    assert server.online == [0, 1]


def test_garbage_from_decryptors_and_servers_is_refused(federation):
    requests, server = open_round(federation), federation.server
    number = federation.rules.committee[0]
    rng = np.random.default_rng(6)
    for wrong in (b"", rng.bytes(100), requests[number][:50], 7):
        for party in (server.collect, server.take, federation.clients[number].agree, federation.clients[number].help):
            with pytest.raises(Refused, match="garbage|kind"):
                party(wrong)
    outsider = next(each for each in range(32) if each not in federation.rules.committee)
    for step, message in (
        (server.collect, pack("agreement", bytes(64), round=server.round, sender=outsider)),
        (server.take, pack("shares", b"", b"", round=server.round, sender=outsider)),
    ):
        with pytest.raises(Refused, match="not due"):
            step(message)
    with pytest.raises(Refused, match="no decryptor"):
        federation.clients[outsider].agree(requests[number])
    with pytest.raises(Refused, match="544 bytes, got 3"):
        server.take(pack("shares", b"abc", b"", round=server.round, sender=number))


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


def test_the_directory_must_hold_everyone():
    federation = Federation(4, ROOT, decryptors=4)
    client, directory = federation.clients[1], federation.directory
    for wrong in ({k: v for k, v in directory.items() if k != 2}, directory | {1: directory[2]}, {}):
        with pytest.raises(Refused, match="directory"):
            client.join(wrong)
    client.join(directory | {2: directory[3]})  # swapped by whoever runs the directory
    with pytest.raises(Refused, match="keys of client 2 are not its own"):
        client.report(federation.server.announce(LENGTH), updates(4)[1])
    client.join(directory | {2: pack("keys", bytes(32), bytes(32), round=0, sender=2)})
    with pytest.raises(Refused, match="fixes the secret"):
        client.report(federation.server.announce(LENGTH), updates(4)[1])


def test_messages_come_back_and_lists_must_rise():
    message = unpack(pack("shares", b"", b"abc", round=3, sender=4), "shares", count=2)
    assert message == ("shares", 3, 4, (b"", b"abc"))
    assert unpack_numbers(pack_numbers([1, 5, 9]), 10) == [1, 5, 9] and unpack_numbers(b"", 10) == []
    for field in (pack_numbers([1, 1]), pack_numbers([2, 1]), pack_numbers([10]), b"abc"):
        with pytest.raises(Refused, match="list of clients"):
            unpack_numbers(field, 10)


def test_a_new_directory_makes_new_secrets():
    old, new = Federation(4, ROOT, decryptors=4), Federation(4, ROOT, decryptors=4)
    client = old.clients[0]
    before = client.report(old.server.announce(LENGTH), updates(4)[0])
    client.join(new.directory | {0: old.directory[0]})
    old.server.receive(client.report(old.server.announce(LENGTH), updates(4)[0]))
    assert len(before) and old.server.online == [0]
    for other in old.clients[1:]:
        old.server.receive(
            other.report(
                pack("announcement", pack_numbers([LENGTH]), b"", round=2, sender=SERVER), updates(4)[other.number]
            )
        )
    with pytest.raises(Refused, match="client 0 sealed no such shares"):
        old.clients[1].agree(old.server.label()[1])
