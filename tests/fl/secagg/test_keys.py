"""Keys and their directory: whose they are, and what comes of others."""

import numpy as np
import pytest

from privlab.fl.secagg.keys import Keys, checked_directory, federation_id, verified
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import SERVER, Refused, pack
from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import LENGTH, ROOT, updates


def test_the_directory_must_hold_everyone_with_keys_of_their_own():
    federation = Federation(4, ROOT)
    client, directory = federation.clients[1], federation.directory
    thief = Keys(3)
    copied = pack(
        "keys", *(directory[2][17 + 4 : 17 + 36], thief.public()[17 + 40 : 17 + 72]), round=0, sender=3, sign=thief.sign
    )
    for wrong, sentence in (
        ({k: v for k, v in directory.items() if k != 2}, "must hold the keys of 4 clients"),
        ({k: v for k, v in directory.items() if k != SERVER}, "must hold the keys of 4 clients"),
        (directory | {4: Keys(4).public()}, "must hold the keys of 4 clients"),
        ({}, "must hold the keys"),
        (None, "must hold the keys"),
        ([1, 2], "must hold the keys"),
        (directory | {2: b"garbage"}, "no keys of client 2"),
        (directory | {2: 7}, "no keys of client 2"),
        (directory | {2: directory[3]}, "keys of client 2 are not its own"),
        (
            directory | {2: pack("keys", bytes(32), bytes(32), round=0, sender=2, sign=thief.sign)},
            "of client 2 are not its own",
        ),
        (directory | {3: copied}, "keys of client 3 are those of client 2"),
        (directory | {1: Keys(1).public()}, "not those that it registered"),
    ):
        with pytest.raises(Refused, match=sentence):
            client.join(wrong)
    weak = pack("keys", bytes(32), thief.public()[17 + 40 : 17 + 72], round=0, sender=3, sign=thief.sign)
    with pytest.raises(Refused, match="public key of client 3 fixes the secret"):
        client.join(directory | {3: weak})
    with pytest.raises(Refused, match="keys of the server are not those"):
        federation.server.join(directory | {SERVER: Keys(SERVER).public()})
    client.report(federation.server.announce(LENGTH), updates(4)[1])  # what was refused has changed nothing


def test_whoever_copies_a_key_has_other_secrets_with_everyone():
    """Else a client that copies the victim's key and is lost would have its helpers give away the victim's masks."""
    one, victim, thief = (Keys(number) for number in range(3))
    copied = pack(
        "keys", victim.public()[17 + 4 : 17 + 36], thief.public()[17 + 40 : 17 + 72], round=0, sender=2, sign=thief.sign
    )
    directory = {0: one.public(), 1: victim.public(), 2: copied}
    assert one.secret_with(1, directory) != one.secret_with(2, directory)
    assert one.secret_with(1, directory) == victim.secret_with(0, directory)


def test_a_box_opens_for_its_receiver_alone_once_and_never_for_its_sender():
    """Reflected to its sender, given to a third client, late or as another sender's, it is none."""
    parties = [Keys(number) for number in range(3)]
    one, other, third = parties
    directory = {each.number: each.public() for each in parties}
    box = one.seal(1, directory, b"round 1", b"shares")
    assert other.open(0, directory, b"round 1", box) == b"shares"
    for opening in (
        lambda: one.open(1, directory, b"round 1", box),
        lambda: third.open(0, directory, b"round 1", box),
        lambda: other.open(0, directory, b"round 2", box),
        lambda: other.open(2, directory, b"round 1", box),
        lambda: other.open(0, directory, b"round 1", box[:-1] + bytes([box[-1] ^ 1])),
        lambda: other.open(0, directory, b"round 1", bytes(12) + box[12:]),
    ):
        with pytest.raises(Refused, match="sealed no such shares"):
            opening()
    assert box != one.seal(1, directory, b"round 1", b"shares")


def test_a_federation_is_its_rules_and_its_keys():
    """What is signed under other rules, or among others, holds in no other federation."""
    directory, root = {0: b"one", 1: b"two", SERVER: b"three"}, b"root"
    every = [
        federation_id(Rules(8, root, 1, 1), directory),
        federation_id(Rules(8, root, 2, 1), directory),
        federation_id(Rules(8, root, 1, 2), directory),
        federation_id(Rules(9, root, 1, 1), directory),
        federation_id(Rules(8, b"another", 1, 1), directory),
        federation_id(Rules(8, root, 1, 1), directory | {1: b"else"}),
    ]
    assert len(set(every)) == len(every) and every[0] == federation_id(Rules(8, root, 1, 1), dict(directory))


def test_a_new_directory_makes_new_secrets():
    old, new = Federation(4, ROOT), Federation(4, ROOT)
    client = old.clients[0]
    client.join(new.directory | {0: old.directory[0], SERVER: old.directory[SERVER]})
    with pytest.raises(Refused, match="signed no such thing"):  # two directories are two federations
        client.report(old.server.announce(LENGTH), updates(4)[0])


def test_a_message_is_its_sender_s_or_nobody_s():
    one, other, server = Keys(0), Keys(1), Keys(SERVER)
    directory = {0: one.public(), 1: other.public(), SERVER: server.public()}
    message = one.message("shares", b"", b"abc", round=3, context=b"round")
    assert verified(message, "shares", directory, b"round").fields == (b"", b"abc")
    for data, context, sentence in (
        (message, b"another round", "client 0, who has signed no such thing"),
        (pack("shares", round=3, sender=1, sign=lambda body: one.sign(b"round" + body)), b"round", "of client 1, who"),
        (pack("shares", round=3, sender=7, sign=one.sign), b"round", "there is no such client"),
        (server.message("shares", round=3, context=b"round"), b"round", "is a client's, and this one is of the server"),
    ):
        with pytest.raises(Refused, match=sentence):
            verified(data, "shares", directory, context)
    with pytest.raises(ValueError, match="a client's number"):
        Keys("1")
    with pytest.raises(ValueError, match="lies below"):
        Keys(2**32)
    assert checked_directory(directory, 2) == directory
    with pytest.raises(Refused, match="sealed no such shares"):
        one.open(1, directory, b"round", np.random.default_rng(1).bytes(50))
