"""Keys of two processes in files: one folder each."""

import numpy as np
import pytest

from privlab.he.ckks.parameters import Parameters

pytest.importorskip("tenseal")


def test_both_sides_are_made_of_their_own_folder_and_the_secret_key_lies_in_the_client_s_alone(tmp_path):
    from privlab.he.ckks.key_files import load_client, load_server, make_client

    own, sent = tmp_path / "own", tmp_path / "sent"
    own.mkdir()
    sent.mkdir()
    parameters = Parameters(8192, depth=1, scale_bits=40, whole_bits=10, rotations=(1,))
    made = make_client(own, sent, parameters)
    assert [path.name for path in own.iterdir()] == ["secret-key"]
    assert sorted(path.name for path in sent.iterdir()) == ["product-key", "rotation-key-1"]
    server, client = load_server(sent, parameters), load_client(own, parameters)
    turned = server.rotate(made.encrypt(np.array([1.0, 2.0, 3.0, 4.0]), 1), 1, level=1)
    assert client.decrypt(turned, 4) == pytest.approx([2, 3, 4, 1], abs=0.05)
    with pytest.raises(FileNotFoundError):
        load_client(sent, parameters)
