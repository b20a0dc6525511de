"""Private set intersection: what two lists have in common, and nothing else (lesson 12)."""
from privlab.mpc.curve import hashed_powers, powers, random_key


class Client:
    """The one who learns what is common. items : iterable of str, each counted once."""

    def __init__(self, items):
        self.items, self._key = list(dict.fromkeys(items)), random_key()

    def request(self):
        """First message, to the server: the client's items, each a point raised to the client's key."""
        return hashed_powers(self.items, self._key)

    def common(self, answer, setup):
        """The items that the server has as well, a list. answer, setup : what the server sent."""
        twice = self._raised(answer, setup)
        return [item for item, point in zip(self.items, answer) if point in twice]

    def count(self, answer, setup):
        """How many items the server has as well, all that a size-only answer tells. answer, setup : as in `common`."""
        return len(self._raised(answer, setup).intersection(answer))

    def _raised(self, answer, setup):
        if len(answer) != len(self.items):
            raise ValueError(f"the client asked about {len(self.items)} items, the server answered for {len(answer)}")
        return set(powers(setup, self._key))


class Server:
    """The one who answers and learns how many items the client has. items : as in `Client`."""

    def __init__(self, items):
        self.items, self._key = list(dict.fromkeys(items)), random_key()

    def setup(self):
        """The server's items, each a point raised to its key; sorted, so that their places tell nothing."""
        return sorted(hashed_powers(self.items, self._key))

    def answer(self, request, size_only=False):
        """The client's points raised to the server's key as well, in the client's order.

        size_only : bool, sorts them, so that the client can count the common items and not name them.
        Raises ValueError when one of the points is not in the group.
        """
        raised = powers(request, self._key)
        return sorted(raised) if size_only else raised


def intersect(client_items, server_items, size_only=False):
    """The items common to both, a list in the client's order, or how many they are when `size_only`.

    client_items, server_items : iterables of str.
    Source: Meadows (1986); Huberman, Franklin and Hogg (1999).
    Not secure because nobody checks the client's items: a client that lists every possible item learns the whole set.
    """
    client, server = Client(client_items), Server(server_items)
    setup, answer = server.setup(), server.answer(client.request(), size_only)
    return client.count(answer, setup) if size_only else client.common(answer, setup)


def intersect_with_library(client_items, server_items, size_only=False):
    """The same by openmined-psi, or None where that library is not installed.

    It exists for Linux on x86-64 and macOS on arm64.
    client_items, server_items : lists of str.
    Source: OpenMined and Google, PSI, a C++ library that follows the same protocol.
    """
    try:
        import private_set_intersection.python as psi
    except ImportError:
        return None
    client, server = psi.client.CreateWithNewKey(not size_only), psi.server.CreateWithNewKey(not size_only)
    setup = server.CreateSetupMessage(1e-9, len(client_items), server_items, psi.DataStructure.RAW)
    answer = server.ProcessRequest(client.CreateRequest(client_items))
    if size_only:
        return client.GetIntersectionSize(setup, answer)
    return [client_items[place] for place in sorted(client.GetIntersection(setup, answer))]
