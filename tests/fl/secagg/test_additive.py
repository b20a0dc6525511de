"""What the sum hides and what it tells: attacks on shares, masks and sums, training with and without, the pictures."""

import numpy as np
import pytest

from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg import malicious_server
from privlab.fl.secagg.additive import as_gradient, share_updates
from privlab.fl.secagg.messages import Refused, unpack
from privlab.fl.secagg.protocol import Federation, train
from privlab.lab.live_figures import empty
from privlab.lab.style import new_figure, png
from privlab.lessons.secure_aggregation.figures import draw_round, draw_rows_seen, draw_step
from privlab.mpc.fixed_point import decode


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def strokes(seed):
    """A made-up letter: three strokes of ink with soft edges, uint8 [28, 28]."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    ink = np.zeros((28, 28))
    for _ in range(3):
        slope, offset = rng.uniform(-1.5, 1.5), rng.uniform(8, 20)
        ink = np.maximum(ink, 255 - 90 * np.abs(columns - offset - slope * (rows - 14)))
    ink[:4] = ink[-4:] = ink[:, :4] = ink[:, -4:] = 0
    return np.clip(ink, 0, 255).astype(np.uint8)


def batches(clients, each):
    rng = np.random.default_rng(clients)
    return [
        (np.array([strokes(100 * client + letter) for letter in range(each)]), rng.integers(26, size=each))
        for client in range(clients)
    ]


def gradients(model, data):
    return np.array([client_gradient(model, *batch).numbers for batch in data])


def exact(numbers, model, truth):
    found = invert_relu_layer(as_gradient(numbers, model), model, np.random.default_rng(1))
    return int(matched(found.images, truth)[1].sum()), found


def test_shares_add_up_and_neither_a_share_nor_a_partial_sum_gives_a_letter_away():
    model, data = dense_network(1), batches(3, 5)
    updates = gradients(model, data)
    shared = share_updates(updates)
    assert np.abs(shared.total - updates.sum(axis=0)).max() <= 3 * 2.0**-33
    assert exact(updates[0], model, data[0][0])[0] == 5
    for seen in (
        shared.handed(giver=0, receiver=1),
        shared.handed(giver=0, receiver=0),
        decode(shared.partial_sums[1]),
    ):
        count, found = exact(seen, model, data[0][0])
        assert count == 0 and found.batch_size is None and "no batch size fits" in found.reason
        assert not np.isclose(seen, updates[0]).any()


def test_updates_that_do_not_fit_together_are_refused():
    for wrong in ([np.zeros(3)], [np.zeros(3), np.zeros(4)], np.zeros((2, 2, 2))):
        with pytest.raises(ValueError, match="two rows of one length"):
            share_updates(wrong)
    with pytest.raises(ValueError, match="NaN"):
        share_updates([[0.0, np.nan], [0.0, 1.0]])
    with pytest.raises(ValueError, match="in a row"):
        as_gradient(np.zeros(5), dense_network(1))


def test_a_gradient_comes_back_from_its_row():
    model = dense_network(1, hidden=8)
    gradient = client_gradient(model, *batches(1, 2)[0])
    for mine, its in zip(as_gradient(gradient.numbers, model).parts, gradient.parts):
        assert np.array_equal(mine, its)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
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
        found = match_batch(model, as_gradient(seen, model), np.arange(4), iterations=120).image
        assert (matched(found, data[0][0])[0] < 1e-3).tolist() == [all_of_them] * 4


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


def test_every_trick_is_refused_and_an_honest_request_is_not():
    federation = Federation(17, b"a public root", decryptors=10)
    opening = federation.server.announce(10)
    for client in federation.clients[:-1]:
        federation.server.receive(client.report(opening, np.zeros(10)))
    requests = federation.server.label()
    number, request = next(iter(requests.items()))
    agree = federation.clients[number].agree
    for trick, reason in (
        (malicious_server.both_masks(request, victim=3, clients=17), "client 3 is named online and lost"),
        (malicious_server.forged_survivor(request, victim=16, clients=17), "client 16 sealed no such shares"),
        (malicious_server.only(request, few=[0, 1], clients=17), "2 clients are online"),
    ):
        assert reason in malicious_server.answer(agree, trick)
    assert (
        malicious_server.answer(agree, malicious_server.named_lost(request, victim=3, clients=17))
        == "gives what it is asked for"
    )
    assert "agreed to a list" in malicious_server.answer(agree, request)


def test_the_figures_say_what_they_show():
    numbers = {"x": 0.75, "y": -0.5, "z": 1.25}
    figure, axes = new_figure()
    line = draw_step(axes, 2, numbers)
    assert "y 18,446,744,073,709,551,614" in line and line.endswith(
        "sum modulo 2^64: 6, which stands for 1.5; the true sum is 1.5"
    )
    png(figure)
    figure.set_layout_engine("none")  # as the live figure does after its first drawing
    first = png(figure)
    empty(axes)
    draw_step(axes, 5, numbers)
    empty(axes)
    draw_step(axes, 2, numbers)
    assert png(figure) == first

    figure, axes = new_figure(panels=2)
    plain = np.where(np.arange(784) < 100, 0.0, 0.5)
    assert draw_rows_seen(axes, plain, np.arange(784, dtype=np.uint64)) == (
        "zeros among 784 numbers: 100 in the tablet's row, 1 in what the server sees"
    )

    graphs = [((1, 3), (0, 2), (1, 3), (0, 2))] * 3
    values = dict(order=[2, 0, 1, 3], rounds=["right", "right", "no sum"], graphs=graphs, committee=(0, 1))
    figure, axes = new_figure()
    assert draw_round(axes, 1, **values) == (
        "3 of 4 clients report, 2 of 2 decryptors among them\n2 pairs' masks are left over: right"
    )
    png(figure)
    figure.set_layout_engine("none")  # as the live figure does after its first drawing
    first = png(figure)
    empty(axes)
    assert draw_round(axes, 2, **values).startswith("2 of 4 clients report, 1 of 2")
    empty(axes)
    draw_round(axes, 1, **values)
    assert png(figure) == first
