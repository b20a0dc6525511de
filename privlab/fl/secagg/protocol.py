"""A federation in one process: clients, a server, and what passes between them, which is bytes only (lesson 52)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from privlab.arrays import Floats, Images, Labels
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.client import AggregationClient
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.fl.secagg.server import AggregationServer
from privlab.mpc.fixed_point import decode, encode

if TYPE_CHECKING:
    import torch


class Envelope(NamedTuple):
    """One message on its way: who sent it, who got it ("server" or a client's number), its kind and its bytes."""

    sender: int | str
    receiver: int | str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Round:
    """What a round came to: the sum [d], or None and the reason; who reported; every message, in order."""

    total: Floats | None
    reason: str
    online: tuple[int, ...]
    transcript: tuple[Envelope, ...]

    def reached_server(self, kind: str | None = None) -> list[Envelope]:
        """The messages that the server got, all or those of one kind."""
        return [message for message in self.transcript if message.receiver == "server" and kind in (None, message.kind)]


class Federation:
    """Clients with fresh keys in a directory that all of them hold, and a server.

    clients : at least 3. root, decryptors, minimum : as in `Rules`; a root left out is drawn by the operating system.
    """

    def __init__(self, clients: int, root: bytes | None = None, *, decryptors: int = 10, minimum: int = 0) -> None:
        self.rules = Rules(clients, secrets.token_bytes(16) if root is None else root, decryptors, minimum)
        self.clients = [AggregationClient(number, self.rules) for number in range(clients)]
        self.server = AggregationServer(self.rules)
        self.directory = {client.number: client.register() for client in self.clients}
        for client in self.clients:
            client.join(self.directory)

    def sum(
        self,
        updates: Sequence[Floats] | Floats,
        lost: Collection[int] = (),
        silent: Collection[int] = (),
        content: bytes = b"",
    ) -> Round:
        """A round in which the clients' updates are added.

        updates : [clients, d], each row one client's.
        lost : numbers of the clients who never report, nor help afterwards.
        silent : numbers of decryptors who report but are gone when it comes to helping.
        content : what the server announces with the round.
        """
        server, transcript = self.server, []

        def pass_on(sender: int | str, receiver: int | str, kind: str, data: bytes) -> bytes:
            transcript.append(Envelope(sender, receiver, kind, data))
            return data

        opening = server.announce(len(updates[0]), content)
        for number, client in enumerate(self.clients):
            if number not in lost:
                pass_on("server", number, "announcement", opening)
                server.receive(pass_on(number, "server", "report", client.report(opening, updates[number])))
        online, total, reason = tuple(server.online), None, ""
        try:
            requests = {number: request for number, request in server.label().items() if number not in silent}
            for number, request in requests.items():
                pass_on("server", number, "labels", request)
                server.collect(pass_on(number, "server", "agreement", self.clients[number].agree(request)))
            check = server.cross_check()
            for number in requests:
                pass_on("server", number, "agreements", check)
                server.take(pass_on(number, "server", "shares", self.clients[number].help(check)))
            total = server.total()
        except Refused as error:
            reason = str(error)
        return Round(total, reason, online, tuple(transcript))


def train(
    model: torch.nn.Module,
    batches: Sequence[tuple[Images, Labels]],
    *,
    rounds: int,
    learning_rate: float,
    federation: Federation | None = None,
) -> Floats:
    """The model's numbers [d] after so many rounds of federated learning; the model itself ends there.

    In each round every client computes the gradient of its batch, the server gets the sum and takes a step against
    the average.

    model : in float64. batches : letters and labels, one batch for each client.
    federation : of as many clients, which adds the gradients securely; left out, the server sees each of them, in the
        same fixed point, and adds them itself.
    Raises Refused when a round ends without a sum.
    Source: McMahan et al. (2017), FedSGD; "Preserving the privacy of AI training data".
    """
    import torch

    for _ in range(rounds):
        updates = [client_gradient(model, images, labels).numbers for images, labels in batches]
        if federation is None:
            total = decode(np.sum([encode(update, parties=len(batches)) for update in updates], axis=0))
        else:
            result = federation.sum(updates, content=_numbers(model).tobytes())
            if result.total is None:
                raise Refused(result.reason)
            total = result.total
        steps = as_gradient(total, model).parts
        with torch.no_grad():
            for part, step in zip(model.parameters(), steps):
                part -= learning_rate / len(batches) * torch.as_tensor(step).to(part)
    return _numbers(model)


def _numbers(model: torch.nn.Module) -> Floats:
    return np.concatenate([part.detach().cpu().numpy().ravel() for part in model.parameters()])
