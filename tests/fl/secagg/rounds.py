"""What tests of several modules need of a federation: updates, the first steps of a round, messages nobody sent."""

import numpy as np

from privlab.fl.secagg.messages import pack, unpack

ROOT = b"a public root"
LENGTH = 500


def updates(clients, seed=1, length=LENGTH):
    return np.random.default_rng(seed).normal(0, 1, (clients, length))


def open_round(federation, reporting=None, length=LENGTH):
    """The server's and clients' first steps of one round: the request to each decryptor."""
    opening = federation.server.announce(length)
    plain = updates(federation.rules.clients, length=length)
    for client in federation.clients:
        if reporting is None or client.number in reporting:
            federation.server.receive(client.report(opening, plain[client.number]))
    return federation.server.label()


def agreed_round(federation, reporting=None, length=LENGTH):
    """The same and the next step: the requests, and what each decryptor is shown before it helps."""
    requests = open_round(federation, reporting, length)
    for number, request in requests.items():
        federation.server.collect(federation.clients[number].agree(request))
    return requests, federation.server.cross_check()


def changed(party, data, kind, *, fields=None, round=None, sender=None, sign=None):
    """A message with something changed and signed by the party itself, as of the same round; `sign` signs in its place.

    party : a client, or the server. fields : from the fields to other ones.
    """
    message = unpack(data, kind)
    context = party._round_id if hasattr(party, "_round_id") else party._rounds[message.round].round_id
    return pack(
        kind,
        *(message.fields if fields is None else fields(message.fields)),
        round=message.round if round is None else round,
        sender=message.sender if sender is None else sender,
        sign=sign or (lambda body: party._keys.sign(context + body)),
    )
