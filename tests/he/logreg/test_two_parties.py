"""Two processes train with files between them: keys to decrypt lie on one side only, and no process is left behind."""

import pathlib
import subprocess
import sys

import numpy as np
import psutil
import pytest

from privlab.he.circuits.evaluators import Depth
from privlab.he.ckks.serialization import load
from privlab.he.logreg import two_parties
from privlab.he.logreg.circuits import train_in_the_clear
from privlab.he.logreg.job import Job
from privlab.he.logreg.two_parties import PROGRAMS, train

pytest.importorskip("tenseal")
SMALL = Job(minibatches=2, samples=8, learning_rate=1.0, dropped=(2, 32))


def passes(count):
    rng = np.random.default_rng(3)
    return [[rng.uniform(-0.5, 0.5, (8, 8)) for _ in range(2)] for _ in range(count)], rng.normal(0, 0.05, 8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    before = set(psutil.Process().children(recursive=True))
    trained = train(SMALL, *passes(2), folder / "run", seconds=120)
    assert set(psutil.Process().children(recursive=True)) <= before
    return folder / "run", trained


@pytest.mark.slow
def test_both_passes_are_the_training_in_the_clear_and_no_level_is_left(run):
    _, trained = run
    (first, second), start = passes(2)
    for got, weights in zip(
        trained.weights,
        (
            train_in_the_clear(first, start, 1.0, SMALL.polynomial),
            train_in_the_clear(first + second, start, 1.0, SMALL.polynomial),
        ),
    ):
        assert got == pytest.approx(weights, abs=1e-3)
    assert trained.levels_left == [0, 0] and SMALL.parameters().depth == Depth()(SMALL.training().circuit) == 5
    assert trained.bytes_sent > 100_000 and trained.seconds["passes"] > trained.seconds["server"] > 0


@pytest.mark.slow
def test_the_client_has_ended_before_the_server_starts(tmp_path, monkeypatch):
    order, client, begin = [], two_parties._client, two_parties._Server.__init__
    monkeypatch.setattr(two_parties, "_client", lambda *given: order.append(given[2]) or client(*given))
    monkeypatch.setattr(two_parties._Server, "__init__", lambda *given: order.append("server") or begin(*given))
    train(SMALL, *passes(2), tmp_path / "run", seconds=120)
    assert order == ["keys", "send", "server", "refresh", "receive"]


@pytest.mark.slow
def test_keys_to_decrypt_lie_on_one_side_only(run):
    folder, _ = run
    parameters, own, sent = SMALL.parameters(), folder / "client", folder / "sent"
    load("secret key", own / "secret-key", parameters)
    expected = (
        {"job.json", "product-key", "result"}
        | {f"rotation-key-{steps}" for steps in parameters.rotations}
        | {f"input-{node.detail}" for node in SMALL.training().circuit.nodes if node.operation == "input"}
    )
    assert {path.name for path in sent.rglob("*")} == expected
    for path in sent.iterdir():
        with pytest.raises(ValueError):
            load("secret key", path, parameters)
    secret = (own / "secret-key").read_bytes()
    pieces = [secret[at : at + 32] for at in range(200, len(secret) - 64, 997)]

    def holds_a_piece(content):
        return any(piece in content for piece in pieces)

    for path in sent.iterdir():
        content = path.read_bytes()
        assert not holds_a_piece(content), f"a piece of the secret key is in {path.name}"
        assert holds_a_piece(content[:1000] + secret[100:2000] + content[1000:]), (
            "the search finds a piece that is there"
        )
    program = (PROGRAMS / "server.py").read_text()
    assert "secret" not in program and "Client" not in program and "own" not in program.split()


@pytest.mark.slow
def test_what_the_server_is_sent_does_not_hold_the_numbers(run):
    """Samples and weights are looked for as float64, float32 (by twos: 8 bytes) and text, and found in the client's
    own files.

    Random bytes hold such a pattern by chance once in 10^10 runs.
    """
    folder, _ = run
    (first, _), start = passes(2)

    def holds(content, numbers):
        twos = [
            numbers[at : at + 2].astype(kind).tobytes()
            for at in range(len(numbers) - 1)
            for kind in (np.float64, np.float32)
        ]
        return any(pattern in content for pattern in (*twos, *(f"{number:.7f}".encode() for number in numbers)))

    numbers, (sent, own) = (first[0][0], start), (folder / "sent", folder / "client")
    assert holds((own / "numbers.npz").read_bytes(), numbers[0])
    for kind in (np.float64, np.float32):
        assert holds(b"before" + start.astype(kind).tobytes(), numbers[1])
    assert holds(",".join(map("{:.9f}".format, first[0][0])).encode(), numbers[0])
    for path in sent.iterdir():
        assert not any(holds(path.read_bytes(), row) for row in numbers), path.name


@pytest.mark.slow
def test_a_changed_file_and_a_foreign_key_are_told(run):
    folder, _ = run
    sent, name = folder / "sent", "input-G[0]"
    whole = (sent / name).read_bytes()
    try:
        (sent / name).write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
        done = _server(sent)
        assert done.returncode and done.stderr.splitlines()[-1].endswith(
            "input-G[0] was cut short or changed on its way: ask for it again"
        )
        (sent / name).write_bytes(whole[:3000])
        assert "input-G[0] was cut short" in _server(sent).stderr
    finally:
        (sent / name).write_bytes(whole)
    (folder / "other").mkdir()
    _client(folder / "other", folder / "other", "keys", folder)
    done = _client(folder / "other", sent, "receive", folder)
    assert done.returncode and "this key belongs to another client" in done.stderr


def _server(sent):
    return subprocess.run(
        [sys.executable, str(PROGRAMS / "server.py"), str(sent)],
        input="train\n",
        text=True,
        capture_output=True,
        timeout=60,
        cwd=pathlib.Path(__file__).parents[3],
    )


def _client(own, sent, step, folder):
    if not (sent / "job.json").exists():
        SMALL.write(sent / "job.json")
    return subprocess.run(
        [sys.executable, str(PROGRAMS / "client.py"), str(own), str(sent), step, "0"],
        text=True,
        capture_output=True,
        timeout=60,
        cwd=folder,
    )


@pytest.mark.slow
def test_a_run_that_takes_too_long_leaves_nothing_behind(tmp_path):
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(TimeoutError, match="did not finish in time and was stopped"):
        train(SMALL, *passes(1), tmp_path / "run", seconds=0.5)
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.slow
def test_a_side_that_fails_is_told(tmp_path):
    given, start = passes(1)
    with pytest.raises(RuntimeError, match="the client failed: expected a matrix"):
        train(SMALL, [[minibatch[:4] for minibatch in given[0]]], start, tmp_path / "run")


def test_too_little_memory_is_told_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10**6}))
    with pytest.raises(ValueError, match="needs about .* GB of memory"):
        train(SMALL, *passes(1), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
