"""The list of hashed items that two parties compare, and the dictionary that reads it (lesson 12)."""
import hashlib


def hashed(items):
    """The SHA-256 hash of each item, a set of 32 bytes each: what is often called "anonymised" and is not.

    items : iterable of str.
    Source: Huberman, Franklin and Hogg (1999) begin with this protocol and why it fails.
    Not secure because whoever can list the items that are possible can hash them all.
    """
    return {hashlib.sha256(item.encode()).digest() for item in items}


def read_hashes(hashes, candidates):
    """The items behind the hashes, a list of str: each candidate is hashed and looked up.

    hashes : set of bytes, of another party.
    candidates : iterable of str, all that the items could be.
    """
    return [item for item in candidates if hashlib.sha256(item.encode()).digest() in hashes]
