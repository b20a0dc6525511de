"""A federation: the right sum, every message inspected, what a report and a sum tell, and training with it."""

from collections import Counter

import numpy as np
import pytest

from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused, unpack
from privlab.fl.secagg.protocol import Federation, train
from privlab.fl.secagg.server import AggregationServer
from privlab.mpc.fixed_point import decode, encode
from tests.fl.secagg.letters import batches, exact, gradients
from tests.fl.secagg.rounds import ROOT, updates

pytestmark = pytest.mark.usefixtures("cpu")


def exact_sum(rows):
    return decode(sum(encode(row, parties=32) for row in rows))


@pytest.mark.slow
@pytest.mark.parametrize("lost", [(), (4,), tuple(range(0, 30, 3))])
def test_the_sum_is_that_of_the_fixed_point_numbers_exactly(federation, lost):
    plain = updates(32)
    result = federation.sum(plain, lost)
    online = [number for number in range(32) if number not in lost]
    assert result.online == tuple(online)
    assert np.array_equal(result.total, exact_sum(plain[online]))


@pytest.mark.slow
@pytest.mark.parametrize("clients, accomplices", [(3, 1), (4, 2), (17, 1), (40, 4)])
def test_other_sizes(clients, accomplices):
    plain = updates(clients)
    result = Federation(clients, accomplices=accomplices).sum(plain)
    assert np.abs(result.total - plain.sum(axis=0)).max() <= clients * 2.0**-33


@pytest.mark.slow
def test_every_message_the_server_saw():
    federation, lost = Federation(32, ROOT), (5, 8)
    plain = updates(32, length=20_000)
    result = federation.sum(plain, lost, content=b"the model")
    helpers, degree = set(federation.rules.committee) - {*lost}, 2 * federation.rules.reach
    assert Counter(envelope.kind for envelope in result.reached_server()) == {
        "report": 30,
        "agreement": len(helpers),
        "shares": len(helpers),
    }
    assert all(isinstance(envelope.data, bytes) for envelope in result.transcript)
    assert not {envelope.sender for envelope in result.transcript} & set(lost)

    masked = []
    for envelope in result.reached_server("report"):
        message = unpack(envelope.data, "report", count=2 + 24)
        vector = np.frombuffer(message.fields[0], "<u8")
        own = encode(plain[envelope.sender], parties=32)
        assert message.sender == envelope.sender and len(vector) == 20_000
        assert not (vector == own).any() and abs(np.corrcoef(decode(vector), plain[envelope.sender])[0, 1]) < 0.05
        counts = np.bincount(vector.view(np.uint8), minlength=256)  # 160,000 even bytes: over 415 once in 10^9
        assert ((counts - 625) ** 2).sum() / 625 < 415
        assert len(message.fields[1]) == 32 * (1 + degree)
        assert {len(box) for box in message.fields[2:]} == {12 + 17 * (1 + degree) + 16}
        masked.append(vector)
    assert not np.allclose(decode(sum(masked)), plain[list(result.online)].sum(axis=0), atol=1)  # masks are still on

    for envelope in result.reached_server("agreement"):
        assert [len(field) for field in unpack(envelope.data, "agreement", count=2).fields] == [64, 0]
    cut = sum(j in lost for i in result.online for j in federation.rules.masking_graph[i])
    for envelope in result.reached_server("shares"):
        own_shares, cut_shares = unpack(envelope.data, "shares", count=2).fields
        assert len(own_shares) == 17 * 30 and len(cut_shares) == 17 * cut
    assert len({message for *_, message in result.reached_server("shares")}) == len(helpers)


def test_below_the_threshold_there_is_no_sum_and_no_share(federation):
    result = federation.sum(updates(32), iter(range(11)))
    assert result.total is None and "21 clients reported and it takes 22" in result.reason
    assert {envelope.kind for envelope in result.transcript} == {"announcement", "report"}


@pytest.mark.slow
def test_decryptors_that_fall_silent(federation):
    plain, committee = updates(32), federation.rules.committee
    assert np.array_equal(federation.sum(plain, silent=committee[:10]).total, exact_sum(plain))
    result = federation.sum(plain, silent=committee[:11])
    assert result.total is None and "13 decryptors agreed, and it takes 14" in result.reason
    assert not result.reached_server("shares")


@pytest.mark.parametrize("activation", ["relu", pytest.param("sigmoid", marks=pytest.mark.slow)])
def test_a_report_tells_nothing_and_the_same_update_unmasked_everything(activation):
    model, data = dense_network(2, activation), batches(3, 4)
    data[0] = data[0][0], np.arange(4)
    updates = gradients(model, data)
    report = Federation(3).sum(updates).reached_server("report")[0]
    masked = decode(np.frombuffer(unpack(report.data, "report").fields[0], "<u8"))
    if activation == "relu":
        assert [exact(seen, model, data[0][0])[0] for seen in (masked, updates[0])] == [0, 4]
        return
    for seen, all_of_them in ((updates[0], True), (masked, False)):
        result = match_batch(as_gradient(seen, model), model, np.arange(4), iterations=120).image
        assert (matched(result, data[0][0])[0] < 1e-3).tolist() == [all_of_them] * 4


