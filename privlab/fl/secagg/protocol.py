"""A federation in one process: clients, a server, and the line between them that carries bytes only (lesson 52)."""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.client import AggregationClient
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.fl.secagg.server import AggregationServer
from privlab.mpc.fixed_point import decode, encode


class Passed(NamedTuple):
    """One message on the line: who sent it, who got it ("server" or a client's number), its kind and its bytes."""

    sender: object
    receiver: object
    kind: str
    data: bytes


@dataclass(frozen=True)
class Round:
    """What a round came to: the sum, floats [n], or None and the reason; who reported; every message, in order."""

    total: np.ndarray | None
    reason: str
    online: tuple
    line: tuple

    def reached_server(self, kind=None):
        """The messages that the server got, all or those of one kind, a list of `Passed`."""
        return [each for each in self.line if each.receiver == "server" and kind in (None, each.kind)]


class Federation:
    """Clients with fresh keys in a directory that all of them hold, and a server.

    clients : int, at least 3.
    root : bytes, the public randomness that draws neighbours and committee; left out, the operating system draws it.
    options : further fields of `Rules`.
    """

    def __init__(self, clients, root=None, **options):
        self.rules = Rules(clients, secrets.token_bytes(16) if root is None else root, **options)
        self.clients = [AggregationClient(number, self.rules) for number in range(clients)]
        self.server = AggregationServer(self.rules)
        self.directory = {each.number: each.register() for each in self.clients}
        for each in self.clients:
            each.join(self.directory)

    def sum(self, updates, lost=(), silent=(), content=b""):
        """The `Round` in which the clients' updates are added.

        updates : floats [clients, n], each row one client's.
        lost : numbers of the clients who never report, nor help afterwards.
        silent : numbers of decryptors who report but are gone when it comes to helping.
        content : bytes, what the server announces with the round.
        """
        line, server = [], self.server
        opening = server.announce(len(updates[0]), content)
        for client in self.clients:
            if client.number not in lost:
                line.append(Passed("server", client.number, "announcement", opening))
                line.append(Passed(client.number, "server", "report", client.report(opening, updates[client.number])))
                server.receive(line[-1].data)
        online = tuple(server.online)
        try:
            requests = {number: each for number, each in server.label().items() if number not in silent}
            for number, request in requests.items():
                line.append(Passed("server", number, "labels", request))
                line.append(Passed(number, "server", "agreement", self.clients[number].agree(request)))
                server.collect(line[-1].data)
            check = server.cross_check()
            for number in requests:
                line.append(Passed("server", number, "agreements", check))
                line.append(Passed(number, "server", "shares", self.clients[number].help(check)))
                server.take(line[-1].data)
            return Round(server.total(), "", online, tuple(line))
        except Refused as error:
            return Round(None, str(error), online, tuple(line))


def train(model, batches, *, rounds, learning_rate, federation=None):
    """The model's numbers, floats [n], after so many rounds of federated learning; the model itself ends there.

    In each round every client computes the gradient of its batch, the server gets the sum and takes a step against
    the average.

    model : torch module in float64.
    batches : one (images, labels) for each client.
    learning_rate : float, the length of a step.
    federation : `Federation` of as many clients, which adds the gradients securely; left out, the server sees each of
        them, in the same fixed point, and adds them itself.
    Raises Refused when a round ends without a sum.
    Source: McMahan et al. (2017), FedSGD; "Preserving the privacy of AI training data".
    """
    import torch

    for _ in range(rounds):
        updates = [client_gradient(model, images, labels).numbers for images, labels in batches]
        if federation is None:
            total = decode(sum(encode(each, parties=len(batches)) for each in updates))
        else:
            found = federation.sum(updates, content=_numbers(model).tobytes())
            if found.total is None:
                raise Refused(found.reason)
            total = found.total
        steps = as_gradient(total, model).parts
        with torch.no_grad():
            for part, step in zip(model.parameters(), steps):
                part -= learning_rate / len(batches) * torch.as_tensor(step).to(part)
    return _numbers(model)


def _numbers(model):
    return np.concatenate([part.detach().cpu().numpy().ravel() for part in model.parameters()])
