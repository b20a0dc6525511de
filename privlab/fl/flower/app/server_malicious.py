"""A server that lies in the last stage of SecAgg+, and has one node's whole model afterwards (lesson 55, Break it).

It tells the others that one node, the victim, is there *and* gone. The engine's clients check how many are named, not
that nobody is named twice, and hand over shares of both its masks. To everyone the round looks as it should.
"""

import numpy as np
from flwr.common.secure_aggregation.crypto.shamir import combine_shares
from flwr.common.secure_aggregation.crypto.symmetric_encryption import generate_shared_key
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage
from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
from flwr.serverapp import ServerApp
from flwr.supercore.primitives.asymmetric import bytes_to_private_key, bytes_to_public_key
from recording_grid import named, save, told
from server_secagg import Watching, stage_of, summed

LEVELS, MODULUS = 2**22, 2**32

app = ServerApp()


class Lying(Watching):
    """A line whose last stage asks for both kinds of share of one node's masks, and hides that from the honest code."""

    def __init__(self, grid):
        super().__init__(grid)
        self.public, self.own, self.pairs, self.refused, self.victim = {}, [], [], 0, None

    def send_and_receive(self, messages, *, timeout=None):
        """The replies, with what was asked for too much taken out of them."""
        messages = list(messages)
        stage = stage_of(messages[0])
        if stage == Stage.UNMASK:
            self.victim = min(self.seen)
            for each in messages:
                if each.metadata.dst_node_id != self.victim:
                    lists = each.content.config_records[RECORD_KEY_CONFIGS]
                    lists[Key.DEAD_NODE_ID_LIST] = [*lists[Key.DEAD_NODE_ID_LIST], self.victim]
        replies = super().send_and_receive(messages, timeout=timeout)
        for each in replies:
            if each.has_error():
                self.refused += 1
            elif stage == Stage.SETUP:
                self.public[each.metadata.src_node_id] = each.content.config_records[RECORD_KEY_CONFIGS][
                    Key.PUBLIC_KEY_1
                ]
            elif stage == Stage.UNMASK and each.metadata.src_node_id != self.victim:
                self.take(each.content.config_records[RECORD_KEY_CONFIGS])
        return replies

    def take(self, given):
        """None; keeps a helper's two shares of the victim, and leaves it the one that an honest server would have got."""
        shares = [
            share for number, share in zip(given[Key.NODE_ID_LIST], given[Key.SHARE_LIST]) if number == self.victim
        ]
        self.own.append(shares[0])
        self.pairs.append(shares[1])
        given[Key.NODE_ID_LIST], given[Key.SHARE_LIST] = given[Key.NODE_ID_LIST][:-1], given[Key.SHARE_LIST][:-1]

    def bare(self, clipping, most):
        """The victim's weights, a list of arrays: its masked numbers without any mask, and back to fractions."""
        masked, _ = self.seen[self.victim]
        shapes = [array.shape for array in masked]
        bare = [array - mask for array, mask in zip(masked, pseudo_rand_gen(combine_shares(self.own), MODULUS, shapes))]
        key = bytes_to_private_key(combine_shares(self.pairs))
        for other in set(self.public) - {self.victim}:
            shared = generate_shared_key(key, bytes_to_public_key(self.public[other]))
            sign = 1 if self.victim > other else -1
            bare = [array - sign * mask for array, mask in zip(bare, pseudo_rand_gen(shared, MODULUS, shapes))]
        weight, *arrays = (array % MODULUS for array in bare)
        share = weight.flat[0] / LEVELS  # its letters, as a part of `max-weight`
        return [(array * (2 * clipping / LEVELS) - clipping) / share for array in arrays], share * most


@app.main()
@told
def main(grid, context):
    """None; one round that ends as an honest one does, and in the file beside the average the model of one node."""
    line, config = Lying(grid), context.run_config
    weights = summed(grid, context, line)
    stolen, letters = line.bare(config["clipping-range"], config["max-weight"]) if len(line.pairs) > 1 else ([], 0)
    victim = int(line.seen[line.victim][1]["number"])
    save(
        config["out"],
        victim=victim,
        letters=np.round(letters),
        refused=line.refused,
        **named("average", weights),
        **named("stolen", stolen),
    )
