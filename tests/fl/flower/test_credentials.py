"""Certificates and keys: who vouches for whom."""

import ssl

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from privlab.fl.flower.credentials import write_authority, write_node_key, write_trusted


def test_the_authority_vouches_for_its_own_server_and_for_no_other(tmp_path):
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
        write_authority(folder)
    authorities = [x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes()) for folder in folders]
    server = x509.load_pem_x509_certificate((folders[0] / "server.pem").read_bytes())
    server.verify_directly_issued_by(authorities[0])
    with pytest.raises(InvalidSignature):
        server.verify_directly_issued_by(authorities[1])
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    context = ssl.create_default_context(cafile=folders[0] / "ca.crt")
    context.load_cert_chain(folders[0] / "server.pem", folders[0] / "server.key")  # raises where they do not fit


def test_a_node_s_key_and_its_public_half_belong_together(tmp_path):
    write_node_key(tmp_path / "key0")
    key = serialization.load_ssh_private_key((tmp_path / "key0").read_bytes(), None)
    public = serialization.load_ssh_public_key((tmp_path / "key0.pub").read_bytes())
    assert key.public_key() == public


def test_a_list_of_trusted_authors_names_one_key(tmp_path):
    write_trusted(tmp_path / "trusted.yaml")
    name, key = (tmp_path / "trusted.yaml").read_text().strip().split(": ")
    assert name == "fpk_lesson" and serialization.load_ssh_public_key(key.strip('"').encode())
