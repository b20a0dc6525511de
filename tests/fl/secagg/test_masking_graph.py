"""Who masks with whom, and who helps: the same for all, mutual, in one piece."""

import numpy as np
import pytest

from privlab.fl.secagg.masking_graph import Rules

ROOT = bytes(range(16))


@pytest.mark.parametrize("clients", [3, 16, 17, 32, 300])
def test_the_graph_is_the_same_for_all_and_every_neighbour_is_mutual(clients):
    rules = Rules(clients, ROOT, decryptors=3)
    graph = rules.masking_graph(7)
    assert graph == Rules(clients, ROOT, decryptors=3).masking_graph(7)
    assert all(i in graph[j] and i != j for i in range(clients) for j in graph[i])
    assert all(row == tuple(sorted(set(row))) for row in graph)
    assert rules.connected(7, range(clients))
    if clients > 16:
        assert graph != rules.masking_graph(8) and max(map(len, graph)) < clients - 1
        assert graph != Rules(clients, bytes(16), decryptors=3).masking_graph(7)


def test_neighbours_grow_with_the_logarithm():
    """The average is just under twice the picks: who picked it comes on top."""
    for clients in (32, 256, 1024):
        picks = np.ceil(np.log2(clients))
        average = np.mean([len(row) for row in Rules(clients, ROOT).masking_graph(1)])
        assert 1.6 * picks < average <= 2 * picks


def test_a_third_away_does_not_tear_the_graph_in_300_rounds():
    rules, rng = Rules(32, ROOT), np.random.default_rng(5)
    for round in range(300):
        assert rules.connected(round, sorted(rng.choice(32, 22, replace=False).tolist()))


def test_an_island_is_seen():
    rules = Rules(32, ROOT)
    alone = set(rules.masking_graph(1)[0])
    assert not rules.connected(1, [i for i in range(32) if i not in alone])


@pytest.mark.parametrize("decryptors", range(1, 61))
def test_two_quorums_share_an_honest_decryptor(decryptors):
    rules = Rules(60, ROOT, decryptors)
    assert 2 * rules.quorum - decryptors > rules.threshold  # more in both than can be dishonest
    assert rules.threshold < rules.quorum and 3 * rules.threshold < decryptors


def test_committees_are_drawn_by_the_root():
    committees = {Rules(60, bytes([i]) * 16).committee for i in range(20)}
    assert len(committees) == 20 and all(len(set(each)) == 10 for each in committees)


@pytest.mark.parametrize(
    "wrong", [dict(clients=2), dict(decryptors=0), dict(decryptors=9), dict(minimum=1), dict(minimum=9)]
)
def test_rules_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="clients"):
        Rules(**{"clients": 8, "root": ROOT, "decryptors": 4} | wrong)
