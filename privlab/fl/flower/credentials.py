"""Who is who in a federation: an authority, the server's certificate, and a key for each node (lesson 55)."""

import datetime
import ipaddress

HOURS = 24


def write_authority(folder, host="localhost", address="127.0.0.1"):
    """None; writes ca.crt, server.pem and server.key to the folder: a new authority, and a server that it vouches for.

    folder : Path. host, address : names under which nodes may call the server. All are good for a day.
    Not secure because the authority's own key is thrown away, so that nothing can be renewed or withdrawn; and the
    server's key lies in a file without a password.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = "authority of the lesson"
    uses = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    own = (
        x509.BasicConstraints(ca=True, path_length=0),
        x509.KeyUsage(**uses | {"digital_signature": True, "key_cert_sign": True, "crl_sign": True}),
    )
    names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(address))])
    (folder / "ca.crt").write_bytes(_certificate(name, authority.public_key(), name, authority, own))
    (folder / "server.pem").write_bytes(
        _certificate(
            host, server.public_key(), name, authority, (names, x509.BasicConstraints(ca=False, path_length=None))
        )
    )
    (folder / "server.key").write_bytes(_private(server, "PKCS8"))


def write_node_key(file):
    """None; draws a node's key and writes it to the file, and its public half to the file's name with .pub. file :
    Path.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP384R1())
    file.write_bytes(_private(key, "OpenSSH"))
    file.with_name(file.name + ".pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    )


def write_trusted(file):
    """None; writes a list of who must have signed the apps that a node runs: one, whose key nobody has. file : Path, of
    YAML.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    words = (
        ed25519.Ed25519PrivateKey.generate()
        .public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )
    file.write_text(f'fpk_lesson: "{words}"\n')


def _certificate(subject, public, issuer, key, extensions):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    def called(name):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    now = datetime.datetime.now(datetime.UTC)
    found = (
        x509.CertificateBuilder()
        .subject_name(called(subject))
        .issuer_name(called(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=HOURS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for each in extensions:
        found = found.add_extension(each, critical=not isinstance(each, x509.SubjectAlternativeName))
    return found.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _private(key, form):
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption()
    )
