"""The server: it knows no client, and refuses what is not due."""

import ast
import pathlib

import numpy as np
import pytest

from privlab.fl.secagg import server as aggregation_server
from privlab.fl.secagg.messages import Refused, pack, unpack
from tests.fl.secagg.rounds import LENGTH, open_round, updates


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


def test_a_signature_of_another_length_is_refused_and_the_round_goes_on(federation):
    requests = open_round(federation)
    first = min(requests)
    signed = unpack(federation.clients[first].agree(requests[first]), "agreement").fields[0]
    with pytest.raises(Refused, match="has 63 bytes, not 64"):
        federation.server.collect(pack("agreement", signed[:63], round=federation.server.round, sender=first))
    for number in set(requests) - {first}:
        federation.server.collect(federation.clients[number].agree(requests[number]))
    assert federation.clients[max(requests)].help(federation.server.cross_check())


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
