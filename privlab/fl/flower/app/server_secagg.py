"""The server of SecAgg+: it gets masked weights and opens their average. What it sees on the way, it keeps."""

import model
from flwr.common import bytes_to_ndarray, ndarrays_to_parameters
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage
from flwr.server import LegacyContext, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow
from flwr.serverapp import ServerApp
from recording_grid import Line, named, save, told

app = ServerApp()


class Watching(Line):
    """The line of a server that looks at what passes: `seen` holds each node's masked numbers and what it says in
    clear.
    """

    def __init__(self, grid):
        super().__init__(grid)
        self.seen = {}

    def send_and_receive(self, messages, *, timeout=None):
        """The replies; those of the masked stage are looked at."""
        messages = list(messages)
        stage = stage_of(messages[0]) if messages else None
        replies = super().send_and_receive(messages, timeout=timeout)
        if stage == Stage.COLLECT_MASKED_VECTORS:
            for each in replies:
                if not each.has_error():
                    masked = each.content.config_records[RECORD_KEY_CONFIGS][Key.MASKED_PARAMETERS]
                    said = {
                        name: value
                        for record in (*each.content.metric_records.values(), *each.content.config_records.values())
                        for name, value in record.items()
                        if isinstance(value, int | float)
                    }
                    self.seen[each.metadata.src_node_id] = [bytes_to_ndarray(array) for array in masked], said
        return replies


def stage_of(message):
    """The stage of SecAgg+ that a message belongs to, or None."""
    return message.content.config_records.get(RECORD_KEY_CONFIGS, {}).get(Key.STAGE)


def summed(grid, context, line):
    """Weights after one round of SecAgg+ over the line, a list of arrays; the first weights where the round was halted."""
    config, kept = context.run_config, []
    strategy = FedAvg(
        fraction_evaluate=0.0,
        min_fit_clients=config["nodes"],
        min_available_clients=config["nodes"],
        on_fit_config_fn=lambda number: {"round": number},
        evaluate_fn=lambda number, arrays, _: kept.append(arrays),
        initial_parameters=ndarrays_to_parameters(model.first_weights()),
    )
    work = SecAggPlusWorkflow(
        num_shares=1.0,
        reconstruction_threshold=0.5,
        max_weight=config["max-weight"],
        clipping_range=config["clipping-range"],
        timeout=config["seconds"],
    )
    DefaultWorkflow(fit_workflow=work)(
        line, LegacyContext(context=context, config=ServerConfig(num_rounds=1), strategy=strategy)
    )
    return kept[-1]


@app.main()
@told
def main(grid, context):
    """None; one round, and in a file the average, each node's masked numbers, and what was said beside them."""
    line = Watching(grid)
    weights = summed(grid, context, line)
    found = {}
    for masked, said in line.seen.values():
        number = int(said["number"])
        found[f"masked{number}"] = masked[1]  # of the first layer
        found[f"said{number}"] = sorted({*said} - {"code"})  # the code says that all went well
        found[f"letters{number}"] = said["num_examples"]
    save(context.run_config["out"], passed=line.passed, **named("average", weights), **found)
