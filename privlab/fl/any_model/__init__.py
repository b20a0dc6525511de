"""Attacks that one can point at any torch model: one's own, before somebody else does (lesson 51).

B samples in a batch, of any shape; m neurons of a dense layer. A residual is the distance of what guessed samples would
have sent from what came back, over the length of that.

report           which attacks apply, which not and why, and what each got: `attack`.
client_model     the client as an attacker rebuilds it.
tracing          where a model's weight matrices work, seen while it runs.
dense_inversion  samples out of one dense layer, exactly.
prior_matching   samples by a search, with what is known of pictures.
"""

from privlab.fl.any_model.report import Attempt, Report

__all__ = ["Attempt", "Report"]
