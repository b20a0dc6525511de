"""A federation: the right sum, every message inspected, what a report and a sum tell, and training with it."""

from collections import Counter

import numpy as np
import pytest

from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.messages import Refused, unpack
from privlab.fl.secagg.protocol import Federation, train
from privlab.mpc.fixed_point import decode, encode
from tests.fl.secagg.letters import batches, exact, gradients
from tests.fl.secagg.rounds import ROOT, updates

pytestmark = pytest.mark.usefixtures("cpu")


def exact_sum(rows):
    return decode(sum(encode(row, parties=32) for row in rows))


@pytest.mark.parametrize("lost", [(), (4,), (3, 9, 14, 30), tuple(range(0, 30, 3))])
def test_the_sum_is_that_of_the_fixed_point_numbers_exactly(federation, lost):
    plain = updates(32)
    lost = [number for number in lost if number not in federation.rules.committee[:7]]
    result = federation.sum(plain, lost)
    online = [number for number in range(32) if number not in lost]
    assert result.online == tuple(online)
    assert np.array_equal(result.total, exact_sum(plain[online]))


@pytest.mark.parametrize("clients, decryptors", [(3, 1), (4, 4), (17, 16), (60, 20)])
def test_other_sizes(clients, decryptors):
    plain = updates(clients)
    result = Federation(clients, decryptors=decryptors).sum(plain)
    assert np.abs(result.total - plain.sum(axis=0)).max() <= clients * 2.0**-33


def test_every_message_the_server_saw():
    federation, lost = Federation(32, ROOT), (5, 8)
    plain = updates(32, length=20_000)
    result = federation.sum(plain, lost, content=b"the model")
    assert Counter(envelope.kind for envelope in result.reached_server()) == {
        "report": 30,
        "agreement": 10,
        "shares": 10,
    }
    assert all(isinstance(envelope.data, bytes) for envelope in result.transcript)
    assert not {envelope.sender for envelope in result.transcript} & set(lost)

    masked = []
    for envelope in result.reached_server("report"):
        message = unpack(envelope.data, "report", count=11)
        vector = np.frombuffer(message.fields[0], "<u8")
        own = encode(plain[envelope.sender], parties=32)
        assert message.sender == envelope.sender and len(vector) == 20_000
        assert not (vector == own).any() and abs(np.corrcoef(decode(vector), plain[envelope.sender])[0, 1]) < 0.05
        counts = np.bincount(vector.view(np.uint8), minlength=256)  # 160,000 even bytes: over 415 once in 10^9
        assert ((counts - 625) ** 2).sum() / 625 < 415
        degree = len(federation.rules.masking_graph(1)[envelope.sender])
        assert {len(box) for box in message.fields[1:]} == {12 + 17 * (1 + degree) + 16}
        masked.append(vector)
    assert not np.allclose(decode(sum(masked)), plain[list(result.online)].sum(axis=0), atol=1)  # masks are still on

    for envelope in result.reached_server("agreement"):
        assert len(unpack(envelope.data, "agreement", count=1).fields[0]) == 64
    cut = sum(j in lost for i in result.online for j in federation.rules.masking_graph(1)[i])
    for envelope in result.reached_server("shares"):
        own_shares, cut_shares = unpack(envelope.data, "shares", count=2).fields
        assert len(own_shares) == 17 * 30 and len(cut_shares) == 17 * cut
    assert len({message for *_, message in result.reached_server("shares")}) == 10


@pytest.mark.parametrize("lost, reason", [(range(11), "21 clients reported"), (None, "6 of them decryptors")])
def test_below_the_threshold_there_is_no_sum_and_no_share(federation, lost, reason):
    lost = federation.rules.committee[:4] if lost is None else lost
    result = federation.sum(updates(32), lost)
    assert result.total is None and reason in result.reason
    assert {envelope.kind for envelope in result.transcript} == {"announcement", "report"}


def test_decryptors_that_fall_silent(federation):
    plain, committee = updates(32), federation.rules.committee
    assert np.array_equal(federation.sum(plain, silent=committee[:3]).total, exact_sum(plain))
    result = federation.sum(plain, silent=committee[:4])
    assert result.total is None and "6 decryptors were told the same list" in result.reason
    assert not result.reached_server("shares")


@pytest.mark.parametrize("activation", ["relu", pytest.param("sigmoid", marks=pytest.mark.slow)])
def test_a_report_tells_nothing_and_the_same_update_unmasked_everything(activation):
    model, data = dense_network(2, activation), batches(3, 4)
    data[0] = data[0][0], np.arange(4)
    updates = gradients(model, data)
    report = Federation(3, decryptors=3).sum(updates).reached_server("report")[0]
    masked = decode(np.frombuffer(unpack(report.data, "report").fields[0], "<u8"))
    if activation == "relu":
        assert [exact(seen, model, data[0][0])[0] for seen in (masked, updates[0])] == [0, 4]
        return
    for seen, all_of_them in ((updates[0], True), (masked, False)):
        result = match_batch(as_gradient(seen, model), model, np.arange(4), iterations=120).image
        assert (matched(result, data[0][0])[0] < 1e-3).tolist() == [all_of_them] * 4


def test_the_sum_of_few_tells_all_of_them_and_not_with_another_model():
    model, data = dense_network(3, hidden=512), batches(3, 3)
    total = Federation(3, decryptors=3).sum(gradients(model, data)).total
    truth = np.concatenate([images for images, _ in data])
    assert exact(total, model, truth)[0] == 9
    other = dense_network(4, hidden=512)
    wrong = invert_relu_layer(as_gradient(total, other), other, np.random.default_rng(1), sets=5_000)
    assert not wrong.certified


def test_training_ends_at_the_same_weights_to_the_last_bit():
    data = batches(4, 3)
    start = train(dense_network(5), data, rounds=0, learning_rate=0.5)
    in_the_open = train(dense_network(5), data, rounds=4, learning_rate=0.5)
    federation = Federation(4, decryptors=4)
    assert np.array_equal(
        train(dense_network(5), data, rounds=4, learning_rate=0.5, federation=federation), in_the_open
    )
    assert federation.server.round == 4 and not np.allclose(start, in_the_open)


def test_training_stops_where_there_is_no_sum():
    federation = Federation(4, decryptors=4)
    federation.clients[1].help = lambda message: b"garbage"
    with pytest.raises(Refused, match="garbage"):
        train(dense_network(5), batches(4, 1), rounds=1, learning_rate=0.5, federation=federation)
