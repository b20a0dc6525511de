"""Keys and their directory: whose they are, and what comes of others."""

import pytest

from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers
from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import LENGTH, ROOT, updates


def test_the_directory_must_hold_everyone():
    federation = Federation(4, ROOT, decryptors=4)
    client, directory = federation.clients[1], federation.directory
    for wrong in ({k: v for k, v in directory.items() if k != 2}, directory | {1: directory[2]}, {}):
        with pytest.raises(Refused, match="directory"):
            client.join(wrong)
    client.join(directory | {2: directory[3]})  # swapped by whoever runs the directory
    with pytest.raises(Refused, match="keys of client 2 are not its own"):
        client.report(federation.server.announce(LENGTH), updates(4)[1])
    client.join(directory | {2: pack("keys", bytes(32), bytes(32), round=0, sender=2)})
    with pytest.raises(Refused, match="fixes the secret"):
        client.report(federation.server.announce(LENGTH), updates(4)[1])


def test_a_new_directory_makes_new_secrets():
    old, new = Federation(4, ROOT, decryptors=4), Federation(4, ROOT, decryptors=4)
    client = old.clients[0]
    before = client.report(old.server.announce(LENGTH), updates(4)[0])
    client.join(new.directory | {0: old.directory[0]})
    old.server.receive(client.report(old.server.announce(LENGTH), updates(4)[0]))
    assert len(before) and old.server.online == [0]
    for other in old.clients[1:]:
        old.server.receive(
            other.report(
                pack("announcement", pack_numbers([LENGTH]), b"", round=2, sender=SERVER), updates(4)[other.number]
            )
        )
    with pytest.raises(Refused, match="client 0 sealed no such shares"):
        old.clients[1].agree(old.server.label()[1])
