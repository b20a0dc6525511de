"""Circuits on ciphertexts of CKKS: a client with the secret key, a server without (lessons 31 and 32)."""
