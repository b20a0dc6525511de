"""A client's long-term keys, and what it works out of them with each other client (lesson 52)."""

import hashlib
import hmac
import secrets

from privlab.fl.secagg.masking import round_seed
from privlab.fl.secagg.messages import Refused, pack, unpack

NONCE_BYTES = 12
Directory = dict[int, bytes]  # from every client's number to its public keys, as of `Keys.public`


class Keys:
    """One client's keys: X25519 to agree on secrets with others, Ed25519 to sign. The private halves stay in here.

    number : the client's.
    Source: Langley, Hamburg and Turner (2016), RFC 7748; Josefsson and Liusvaara (2017), RFC 8032; RFC 5869 and 8439.
    """

    def __init__(self, number: int) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self.number = number
        self._agreed: dict[bytes, bytes] = {}  # by the other's public key, the secret with it
        self._agreement, self._signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def public(self) -> bytes:
        """The public halves as a message, for the directory."""
        halves = (key.public_key().public_bytes_raw() for key in (self._agreement, self._signing))
        return pack("keys", *halves, round=0, sender=self.number)

    def secret_with(self, other: int, directory: Directory) -> bytes:
        """The 32 bytes that this client and another one share, and nobody else knows.

        Raises Refused when the directory's entry is not one of that client.
        """
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        public = _entry(other, directory)[0]
        if public not in self._agreed:
            theirs = X25519PublicKey.from_public_bytes(public)
            try:
                agreed = self._agreement.exchange(theirs)
            except ValueError:
                raise Refused(f"client {other}'s public key fixes the secret beforehand: it is none") from None
            self._agreed[public] = HKDF(SHA256(), 32, None, b"secure sum").derive(agreed)
        return self._agreed[public]

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

    def _box_key(self, sender: int, other: int, directory: Directory) -> bytes:
        return hmac.digest(self.secret_with(other, directory), b"box from %d" % sender, hashlib.sha256)


def signed_by(number: int, directory: Directory, content: bytes, signature: bytes) -> bool:
    """Whether a signature under these bytes is the client's of this number, by the directory."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(_entry(number, directory)[1]).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _entry(number: int, directory: Directory) -> tuple[bytes, ...]:
    message = unpack(directory.get(number, b""), "keys", count=2)
    if message.sender != number or any(len(field) != 32 for field in message.fields):
        raise Refused(f"the directory's keys of client {number} are not its own")
    return message.fields
