"""The server of private averaging: updates are clipped, noise is added, and an accountant refuses what is too much."""

import model
from flwr.app import ArrayRecord, ConfigRecord
from flwr.serverapp import NeighboringRelation, PrivacyConfig, RdpAccountant, SamplingMethod, ServerApp
from flwr.serverapp.exception import PrivacyBudgetExhausted
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg
from recording_grid import Line, named, save, told

app = ServerApp()


@app.main()
@told
def main(grid, context):
    """None; as many rounds as the budget bears, and in a file how many they were, what was spent, and the weights."""
    config, line, kept = context.run_config, Line(grid), []
    nodes = config["nodes"]
    accountant = RdpAccountant(
        PrivacyConfig(
            target_delta=1e-5,
            population_size=nodes,
            neighboring_relation=NeighboringRelation.ADD_OR_REMOVE_ONE,
            sampling_method=SamplingMethod.NO_AMPLIFICATION,
            max_epsilon=config["max-epsilon"],
        )
    )
    average = FedAvg(fraction_evaluate=0.0, min_train_nodes=nodes, min_available_nodes=nodes)
    strategy = DifferentialPrivacyServerSideFixedClipping(
        average, config["noise"], config["clip"], nodes, accountant=accountant
    )
    refusal = ""
    try:
        strategy.start(
            grid=line,
            initial_arrays=ArrayRecord(model.first_weights()),
            num_rounds=config["rounds"],
            timeout=config["seconds"],
            train_config=ConfigRecord({}),
            evaluate_fn=lambda _, arrays: kept.append(arrays),
        )
    except PrivacyBudgetExhausted as error:
        refusal = str(error)
    spent = strategy.privacy_spent()
    save(
        config["out"],
        rounds=len(kept) - 1,
        refusal=refusal,
        spent=getattr(spent, "epsilon", spent),
        **named("weights", kept[-1].to_numpy_ndarrays()),
    )