@pytest.mark.slow
def test_the_sum_of_few_tells_all_of_them_and_not_with_another_model():
    model, data = dense_network(3, hidden=512), batches(3, 3)
    total = Federation(3).sum(gradients(model, data)).total
    truth = np.concatenate([images for images, _ in data])
    assert exact(total, model, truth)[0] == 9
    other = dense_network(4, hidden=512)
    wrong = invert_relu_layer(as_gradient(total, other), other, np.random.default_rng(1), sets=5_000)
    assert not wrong.certified


@pytest.mark.slow
def test_training_ends_at_the_same_weights_to_the_last_bit():
    data = batches(4, 3)
    start = train(dense_network(5), data, rounds=0, learning_rate=0.5)
    in_the_open = train(dense_network(5), data, rounds=4, learning_rate=0.5)
    federation = Federation(4)
    assert np.array_equal(
        train(dense_network(5), data, rounds=4, learning_rate=0.5, federation=federation), in_the_open
    )
    assert federation.server.round == 4 and not np.allclose(start, in_the_open)


def test_a_round_of_training_steps_against_the_average():
    data = batches(4, 3)
    model = dense_network(5)
    start, mean = train(dense_network(5), data, rounds=0, learning_rate=0.5), gradients(model, data).mean(axis=0)
    assert np.allclose(train(model, data, rounds=1, learning_rate=0.5), start - 0.5 * mean, rtol=0, atol=1e-8)


@pytest.mark.slow
def test_training_stops_where_there_is_no_sum():
    federation = Federation(4)
    for client in federation.clients[:2]:
        client.help = lambda message: b"garbage"
    with pytest.raises(Refused, match="2 decryptors helped, and it takes 3"):
        train(dense_network(5), batches(4, 1), rounds=1, learning_rate=0.5, federation=federation)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["report", "agree", "help"])
def test_a_round_goes_on_without_whom_it_refuses(step):
    """Garbage, nothing, or the message of a round before: it is as if that client were lost."""
    federation, plain = Federation(8, ROOT), updates(8)
    decryptor = federation.rules.committee[0]
    client, there = federation.clients[decryptor], [number for number in range(8) if number != decryptor]
    kind = {"report": "report", "agree": "agreement", "help": "shares"}[step]
    before = next(each for each in federation.sum(plain).reached_server(kind) if each.sender == decryptor).data
    honest = getattr(client, step)
    for answer in (b"garbage", None, before):
        setattr(client, step, lambda *_, answer=answer: answer)
        result = federation.sum(plain)
        assert result.refused and result.online == tuple(there if step == "report" else range(8))
        assert np.allclose(result.total, plain[list(result.online)].sum(axis=0))
    setattr(client, step, honest)
    assert not federation.sum(plain).refused


def test_what_is_no_round_is_refused_before_it_begins(federation):
    plain, before = updates(32), federation.server.round
    for wrong, named, sentence in (
        (plain[:31], {}, "one row for each of 32 clients"),
        (updates(33), {}, "one row for each of 32 clients"),
        ([*plain[:31], plain[0][:9]], {}, "all of one length"),
        (plain[:, :, None], {}, "all of one length"),
        (np.where(plain == plain[3, 3], np.nan, plain), {}, "NaN"),
        (plain * 1e7, {}, "must stay below"),
        (["text"] * 32, {}, "text"),
        (plain, dict(lost=[32]), "0 to 31, in a list, got 32"),
        (plain, dict(silent=["5"]), "0 to 31"),
        (plain, dict(silent="5"), "0 to 31"),
        (plain, dict(lost=5.5), "0 to 31, in a list, got 5.5"),
        (plain, dict(lost=[[1]]), "0 to 31, in a list"),
        (None, {}, "one for each client, got NoneType"),
        (7, {}, "one for each client, got int"),
    ):
        with pytest.raises(ValueError, match=sentence):
            federation.sum(wrong, **named)
    assert federation.server.round == before
    for wrong in (dict(rules=8), dict(server="a server")):
        with pytest.raises(TypeError, match="rules|AggregationServer"):
            Federation(3, **wrong)
    for clients in ("8", None, 2, 3.0):
        with pytest.raises(ValueError, match="number of clients"):
            Federation(clients)


def test_a_mask_is_no_list_of_clients_and_a_server_has_the_same_rules():
    """[True, False, ...] would name clients 1 and 0, whoever was meant."""
    federation = Federation(4, ROOT, lost=1, accomplices=1)
    for wrong in ([True, False, False, False], np.array([True, False, False, False]), [1.0], ["1"]):
        with pytest.raises(ValueError, match="lost names clients by their numbers, 0 to 3, in a list"):
            federation.sum(updates(4), lost=wrong)
    with pytest.raises(ValueError, match="keeps the rules of its clients"):
        Federation(4, ROOT, lost=1, accomplices=1, server=AggregationServer(Rules(4, ROOT, 0, 1)))
