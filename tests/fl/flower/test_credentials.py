"""Certificates and keys: who vouches for whom."""

import os
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


@pytest.mark.parametrize("days", [1, 90])
def test_certificates_end_and_the_server_s_own_vouches_for_nobody(tmp_path, days):
    write_authority(tmp_path, days=days)
    for name, vouches in (("ca.crt", True), ("server.pem", False)):
        certificate = x509.load_pem_x509_certificate((tmp_path / name).read_bytes())
        limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert limits.ca is vouches and limits.path_length == (0 if vouches else None), "for no other authority"
        lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert abs(lasts.total_seconds() - 86_400 * days) < 3_600


@pytest.mark.parametrize("host", ["", "a b", "host:443", "https://host", "höst", "10.0.0.1:80"])
def test_what_is_no_host_is_refused(tmp_path, host):
    with pytest.raises(ValueError, match="neither a host's name nor its address"):
        write_authority(tmp_path, hosts=[host])


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes here")
def test_secret_keys_are_their_owner_s_alone(tmp_path):
    write_authority(tmp_path)
    write_node_key(tmp_path / "node")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("server.key", "node")] == [0o600] * 2


def test_a_node_s_key_and_its_public_half_belong_together(tmp_path):
    write_node_key(tmp_path / "key0")
    key = serialization.load_ssh_private_key((tmp_path / "key0").read_bytes(), None)
    public = serialization.load_ssh_public_key((tmp_path / "key0.pub").read_bytes())
    assert key.public_key() == public


def test_a_list_of_trusted_authors_names_one_key(tmp_path):
    write_trusted(tmp_path / "trusted.yaml")
    name, key = (tmp_path / "trusted.yaml").read_text().strip().split(": ")
    assert name == "fpk_lesson" and serialization.load_ssh_public_key(key.strip('"').encode())
