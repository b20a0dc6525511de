"""A federation in one process: clients, a server, and what passes between them, which is bytes only (lesson 52)."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Images, Labels
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.client import AggregationClient, encode_update
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import SERVER, Refused
from privlab.fl.secagg.server import AggregationServer
from privlab.mpc.fixed_point import decode, encode
from privlab.validation import real_numbers

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
    """What a round came to: the sum [d], or None and the reason; who reported; every message, in order.

    refused : what was refused on the way, in sentences. A round goes on without whom they name.
    """

    total: Floats | None
    reason: str
    online: tuple[int, ...]
    transcript: tuple[Envelope, ...]
    refused: tuple[str, ...] = ()

    def reached_server(self, kind: str | None = None) -> list[Envelope]:
        """The messages that the server got, all or those of one kind."""
        return [message for message in self.transcript if message.receiver == "server" and kind in (None, message.kind)]


class Federation:
    """Clients with fresh keys in a directory that all of them hold, and a server.

    clients : at least 3. root, lost, accomplices : as in `Rules`; a root left out is drawn by the operating system.
    rules : in place of all these. server : another server than an honest one, of the same rules.
    Raises ValueError or TypeError as `Rules` does.
    """

    def __init__(
        self,
        clients: int | None = None,
        root: bytes | None = None,
        *,
        lost: int | None = None,
        accomplices: int | None = None,
        rules: Rules | None = None,
        server: AggregationServer | None = None,
    ) -> None:
        if rules is None:
            root = secrets.token_bytes(16) if root is None else root
            rules = Rules(cast(int, clients), root, cast(int, lost), cast(int, accomplices))
        if server is not None and not isinstance(server, AggregationServer):
            raise TypeError(f"the server of a federation is an AggregationServer, got {type(server).__name__}")
        if server is not None and server.rules != rules:
            raise ValueError("the server of a federation keeps the rules of its clients, and this one has others")
        self.rules, self.server = rules, AggregationServer(rules) if server is None else server
        self.clients = [AggregationClient(number, rules) for number in range(rules.clients)]
        self.directory = {client.number: client.register() for client in self.clients}
        self.directory[SERVER] = self.server.register()
        self.server.join(self.directory)
        for client in self.clients:
            client.join(self.directory)

    def sum(
        self,
        updates: Sequence[ArrayLike] | Floats,
        lost: Iterable[int] = (),
        silent: Iterable[int] = (),
        content: bytes = b"",
    ) -> Round:
        """A round in which the clients' updates are added.

        updates : [clients, d], each row one client's.
        lost : numbers of the clients who never report, nor help afterwards.
        silent : numbers of decryptors who report but are gone when it comes to helping.
        content : what the server announces with the round.
        Raises ValueError when there is not one row for each client, all of one length, with numbers that can be
        masked, or someone is named who is no client. No round has begun then.
        """
        gone, mute = self._named("lost", lost), self._named("silent", silent)
        if not isinstance(updates, Sequence | np.ndarray) or not getattr(updates, "ndim", 1):
            raise ValueError(f"updates are rows of numbers, one for each client, got {type(updates).__name__}")
        rows = [real_numbers("an update", row) for row in updates]
        if len(rows) != self.rules.clients or len({row.shape for row in rows}) != 1 or rows[0].ndim != 1:
            raise ValueError(
                f"updates are one row for each of {self.rules.clients} clients, all of one length, got {len(rows)} of "
                f"the shapes {sorted({row.shape for row in rows})}"
            )
        for row in rows:
            encode_update(row, length=len(row), rules=self.rules)
        return self._round(rows, gone, mute, content)

    def _named(self, what: str, numbers: Iterable[int]) -> set[int]:
        iterable = isinstance(numbers, Iterable) and not (isinstance(numbers, np.ndarray) and numbers.ndim == 0)
        named: list[Any] = list(numbers) if iterable else [numbers]
        for number in named:
            whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
            if not whole or number not in range(self.rules.clients):
                raise ValueError(
                    f"{what} names clients by their numbers, 0 to {self.rules.clients - 1}, in a list, got {number!r}"
                )
        return {int(number) for number in named}

    def _round(self, rows: list[Floats], lost: set[int], silent: set[int], content: bytes) -> Round:
        server, transcript, refused = self.server, [], []

        def exchange(
            number: int, question: tuple[str, bytes], kind: str, ask: Callable[[], bytes], take: Callable[[bytes], None]
        ) -> None:
            """One client is asked and the server takes its answer; who is refused, or refuses, is as good as lost."""
            transcript.append(Envelope("server", number, *question))
            try:
                answer = ask()
                transcript.append(Envelope(number, "server", kind, answer))
                take(answer)
            except Refused as error:
                refused.append(str(error))

        opening = server.announce(len(rows[0]), content)
        for number, client in enumerate(self.clients):
            if number not in lost:
                report = functools.partial(client.report, opening, rows[number])
                exchange(number, ("announcement", opening), "report", report, server.receive)
        online, total, reason = tuple(server.online), None, ""
        try:
            requests = {number: request for number, request in server.label().items() if number not in silent}
            for number, request in requests.items():
                agree = functools.partial(self.clients[number].agree, request)
                exchange(number, ("labels", request), "agreement", agree, server.collect)
            check = server.cross_check()
            for number in requests:
                give = functools.partial(self.clients[number].help, check)
                exchange(number, ("agreements", check), "shares", give, server.take)
            total = server.total()
        except Refused as error:
            reason = str(error)
        return Round(total, reason, online, tuple(transcript), tuple(refused))


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
