"""What tests of several modules need of a federation: updates, and the first steps of a round."""

import numpy as np

ROOT = b"a public root"
LENGTH = 500


def updates(clients, seed=1, length=LENGTH):
    return np.random.default_rng(seed).normal(0, 1, (clients, length))


def open_round(federation, reporting=None, length=LENGTH):
    """The server's and clients' first steps of one round: the request to each decryptor."""
    opening = federation.server.announce(length)
    plain = updates(32, length=length)
    for client in federation.clients:
        if reporting is None or client.number in reporting:
            federation.server.receive(client.report(opening, plain[client.number]))
    return federation.server.label()
