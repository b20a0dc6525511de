"""Who is who in a federation: an authority, the server's certificate, and a key for each node (lesson 55)."""

import datetime
import ipaddress
import os
import pathlib
import re
from collections.abc import Sequence
from typing import Any

MOST_DAYS = 36_500  # a date that all programs can write
NAMED = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")  # nothing that a shell would run
LOOPBACK = "localhost", "127.0.0.1"


def write_authority(folder: pathlib.Path, hosts: Sequence[str] = (), *, days: float = 1) -> None:
    """Writes ca.crt, server.pem and server.key to the folder: a new authority, and a server that it vouches for.

    hosts : names and addresses under which nodes call the server, beside `LOOPBACK`.
    days : how long the certificates are good; then all files are written anew.
    Raises ValueError for what is neither a name nor an address, and for no days.
    Not secure because the authority's own key is thrown away, so that nothing can be renewed or withdrawn; and the
    server's key lies in a file without a password.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"certificates are good for some days, more than 0 and at most {MOST_DAYS}: got {days!r}")
    called = [_general_name(host) for host in dict.fromkeys([*LOOPBACK, *hosts])]
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = "authority of the lesson"
    others = "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only"
    uses = dict.fromkeys(others.split(), False) | dict.fromkeys(
        ["digital_signature", "key_cert_sign", "crl_sign"], True
    )
    vouches = x509.BasicConstraints(ca=True, path_length=0), x509.KeyUsage(**uses)
    serves = x509.SubjectAlternativeName(called), x509.BasicConstraints(ca=False, path_length=None)
    (folder / "ca.crt").write_bytes(_certificate(name, authority.public_key(), name, authority, vouches, days))
    (folder / "server.pem").write_bytes(_certificate(LOOPBACK[0], server.public_key(), name, authority, serves, days))
    _write_secret(folder / "server.key", _private(server, "PKCS8"))


def write_node_key(file: pathlib.Path) -> None:
    """Draws a node's key and writes it to the file, and its public half to the file's name with .pub."""
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP384R1())
    _write_secret(file, _private(key, "OpenSSH"))
    file.with_name(file.name + ".pub").write_bytes(_public(key))


def write_connection(folder: pathlib.Path, name: str, address: str, *, guarded: bool) -> None:
    """Writes home/config.toml to the folder: the server's address by a name, for whoever hands an app in there.

    guarded : whether the server is known by the authority in the folder; else the line is not encrypted.
    """
    line = f"root-certificates = '{(folder / 'ca.crt').resolve()}'" if guarded else "insecure = true"
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(
        f'[superlink]\ndefault = "{name}"\n[superlink.{name}]\naddress = "{address}"\n{line}\n', encoding="utf-8"
    )


def write_trusted(file: pathlib.Path) -> None:
    """Writes a list, in YAML, of who must have signed the apps that a node runs: one, whose key nobody has."""
    from cryptography.hazmat.primitives.asymmetric import ed25519

    file.write_text(f'fpk_lesson: "{_public(ed25519.Ed25519PrivateKey.generate()).decode()}"\n')


def _general_name(host: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if not NAMED.fullmatch(host):
        raise ValueError(f"{host!r} is neither a host's name nor its address: leave out protocol and port")
    return x509.DNSName(host)


def _write_secret(file: pathlib.Path, content: bytes) -> None:
    """Writes a file that only its owner may read."""
    with open(file, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as secret:
        secret.write(content)


def _certificate(subject: str, public: Any, issuer: str, key: Any, extensions: tuple[Any, ...], days: float) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    def called(name: str) -> Any:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called(subject))
        .issuer_name(called(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for extension in extensions:
        critical = not isinstance(extension, x509.SubjectAlternativeName)
        certificate = certificate.add_extension(extension, critical=critical)
    return certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _private(key: Any, form: str) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption()
    )


def _public(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
