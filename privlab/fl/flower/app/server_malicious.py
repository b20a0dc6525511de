"""A server that lies in the last stage of SecAgg+, and has one node's whole model afterwards (lesson 55, Break it).

It tells the others that one node, the victim, is there *and* gone. Flower's clients check how many are named, not
that nobody is named twice, and hand over shares of both its masks. To everyone the round looks as it should.
"""

from collections.abc import Iterable

import model
import numpy as np
from flwr.app import ConfigRecord, Context, Message
from flwr.common.secure_aggregation.crypto.shamir import combine_shares
from flwr.common.secure_aggregation.crypto.symmetric_encryption import generate_shared_key
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage
from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
from flwr.serverapp import Grid, ServerApp
from flwr.supercore.primitives.asymmetric import bytes_to_private_key, bytes_to_public_key
from recording_grid import numbered, reporting_errors, save
from server_secagg import ObservingGrid, secure_average, stage_of

LEVELS, MODULUS = 2**22, 2**32

app = ServerApp()


class MaliciousGrid(ObservingGrid):
    """A grid whose last stage asks for both kinds of share of one node's masks, and hides that from the honest code."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self.public_keys: dict[int, bytes] = {}
        self.own_shares: list[bytes] = []
        self.pair_shares: list[bytes] = []
        self.refused, self.victim = 0, 0

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        """The replies, with what was asked for too much taken out of them."""
        messages = list(messages)
        stage = stage_of(messages[0])
        if stage == Stage.UNMASK:
            self.victim = min(self.seen)
            for message in messages:
                if message.metadata.dst_node_id != self.victim:
                    lists = message.content.config_records[RECORD_KEY_CONFIGS]
                    lists[Key.DEAD_NODE_ID_LIST] = [*lists[Key.DEAD_NODE_ID_LIST], self.victim]
        replies = super().send_and_receive(messages, timeout=timeout)
        for reply in replies:
            node = reply.metadata.src_node_id
            if reply.has_error():
                self.refused += 1
            elif stage == Stage.SETUP:
                self.public_keys[node] = reply.content.config_records[RECORD_KEY_CONFIGS][Key.PUBLIC_KEY_1]
            elif stage == Stage.UNMASK and node != self.victim:
                self.take(reply.content.config_records[RECORD_KEY_CONFIGS])
        return replies

    def take(self, helped: ConfigRecord) -> None:
        """Keeps a helper's two shares of the victim, and leaves it the one that an honest server would have got."""
        nodes, shares = helped[Key.NODE_ID_LIST], helped[Key.SHARE_LIST]
        own, pair = (share for node, share in zip(nodes, shares) if node == self.victim)
        self.own_shares.append(own)
        self.pair_shares.append(pair)
        helped[Key.NODE_ID_LIST], helped[Key.SHARE_LIST] = nodes[:-1], shares[:-1]

    def stolen(self, clipping_range: float, max_weight: float) -> tuple[model.Weights, float]:
        """The victim's weights and how many letters it has: its masked numbers without any mask, back to fractions."""
        masked, _ = self.seen[self.victim]
        shapes = [array.shape for array in masked]
        own_mask = pseudo_rand_gen(combine_shares(self.own_shares), MODULUS, shapes)
        bare = [array - mask for array, mask in zip(masked, own_mask)]
        key = bytes_to_private_key(combine_shares(self.pair_shares))
        for other in set(self.public_keys) - {self.victim}:
            shared = generate_shared_key(key, bytes_to_public_key(self.public_keys[other]))
            sign = 1 if self.victim > other else -1
            bare = [array - sign * mask for array, mask in zip(bare, pseudo_rand_gen(shared, MODULUS, shapes))]
        weight, *arrays = (array % MODULUS for array in bare)
        part = weight.flat[0] / LEVELS  # its letters, as a part of `max_weight`
        weights = [(array * (2 * clipping_range / LEVELS) - clipping_range) / part for array in arrays]
        return weights, part * max_weight


@app.main()
@reporting_errors
def main(grid: Grid, context: Context) -> None:
    """One round that ends as an honest one does, and in the file beside the average the model of one node."""
    malicious, config = MaliciousGrid(grid), context.run_config
    average = secure_average(malicious, context)
    enough = len(malicious.pair_shares) > 1
    weights, letters = malicious.stolen(config["clipping-range"], config["max-weight"]) if enough else ([], 0.0)
    save(
        config["out"],
        victim=int(malicious.seen[malicious.victim][1]["number"]),
        letters=np.round(letters),
        refused=malicious.refused,
        **numbered("average", average),
        **numbered("stolen", weights),
    )
