"""Every secret is drawn anew: two processes, and two draws of one process, have none in common.

A generator with a fixed seed gives uniform numbers, and the same ones in every process: only a second process tells.
"""

import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from tests.house.modules import ROOT

MANY = 200  # small numbers are drawn so often that two rows of them agree once in 10^50
SYSTEM = {}  # what is drawn from `secrets`, by the place that draws it
OTHERS = {}  # what a library draws itself


def drawn(where, kept=SYSTEM):
    """Notes what a function draws at a place, something that JSON can hold."""

    def note(function):
        kept[where] = function
        return function

    return note


@drawn("mpc.additive.share")
def _():
    from privlab.mpc.additive import share

    return share(3800, parties=3).shares


@drawn("mpc.additive.share_in_integers")
def _():
    from privlab.mpc.additive import share_in_integers

    return share_in_integers(3800, parties=4, bound=10**12).shares


@drawn("mpc.additive.share_vector")
def _():
    from privlab.mpc.additive import share_vector

    return share_vector(np.zeros(4, np.int64), 3)[0].tolist()


@drawn("mpc.authenticated: a key, and a number with its MAC")
def _():
    from privlab.mpc.authenticated import authenticate, deal_key, deal_triple

    key = deal_key(3)
    both, triple = authenticate(3800, key), deal_triple(key)
    return [list(shared.shares) for shared in (key, both.value, both.mac, triple.a.value, triple.c.mac)]


@drawn("mpc.degree_reduction.multiply")
def _():
    from privlab.mpc.degree_reduction import multiply
    from privlab.mpc.shamir import share

    xs, ys = (share(number, parties=3, threshold=1, rng=np.random.default_rng(1)) for number in (6, 7))
    return [part.value for part in multiply(xs, ys, threshold=1)[0]]


@drawn("mpc.oblivious_transfer: both sides' points")
def _():
    from privlab.mpc.oblivious_transfer import choose, offer

    offered, _ = offer()
    return [offered.hex(), *(choose(bit, offered)[0].hex() for bit in (0, 1))]


@drawn("mpc.garbling.draw_labels")
def _():
    from privlab.mpc.garbling import draw_labels

    return [label.hex() for label in draw_labels()]


@drawn("mpc.shamir.share")
def _():
    from privlab.mpc.shamir import share

    return [each.value for each in share(3800, parties=3, threshold=1)]


@drawn("mpc.commitments: the nonce")
def _():
    from privlab.mpc.commitments import commit

    return commit(3800)[1].hex()


@drawn("mpc.beaver: a triple")
def _():
    from privlab.mpc.beaver import deal

    return [number.reconstruct() for number in deal()]


@drawn("mpc.beaver: masks of letters, of weights, a share of the scores")
def _():
    from privlab.mpc.beaver import deal_matrices

    dealt = deal_matrices(1)
    return [part[0, :4].tolist() for part in (dealt.a, dealt.b, dealt.client_c)]


@drawn("mpc.laplace_shares: noise")
def _():
    from privlab.mpc.laplace_shares import share_of_noise

    return [share_of_noise(epsilon=0.01, honest=1) for _ in range(MANY)]


@drawn("mpc.psi.random_key")
def _():
    from privlab.mpc.psi import random_key

    return random_key().hex()


@drawn("mpc.psi: keys of client and server")
def _():
    from privlab.mpc.psi import Client, Server

    return [Client(["555-0100"]).request()[0].hex(), Server(["555-0100"]).setup()[0].hex()]


@drawn("fl.secagg.additive")
def _():
    from privlab.fl.secagg.additive import share_updates

    return share_updates([[0.0] * 4, [0.0] * 4]).shares[0, 0].tolist()


def federation():
    """Three clients with keys and their server, made once in a process."""
    from privlab.fl.secagg.protocol import Federation

    if not made:
        made.append(Federation(3, b"root"))
    return made[0]


made = []


@drawn("fl.secagg.protocol: the root")
def _():
    from privlab.fl.secagg.protocol import Federation

    return Federation(3).rules.root.hex()


@drawn("fl.secagg.client: its own mask")
def _():
    """The commitment to the mask's seed is of that seed alone."""
    from privlab.fl.secagg.messages import unpack
    from privlab.fl.secagg.seed_sharing import COMMITMENT_BYTES

    report = federation().clients[0].report(federation().server.announce(2), [0.0, 0.0])
    return unpack(report, "report").fields[1][:COMMITMENT_BYTES].hex()


@drawn("fl.secagg.keys: the nonce of a box")
def _():
    from privlab.fl.secagg.keys import NONCE_BYTES

    keys, directory = federation().clients[0]._keys, federation().directory
    return keys.seal(1, directory, b"round", b"shares")[:NONCE_BYTES].hex()


