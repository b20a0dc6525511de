"""Many devices in one process, which differ as real ones do.

In a round the server asks `count` of n devices; each takes `steps` on its own letters and sends its update, what its
weights have changed by, float32 [devices, size]. A client weight is how much an update counts. pixels are float32
[n, 196], shrunken letters. beta is how strongly devices with many letters are preferred; skew and strength are
parameters of Dirichlet distributions: the smaller, the less alike the devices.

population        how many letters each device has, and how their letters differ.
client_selection  whom the server asks, how an answer counts, and what a watcher learns.
local_training    the updates of a round, and their average.
algorithms        FedAvg, FedProx, FedOpt, SCAFFOLD; selection by activity; updates in few bits.
byzantine         devices that plant a backdoor, and rules of aggregation against them.
text_tasks        four tasks on commands, and the transformer that learns them.
"""

from privlab.fl.simulation import text_tasks
from privlab.fl.simulation.algorithms import federate, federate_by_activity, quantizer, train_centrally
from privlab.fl.simulation.byzantine import robust_aggregate, stamped, train_under_attack
from privlab.fl.simulation.client_selection import calls, choose, client_weights, selection_probabilities, watcher_score
from privlab.fl.simulation.local_training import Network, aggregate, client_updates
from privlab.fl.simulation.population import Devices, deal, divergence, heavy_tailed_sizes, partition, shrunk

__all__ = [
    "Devices",
    "Network",
    "aggregate",
    "calls",
    "choose",
    "client_updates",
    "client_weights",
    "deal",
    "divergence",
    "federate",
    "federate_by_activity",
    "heavy_tailed_sizes",
    "partition",
    "quantizer",
    "robust_aggregate",
    "selection_probabilities",
    "shrunk",
    "stamped",
    "text_tasks",
    "train_centrally",
    "train_under_attack",
    "watcher_score",
]
