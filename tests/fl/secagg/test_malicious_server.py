"""A malicious server: each of its tricks is refused, and an honest request is not."""

import numpy as np
import pytest

from privlab.fl.secagg import malicious_server
from privlab.fl.secagg.malicious_server import IsolatingServer, UnrepairedRules
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import ROOT, open_round, updates


def test_every_trick_is_refused_and_an_honest_request_is_not():
    federation = Federation(17, ROOT, accomplices=2)
    number = federation.rules.committee[0]
    gone = [each for each in range(17) if each != number][-3:]
    server, request = federation.server, open_round(federation, set(range(17)) - {*gone})[number]
    agree, few = federation.clients[number].agree, [each for each in range(17) if each not in gone][:2]
    for trick, reason in (
        (malicious_server.both_masks(server, request, victim=3), "client 3 is named online and lost"),
        (malicious_server.forged_survivors(server, request, victims=gone), "of 3 clients, client"),
        (malicious_server.only(server, request, few=few), "2 clients are online"),
    ):
        assert reason in malicious_server.answer(agree, trick)
    assert (
        malicious_server.answer(agree, malicious_server.named_lost(server, request, victim=few[0]))
        == "gives what it is asked for"
    )
    assert "agreed to a list" in malicious_server.answer(agree, request)


@pytest.mark.slow
def test_a_server_that_tells_two_stories_gets_no_shares_from_anyone(federation):
    """Half the decryptors hear that client 7 is online, half that it is lost: together that would be both masks."""
    requests, server = open_round(federation), federation.server
    agreed = {}
    for place, (number, request) in enumerate(requests.items()):
        if place % 2:
            request = malicious_server.named_lost(server, request, victim=7)
        agreed[number] = federation.clients[number].agree(request)
    check = malicious_server.all_signatures(server, agreed)
    for number in requests:
        with pytest.raises(Refused, match="12 decryptors were told the same list"):
            federation.clients[number].help(check)
        with pytest.raises(Refused, match="agreed to a list in round"):
            federation.clients[number].agree(requests[number])


class Sparse(Rules):
    """The repaired rules with as few masks as the unrepaired ones."""

    reach = UnrepairedRules.reach


@pytest.mark.parametrize("clients, lost", [(32, 10), (17, 7), pytest.param(64, 21, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind, sentence", [(UnrepairedRules, ""), (Sparse, "by 1 clients only"), (Rules, "")])
def test_one_accomplice_opens_an_update_without_the_repair_and_not_with_it(clients, lost, kind, sentence):
    rules, plain = kind(clients, ROOT, lost, 1), updates(clients, length=50)
    if clients == 17 and kind is not Rules:
        rules.__dict__["reach"] = 4
        rules.__dict__.pop("masking_graph", None)
    victim = next(number for number in range(clients) if number not in rules.committee)
    accomplice = rules.masking_graph[victim][0]
    server = IsolatingServer(rules, victim=victim, accomplice=accomplice)
    federation = Federation(rules=rules, server=server)
    result = federation.sum(plain)
    if kind is UnrepairedRules:
        assert not result.refused and np.allclose(result.total, plain[server.online].sum(axis=0), rtol=0, atol=1e-8)
        assert np.abs(server.stolen(federation.clients[accomplice]) - plain[victim]).max() <= 2.0**-32
        return
    assert result.total is None and result.refused and all(sentence in said for said in result.refused)
    assert not result.reached_server("shares")
    with pytest.raises(Refused, match="0 decryptors helped"):
        server.stolen(federation.clients[accomplice])


def test_unrepaired_rules_see_whoever_is_cut_off_and_no_more():
    rules = UnrepairedRules(64, ROOT, 21, 1)
    around = rules.masking_graph[5]
    assert not rules.holds_together(set(range(64)) - set(around))
    assert rules.holds_together(set(range(64)) - set(around[1:]))


def test_a_stranger_to_the_victim_is_no_accomplice():
    rules = Rules(200, ROOT, 20, 5)
    stranger = next(number for number in range(1, 200) if number not in rules.masking_graph[0])
    with pytest.raises(ValueError, match=f"client {stranger} has no mask together with client 0"):
        IsolatingServer(rules, victim=0, accomplice=stranger)
