"""The promise in numbers, and what follows from it: who masks with whom, who helps, when a ring is cut."""

import itertools

import numpy as np
import pytest

from privlab.fl.secagg import masking_graph
from privlab.fl.secagg.masking_graph import UNLUCKY, Rules, _tail

ROOT = bytes(range(16))


@pytest.mark.parametrize("clients", [3, 4, 16, 17, 32, 300])
def test_the_graph_is_the_same_for_all_and_every_neighbour_is_mutual(clients):
    rules = Rules(clients, ROOT)
    graph = rules.masking_graph
    assert graph == Rules(clients, ROOT).masking_graph
    assert all(i in graph[j] and i != j for i in range(clients) for j in graph[i])
    assert all(row == tuple(sorted(set(row))) for row in graph)
    assert {len(row) for row in graph} == {min(2 * rules.reach, clients - 1)}
    assert rules.holds_together(range(clients))
    if clients > 4:
        assert rules.ring != Rules(clients, bytes(16)).ring


def cut_by(graph, online, taken):
    """Whether those online fall apart without the ones taken away: by walking."""
    left = set(online) - set(taken)
    reached, todo = set(), [min(left)]
    while todo:
        number = todo.pop()
        reached.add(number)
        todo += [other for other in graph[number] if other in left and other not in reached]
    return reached != left


def test_the_fewest_that_cut_the_ring_are_counted_rightly():
    """Against every choice of clients to take away, in small rings with clients lost at random."""
    rng, seen = np.random.default_rng(1), set()
    for clients, reach, _ in itertools.product((8, 9, 11), (1, 2, 3), range(6)):
        rules = Rules(clients, rng.bytes(4), 1, 1)
        rules.__dict__["reach"] = reach
        online = np.flatnonzero(rng.random(clients) < 0.8).tolist()
        every = (pick for size in range(len(online) - 1) for pick in itertools.combinations(online, size))
        fewest = next((len(pick) for pick in every if cut_by(rules.masking_graph, online, pick)), len(online))
        assert rules.fewest_to_cut(online) == fewest
        seen.add(fewest)
    assert len(seen) > 4


def test_what_the_promise_says_comes_true_whoever_is_lost():
    """Every loss of at most d clients, with every choice of c accomplices, in federations that are small."""
    for clients, lost, accomplices in ((6, 1, 1), (7, 2, 1), (8, 2, 2), (9, 3, 2)):
        rules = Rules(clients, ROOT, lost, accomplices)
        for gone in itertools.combinations(range(clients), lost):
            online = set(range(clients)) - set(gone)
            assert rules.holds_together(online) and len(online) >= rules.minimum
            assert len(online & set(rules.committee)) >= rules.quorum
            for taken in itertools.combinations(sorted(online), accomplices):
                assert not cut_by(rules.masking_graph, online, taken)
                assert len(online - set(taken)) >= rules.honest >= 2


@pytest.mark.slow
@pytest.mark.parametrize("clients, lost, accomplices", [(32, 10, 3), (200, 20, 5), (1000, 100, 10), (1000, 0, 10)])
def test_losses_at_random_end_no_round(clients, lost, accomplices):
    rules, rng = Rules(clients, ROOT, lost, accomplices), np.random.default_rng(5)
    assert len(rules.masking_graph[0]) < min(clients - 1, 40)
    for _ in range(20):
        online = set(rng.permutation(clients)[lost:].tolist())
        assert rules.holds_together(online) and len(online & set(rules.committee)) >= rules.quorum
    assert _tail(clients, lost, rules.decryptors, above=rules.decryptors - rules.quorum) <= UNLUCKY


def test_a_tail_is_counted_rightly():
    ways = [sum(number < 7 for number in gone) > 2 for gone in itertools.combinations(range(12), 5)]
    assert np.isclose(_tail(12, 5, 7, above=2), np.mean(ways))


def test_who_is_online_is_named_by_numbers():
    for wrong in (None, 3, [[1]], 2.5):
        with pytest.raises(ValueError, match="named by their numbers"):
            Rules(8, ROOT).holds_together(wrong)


def test_an_island_is_seen_and_a_client_that_hangs_on_one_other():
    rules = Rules(200, ROOT, 20, 5)
    around = rules.masking_graph[0]
    assert rules.fewest_to_cut(set(range(200)) - set(around)) == 0
    assert rules.fewest_to_cut(set(range(200)) - set(around[1:])) == 1
    assert not rules.holds_together(set(range(200)) - set(around[5:])) and rules.holds_together(range(200))


@pytest.mark.parametrize("clients", range(3, 60))
def test_two_quorums_share_an_honest_decryptor(clients):
    for accomplices in range(1, clients - 2):
        rules = Rules(clients, ROOT, accomplices=accomplices)
        assert 2 * rules.quorum - rules.decryptors > accomplices  # more in both than can be dishonest
        assert rules.threshold == accomplices < rules.quorum and rules.decryptors <= clients
        assert rules.clients - rules.lost - accomplices == rules.honest >= 2
        spare = rules.quorum - rules.threshold - 1  # a wrong share takes two of these, as Reed and Solomon found
        assert 2 * rules.corrected <= spare < 2 * rules.corrected + 2
        assert rules.largest * clients == pytest.approx(
            2**21
        )  # of 2^31 that a sum in fixed point holds: ten bits are free


def test_committees_are_drawn_by_the_root():
    committees = {Rules(60, bytes([i]) * 16).committee for i in range(20)}
    assert len(committees) == 20 and all(len(set(each)) == Rules(60, ROOT).decryptors for each in committees)
    rules = Rules(60, ROOT)
    assert set(rules.committee) != set(rules.ring[: rules.decryptors]), "who helps does not hang on who sits where"


def test_the_promise_is_a_sentence_with_its_numbers():
    assert Rules(32, ROOT).promise == (
        "of 32 clients any 3, decryptors or not, may do what the server wants: it learns one sum a round, of at least "
        "19 honest clients, and nothing else; whichever 10 of them are lost, the round ends with it"
    )
    assert "at most one way in 10^9 to lose 100" in Rules(1000, ROOT, 100, 10).promise


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (dict(clients=2), "number of clients"),
        (dict(clients="8"), "clients"),
        (dict(clients=2.5), "clients"),
        (dict(accomplices=0), "accomplices"),
        (dict(accomplices=True), "accomplices"),
        (dict(accomplices=7), "at least 9 clients"),
        (dict(lost=-1), "lost"),
        (dict(lost=4), "at least 10 clients"),
        (dict(clients=3, accomplices=2), "at least 4 clients"),
        (dict(clients=3, lost=1), "at least 4 clients"),
    ],
)
def test_promises_that_cannot_be_kept_are_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Rules(**{"clients": 8, "root": ROOT} | wrong)
    with pytest.raises(TypeError, match="root of a secure sum is bytes"):
        Rules(8, "root")


def test_the_fewest_are_the_same_in_parts_and_a_promise_is_said_for_any_number_of_clients(monkeypatch):
    whole, parted = Rules(60, ROOT), Rules(60, bytes(16))
    online = [number for number in range(60) if number % 7]
    expected = parted.fewest_to_cut(online)
    masking_graph._fewest_to_cut.cache_clear()
    monkeypatch.setattr(masking_graph, "PAIRS", 300)
    assert parted.fewest_to_cut(online) == expected and whole.fewest_to_cut(range(60)) == 2 * whole.reach
    assert "one way in 10^9" in Rules(2**31, ROOT).promise
