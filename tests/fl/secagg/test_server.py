"""The server: it knows no client, refuses what is not due, corrects wrong shares and blames who dealt badly."""

import ast
import pathlib
import secrets

import numpy as np
import pytest

from privlab.fl.secagg import client as aggregation_client
from privlab.fl.secagg import server as aggregation_server
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused, pack_numbers, unpack
from privlab.fl.secagg.protocol import Federation
from privlab.fl.secagg.seed_sharing import MISSING, PRIME, pack_shares
from privlab.fl.secagg.server import AggregationServer
from tests.fl.secagg.rounds import LENGTH, ROOT, agreed_round, changed, open_round, updates


def test_the_server_knows_no_client():
    """Its module takes from the others what has to do with bytes and rules, and its keys; no client, no generator."""
    tree = ast.parse(pathlib.Path(aggregation_server.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in modules if "client" in module or "protocol" in module or "random" in module}
    assert "secrets" not in ast.unparse(tree)


def test_reports_that_are_not_due_are_refused(federation):
    opening, plain, server = federation.server.announce(LENGTH), updates(32), federation.server
    report = federation.clients[0].report(opening, plain[0])
    server.receive(report)
    one, two = federation.clients[1], federation.clients[2]
    short = one.report(opening, plain[1])
    old_opening = opening
    for wrong, sentence in (
        (report, "not due"),
        (b"", "garbage"),
        (b"garbage" * 100, "garbage"),
        (short[:-1], "garbage"),
        (short + b"0", "garbage"),
        (opening, "was due"),
        (None, "garbage"),
        ("text", "garbage"),
        (changed(one, short, "report", fields=lambda all: (all[0][:-8], *all[1:])), "sent 499 numbers, and 500"),
        (changed(one, short, "report", fields=lambda all: (all[0], all[1][:-32], *all[2:])), "committed to 14 seeds"),
        (changed(one, short, "report", fields=lambda all: all[:-1]), "with 25 fields"),
        (changed(one, short, "report", sender=2), "of client 2, who has signed no such thing"),
        (changed(one, short, "report", sign=two._keys.sign), "of client 1, who has signed no such thing"),
        (changed(one, short, "report", sender=40), "no such client"),
        (short[:100] + bytes([short[100] ^ 1]) + short[101:], "signed no such thing"),
    ):
        with pytest.raises(Refused, match=sentence):
            server.receive(wrong)
    server.receive(short)
    assert server.online == [0, 1]
    server.announce(LENGTH)
    with pytest.raises(Refused, match="client 2, who has signed no such thing for this round"):
        server.receive(two.report(old_opening, plain[2]))


def test_every_step_before_its_time_is_refused():
    federation = Federation(4, ROOT)
    fresh = AggregationServer(federation.rules)
    with pytest.raises(Refused, match="no directory"):
        fresh.announce(3)
    for server in (fresh, federation.server):
        for step in (
            server.label,
            server.cross_check,
            server.total,
            *(lambda f=f: f(b"") for f in (server.receive, server.collect, server.take)),
        ):
            with pytest.raises(Refused, match="comes first|decryptors helped|no round"):
                step()
    for length, content, error in (
        (2.5, b"", ValueError),
        ("5", b"", ValueError),
        (0, b"", ValueError),
        (True, b"", ValueError),
        (2**32, b"", ValueError),
        (3, "text", TypeError),
        (3, None, TypeError),
    ):
        with pytest.raises(error, match="length|update|bytes"):
            federation.server.announce(length, content)
    federation.server.announce(LENGTH)
    assert federation.server.round == 1
    with pytest.raises(Refused, match="0 clients reported"):
        federation.server.label()


@pytest.mark.slow
def test_agreements_and_shares_of_nobody_are_refused_and_true_ones_stand(federation):
    requests, server = open_round(federation), federation.server
    first, second = (federation.clients[number] for number in list(requests)[:2])
    outsider = next(client for client in federation.clients if client.number not in federation.rules.committee)
    agreement = first.agree(requests[first.number])
    signed = unpack(agreement, "agreement").fields[0]
    for wrong, sentence in (
        (b"", "garbage"),
        (7, "garbage"),
        (requests[first.number], "was due"),
        (changed(first, agreement, "agreement", sign=second._keys.sign), "signed no such thing"),
        (changed(outsider, agreement, "agreement", sender=outsider.number), "not due"),
        (changed(first, agreement, "agreement", fields=lambda all: (all[0][:63], all[1])), "under another list"),
        (changed(first, agreement, "agreement", fields=lambda all: (bytes(64), all[1])), "under another list"),
        (changed(first, agreement, "agreement", fields=lambda all: (signed, pack_numbers(range(4)))), "complains of 4"),
    ):
        with pytest.raises(Refused, match=sentence):
            server.collect(wrong)
    server.collect(agreement)
    with pytest.raises(Refused, match="not due"):
        server.collect(agreement)
    for number in list(requests)[1:]:
        server.collect(federation.clients[number].agree(requests[number]))
    shares = first.help(server.cross_check())
    for wrong, sentence in (
        (b"", "garbage"),
        (agreement, "was due"),
        (changed(first, shares, "shares", sign=second._keys.sign), "signed no such thing"),
        (changed(outsider, shares, "shares", sender=outsider.number), "not due"),
        (changed(first, shares, "shares", fields=lambda all: (b"abc", all[1])), "544 bytes, got 3"),
        (changed(first, shares, "shares", fields=lambda all: (pack_shares([PRIME] * 32), all[1])), "it is none"),
    ):
        with pytest.raises(Refused, match=sentence):
            server.take(wrong)
    server.take(shares)
    with pytest.raises(Refused, match="not due"):
        server.take(shares)


@pytest.mark.slow
@pytest.mark.parametrize("lies", [0, 3, 5])
def test_decryptors_that_lie_are_corrected_and_named(federation, lies):
    """With fourteen helpers of 24 up to five lies; `corrected` says so."""
    assert federation.rules.corrected == 5
    requests, check = agreed_round(federation)
    helpers = list(requests)[:14]
    for place, number in enumerate(helpers):
        shares = federation.clients[number].help(check)
        if place < lies:
            made_up = pack_shares(secrets.randbelow(PRIME) for _ in range(32))
            shares = changed(
                federation.clients[number], shares, "shares", fields=lambda all, own=made_up: (own, all[1])
            )
        federation.server.take(shares)
    assert np.allclose(federation.server.total(), updates(32).sum(axis=0), rtol=0, atol=1e-8)
    assert set(federation.server.doubted) == set(helpers[:lies])
    assert all(clients == list(range(32)) for clients in federation.server.doubted.values())
    assert not federation.server.blamed


def test_no_report_is_taken_once_the_list_is_out():
    federation, plain = Federation(8, ROOT), updates(8)
    opening = federation.server.announce(LENGTH)
    late = federation.rules.ring[0]
    for client in federation.clients:
        if client.number != late:
            federation.server.receive(client.report(opening, plain[client.number]))
    federation.server.label()
    with pytest.raises(Refused, match=f"client {late} for round 1 is not due: it is late"):
        federation.server.receive(federation.clients[late].report(opening, plain[late]))
    assert late not in federation.server.online


def test_one_decryptor_that_complains_blames_nobody():
    """No more of them than there are accomplices: they may lie."""
    federation, plain = Federation(8, ROOT), updates(8)
    requests = open_round(federation)
    for place, (number, request) in enumerate(requests.items()):
        client = federation.clients[number]
        agreement = client.agree(request)
        if place < federation.rules.accomplices:
            agreement = changed(client, agreement, "agreement", fields=lambda all: (all[0], pack_numbers([5])))
        federation.server.collect(agreement)
    check = federation.server.cross_check()
    for number in requests:
        federation.server.take(federation.clients[number].help(check))
    assert not federation.server.blamed and np.allclose(federation.server.total(), plain.sum(axis=0))


def test_a_round_without_a_quorum_of_decryptors_ends():
    """Enough clients report, and the lost ones are of the committee, which the graph makes next to impossible."""
    rules = Rules(300, ROOT)
    server = AggregationServer(rules)
    lost = rules.committee[: rules.decryptors - rules.quorum + 1]
    assert len(lost) <= rules.lost
    server._round_id = b"a round"
    server._boxes = {number: (b"",) * rules.decryptors for number in range(300) if number not in lost}
    with pytest.raises(Refused, match=f"{rules.quorum - 1} of them decryptors and it takes {rules.quorum}"):
        server.label()


def dealing_badly(monkeypatch, federation, culprit, how):
    """The culprit's `share_seed` or boxes are wrong as `how` says, in the next reports."""
    client, honest = federation.clients[culprit], aggregation_client.share_seed
    report = client.report

    def bad(opening, update):
        with monkeypatch.context() as patch:
            if how == "another seed":
                patch.setattr(aggregation_client, "share_seed", lambda seed, rules: honest(bytes(16), rules))
            elif how == "no polynomial":
                patch.setattr(
                    aggregation_client,
                    "share_seed",
                    lambda seed, rules: [secrets.randbelow(PRIME) for _ in range(rules.decryptors)],
                )
            elif how == "garbage":
                patch.setattr(client._keys, "seal", lambda *_: secrets.token_bytes(60))
            elif how == "missing":
                patch.setattr(aggregation_client, "share_seed", lambda seed, rules: [MISSING] * rules.decryptors)
            return report(opening, update)

    monkeypatch.setattr(client, "report", bad)


@pytest.mark.parametrize("how", ["another seed", "no polynomial", "garbage", "missing"])
def test_bad_dealing_is_blamed_on_the_dealer_and_the_next_round_goes_on_without_it(monkeypatch, how):
    federation, plain = Federation(8, ROOT), updates(8)
    culprit = federation.rules.committee[2]
    dealing_badly(monkeypatch, federation, culprit, how)
    result = federation.sum(plain)
    assert result.total is None and f"client {culprit}" in result.reason and set(federation.server.blamed) == {culprit}
    assert bool(result.reached_server("shares")) == (how in ("another seed", "no polynomial"))
    result = federation.sum(plain)
    there = [number for number in range(8) if number != culprit]
    assert np.allclose(result.total, plain[there].sum(axis=0)) and f"client {culprit} is left out" in result.refused[0]


def test_a_seed_that_was_shared_and_not_used_is_caught(monkeypatch):
    """Committed to what it shares, masked with another: it is as a report of wild numbers, which the sum shows."""
    federation, plain, honest = Federation(8, ROOT), updates(8, length=20), aggregation_client.mask

    def masked_with(vector, number, pairs, own):
        return honest(vector, number, pairs, bytes(16) if number == 3 else own)

    monkeypatch.setattr(aggregation_client, "mask", masked_with)
    result = federation.sum(plain)
    assert result.total is None and "masked with another seed than it shared; who, nobody can tell" in result.reason
    assert not federation.server.blamed
    monkeypatch.setattr(aggregation_client, "mask", honest)
    assert federation.sum(plain).total is not None


def test_one_liar_among_three_is_found_by_what_was_committed_to():
    federation, plain = Federation(3, ROOT), updates(3)
    requests, check = agreed_round(federation)
    for number in requests:
        shares = federation.clients[number].help(check)
        if number == 1:
            shares = changed(federation.clients[1], shares, "shares", fields=lambda all: (pack_shares([5] * 3), all[1]))
        federation.server.take(shares)
    assert np.allclose(federation.server.total(), plain.sum(axis=0)) and federation.server.doubted == {1: [0, 1, 2]}