@drawn("fl.secagg.seed_sharing")
def _():
    from privlab.fl.secagg.seed_sharing import share_seed

    return share_seed(bytes(16), federation().rules)


@drawn("fl.secagg.distributed_dp: noise")
def _():
    from privlab.fl.secagg.distributed_dp import discrete_gaussian

    return discrete_gaussian(1e6, MANY).tolist()


@drawn("fl.flower.weak_masks.twin")
def _():
    from privlab.fl.flower.weak_masks import twin

    return twin(b"A" * 43 + b"=").decode()


@drawn("ml.dpsgd.training: batches and noise")
def _():
    import torch

    from privlab.ml.dpsgd.training import train

    model, batches = torch.nn.Linear(2, 3), []
    for value in model.parameters():
        torch.nn.init.zeros_(value)

    def noting(model, inputs, targets, max_norm, **more):
        batches.append(targets.tolist())
        return [torch.zeros_like(value) for value in model.parameters()]

    data = torch.zeros(200, 2), torch.arange(200)
    for budget in ({"epsilon": float("inf"), "sample_rate": 0.5}, {"epsilon": 1.0, "sample_rate": 1.0}):
        optimizer = torch.optim.SGD(model.parameters(), 1.0)
        train(
            model,
            torch.nn.functional.cross_entropy,
            data,
            delta=1e-3,
            steps=1,
            max_norm=1.0,
            optimizer=optimizer,
            clipped_sum=noting,
            **budget,
        )
    return [batches[0], model.weight.flatten().tolist()]


@drawn("fl.secagg.keys: to agree", OTHERS)
def _():
    from privlab.fl.secagg.keys import Keys
    from privlab.fl.secagg.messages import unpack

    return unpack(Keys(0).public(), "keys").fields[0].hex()


@drawn("fl.secagg.keys: to sign", OTHERS)
def _():
    from privlab.fl.secagg.keys import Keys
    from privlab.fl.secagg.messages import unpack

    return unpack(Keys(0).public(), "keys").fields[1].hex()


@drawn("fl.flower.credentials: keys of a node and of the server", OTHERS)
def _():
    from privlab.fl.flower.credentials import write_authority, write_node_key, write_trusted

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_authority(folder)
        write_node_key(folder / "node")
        write_trusted(folder / "trusted")
        return [(folder / file).read_text() for file in ("node", "server.key", "ca.crt", "trusted")]


@drawn("dp.floating_point: noise of opendp", OTHERS)
def _():
    from privlab.dp.floating_point import opendp_releases

    return opendp_releases(0.0, scale=1.0, samples=8).tolist()


@drawn("he.ckks: the secret key and a ciphertext", OTHERS)
def _():
    from privlab.he.ckks.client import Client
    from privlab.he.ckks.parameters import Parameters

    client = Client(Parameters(2048, depth=0, scale_bits=10))
    with tempfile.TemporaryDirectory() as name:
        written = []
        for number, thing in enumerate((client.secret_key, client.encrypt(np.zeros(8), 0))):
            thing.save(f"{name}/{number}")
            written.append(hashlib.sha256(pathlib.Path(name, str(number)).read_bytes()).hexdigest())
        return written


def available(where):
    """Whether what draws there is installed on this machine."""
    import importlib.util

    return not where.startswith("he.ckks") or importlib.util.find_spec("tenseal") is not None


PLACES = [where for where in (*SYSTEM, *OTHERS) if available(where)]


def draws():
    """Two draws at every place."""
    return {where: [(SYSTEM | OTHERS)[where]() for _ in range(2)] for where in PLACES}


@pytest.fixture(scope="module")
def two_processes():
    """What two fresh processes draw, which run side by side: by the place, two draws of each."""
    words = [sys.executable, "-c", "import json; from tests.test_freshness import draws; print(json.dumps(draws()))"]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)]
    return [json.loads(process.communicate(timeout=100)[0].splitlines()[-1]) for process in processes]


def parts(draw):
    """The draw itself, or each of several that it holds beside one another: each must differ."""
    texts = isinstance(draw, list) and all(isinstance(part, str | list) for part in draw)
    return draw if texts else [draw]


@pytest.mark.slow
@pytest.mark.parametrize("where", PLACES)
def test_no_secret_comes_twice(two_processes, where):
    first, second, third, fourth = (parts(draw) for process in two_processes for draw in process[where])
    for each in zip(first, second, third, fourth):
        assert len({json.dumps(part) for part in each}) == 4


@pytest.mark.parametrize("where", SYSTEM)
def test_a_generator_with_a_fixed_seed_would_be_seen(monkeypatch, where):
    """Where `secrets` draws from a seed, both processes would draw the same: what is compared hangs on it alone."""
    federation()
    seen = []
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(random, "_urandom", random.Random(1).randbytes)
            seen.append(json.dumps(SYSTEM[where]()))
    assert seen[0] == seen[1]
