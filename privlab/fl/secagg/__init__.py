"""Secure aggregation: the server learns a sum of updates and nothing else of them (lesson 52).

n clients, numbered from 0, each with an update of d numbers: floats [d], and in fixed point uint64 [d] modulo 2^64.
online, lost: the numbers of the clients who reported, and of those who did not. A seed has 16 bytes and makes one mask,
which is uint64 [d]; a message is bytes; whoever does not do what a message asks raises `Refused`.

additive          a sum from shares that all hand to each other
masking           masks that cancel in pairs, and what takes the rest of them off
keys              a party's keys, the secrets that two clients have in common, and the directory of all
masking_graph     the promise of a sum in numbers, and what follows: who masks with whom, and who helps
seed_sharing      seeds in Shamir's shares, and back, wrong ones among them
messages          what passes between clients and server, as bytes, signed
client, server    the two sides of the protocol
protocol          a federation in one process, and training with it
malicious_server  what a server that lies asks of the helpers, and rules under which one accomplice is enough
weighting         what clients send who do not all weigh the same
distributed_dp    noise that the clients add to their updates before they mask them
"""

from privlab.fl.secagg import distributed_dp, malicious_server
from privlab.fl.secagg.additive import SharedUpdates, as_gradient, share_updates
from privlab.fl.secagg.client import AggregationClient
from privlab.fl.secagg.keys import Keys
from privlab.fl.secagg.masking import mask, round_seed, stream, unmask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Message, Refused, unpack
from privlab.fl.secagg.protocol import Federation, Round, train
from privlab.fl.secagg.server import AggregationServer
from privlab.fl.secagg.weighting import weighted, weighted_mean

__all__ = [
    "AggregationClient",
    "AggregationServer",
    "Federation",
    "Keys",
    "Message",
    "Refused",
    "Round",
    "Rules",
    "SharedUpdates",
    "as_gradient",
    "distributed_dp",
    "malicious_server",
    "mask",
    "round_seed",
    "share_updates",
    "stream",
    "train",
    "unmask",
    "unpack",
    "weighted",
    "weighted_mean",
]
