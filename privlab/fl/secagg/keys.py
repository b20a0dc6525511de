"""A party's long-term keys, what it works out of them with each other one, and their directory (lesson 52)."""

import functools
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from privlab.fl.secagg.masking import round_seed
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import SERVER, Message, Refused, pack, unpack
from privlab.validation import whole_number

NONCE_BYTES = 12
Directory = Mapping[int, bytes]  # from every client's number, and `SERVER`, to its public keys, as of `Keys.public`


class Keys:
    """One party's keys: X25519 to agree on secrets with others, Ed25519 to sign. The private halves stay in here.

    number : the client's, or `SERVER`.
    Raises ValueError for another number.
    Source: Langley, Hamburg and Turner (2016), RFC 7748; Josefsson and Liusvaara (2017), RFC 8032; RFC 5869 and 8439.
    """

    def __init__(self, number: int) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self.number = whole_number("a client's number", number, least=0)
        if self.number > SERVER:
            raise ValueError(f"a client's number lies below {SERVER}, got {number}")
        self._agreed: dict[tuple[int, bytes], bytes] = {}  # by the other's number and public key, the secret with it
        self._agreement, self._signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def public(self) -> bytes:
        """The public halves as a message, for the directory. Its signature shows that the private one is known."""
        halves = (key.public_key().public_bytes_raw() for key in (self._agreement, self._signing))
        return pack("keys", *halves, round=0, sender=self.number, sign=self.sign)

    def secret_with(self, other: int, directory: Directory) -> bytes:
        """The 32 bytes that this client and another one share, and nobody else knows.

        Both numbers go into it: one who registers another client's key as its own has other secrets with everyone.
        Raises Refused when the directory's entry is not one of that client.
        """
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        public = public_keys(other, directory)[0]
        if (other, public) not in self._agreed:
            agreed = self._agreement.exchange(X25519PublicKey.from_public_bytes(public))
            pair = b"secure sum of %d and %d" % (min(self.number, other), max(self.number, other))
            self._agreed[other, public] = HKDF(SHA256(), 32, None, pair).derive(agreed)
        return self._agreed[other, public]

    def pair_seed(self, other: int, directory: Directory, round_id: bytes) -> bytes:
        """The seed, 16 bytes, of the masks of this client and another one in a round."""
        return round_seed(self.secret_with(other, directory), round_id)

    def seal(self, other: int, directory: Directory, round_id: bytes, content: bytes) -> bytes:
        """The content encrypted so that only the other client can open it, and only as one of this round."""
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = ChaCha20Poly1305(self._box_key(self.number, other, directory))
        return nonce + cipher.encrypt(nonce, content, round_id)

    def open(self, other: int, directory: Directory, round_id: bytes, box: bytes) -> bytes:
        """What another client sealed for this one in a round.

        Raises Refused when the box is another client's, another round's, or was changed.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        cipher = ChaCha20Poly1305(self._box_key(other, other, directory))
        try:
            return cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], round_id)
        except (InvalidTag, ValueError):
            raise Refused(
                f"client {other} sealed no such shares in this round: it did not report, or its report was changed"
            ) from None

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes, under these bytes."""
        return self._signing.sign(content)

    def message(self, kind: str, *fields: bytes, round: int, context: bytes) -> bytes:
        """A message of this party, signed.

        context : what else the signature is under: the federation's digest, or the round's. Elsewhere it does not hold.
        """
        return pack(kind, *fields, round=round, sender=self.number, sign=lambda body: self.sign(context + body))

    def _box_key(self, sender: int, other: int, directory: Directory) -> bytes:
        return hmac.digest(self.secret_with(other, directory), b"box from %d" % sender, hashlib.sha256)


def signed_by(number: int, directory: Directory, content: bytes, signature: bytes) -> bool:
    """Whether a signature under these bytes is of the party of this number, by the directory."""
    return _signed(public_keys(number, directory)[1], content, signature)


def verified(
    data: bytes, kind: str, directory: Directory, context: bytes, *, sender: int | None = None, count: int | None = None
) -> Message:
    """The message taken apart, when it is signed by whom it says that it is of.

    context : as in `Keys.message`. sender : who must have sent it; left out, any client.
    Raises Refused when it is no message of this kind, of another sender, or its signature is not the sender's.
    """
    message = unpack(data, kind, count)
    if message.sender != sender if sender is not None else message.sender == SERVER:
        due = "the server" if sender == SERVER else "a client"
        raise Refused(f"a message of the kind {kind!r} is {due}'s, and this one is of {_named(message.sender)}")
    if message.sender not in directory:
        raise Refused(f"a message says that it is of client {message.sender}, and there is no such client")
    if not signed_by(message.sender, directory, context + message.signed, message.signature):
        raise Refused(
            f"a message says that it is of {_named(message.sender)}, who has signed no such thing for this round: it "
            "was forged, changed on its way, or is of another round"
        )
    return message


def checked_directory(directory: Directory, clients: int) -> dict[int, bytes]:
    """The directory as a dict of its own, when it holds the keys of all clients and of the server.

    Raises Refused, naming whose keys they are, when an entry is missing, is none, or is another's.
    """
    if not isinstance(directory, Mapping) or set(directory) != {*range(clients), SERVER}:
        raise Refused(f"the directory must hold the keys of {clients} clients, by their numbers, and of the server")
    owners: dict[bytes, int] = {}
    for number in (*range(clients), SERVER):
        for key in public_keys(number, directory):
            if owners.setdefault(key, number) != number:
                raise Refused(f"the directory's keys of {_named(number)} are those of {_named(owners[key])}")
    return {number: bytes(entry) for number, entry in directory.items()}


def federation_id(rules: Rules, directory: Directory) -> bytes:
    """The digest of the rules and of everyone's keys: what is signed for one federation holds in no other."""
    agreed = repr((rules.clients, rules.root, rules.lost, rules.accomplices))
    keys = b"".join(directory[number] for number in sorted(directory))
    return hashlib.sha256(agreed.encode() + keys).digest()


def public_keys(number: int, directory: Directory) -> tuple[bytes, bytes]:
    """The two public keys of a party in the directory: to agree on secrets, and to verify signatures.

    Raises Refused when the entry is not one that this party made.
    """
    entry = directory.get(number)
    return _entry(number, bytes(entry) if isinstance(entry, bytes | bytearray | memoryview) else b"")


@functools.lru_cache(maxsize=4096)
def _entry(number: int, entry: bytes) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    try:
        message = unpack(entry, "keys", count=2)
    except Refused:
        raise Refused(f"the directory holds no keys of {_named(number)}") from None
    agreement, signing = message.fields
    if message.sender != number or len(agreement) != 32 or not _signed(signing, message.signed, message.signature):
        raise Refused(f"the directory's keys of {_named(number)} are not its own")
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(agreement))
    except ValueError:
        raise Refused(f"the public key of {_named(number)} fixes the secret beforehand: it is none") from None
    return agreement, signing


def _signed(public: bytes, content: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):  # the latter for a key that has not 32 bytes
        return False
    return True


def _named(number: int) -> str:
    return "the server" if number == SERVER else f"client {number}"
