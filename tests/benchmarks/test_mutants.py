"""Faults that are planted: a dozen are caught here, and what no test sees is said to survive."""

import pytest

from benchmarks.mutants import Fault, faults, tried
from privlab.data.types import DataError

# cheap ones of many kinds; `python -m benchmarks mutants` plants them all
DOZEN = {
    "privlab/mpc/shamir.py: the first party's share is the secret",
    "privlab/mpc/commitments.py: a nonce may be longer than 32 bytes, so that one commitment opens two ways",
    "privlab/mpc/fixed_point.py: the room for a sum of several is forgotten",
    "privlab/mpc/transcript.py: what all have heard is not seen",
    "privlab/dp/laplace.py: the scale of the noise is upside down",
    "privlab/dp/randomized_response.py: yes and no are exchanged in the posterior",
    "privlab/dp/gaussian.py: noise for several releases is that of one",
    "privlab/validation.py: not-a-number lies between 0 and 1",
    "privlab/fl/secagg/weighting.py: a negative weight is let through",
    "privlab/he/circuits/evaluators.py: rotations turn the other way in the clear",
    "privlab/fl/simulation/client_selection.py: the least likely devices are drawn",
    "privlab/lab/inputs.py: 2 is true",
}


@pytest.mark.slow
def test_a_dozen_faults_are_caught_and_what_nobody_sees_survives():
    chosen = [fault for fault in faults() if str(fault) in DOZEN]
    assert len(chosen) == len(DOZEN)
    own = ("tests/mpc/test_transcript.py",)
    harmless = Fault("mpc", "a word of a comment", "privlab/mpc/transcript.py", "as a table", "as a list", own)
    *verdicts, last = tried([*chosen, harmless], lanes=1, control=False)
    assert [str(verdict.fault) for verdict in verdicts if not verdict.caught] == [] and last.caught is False


def test_a_room_without_faults_is_told():
    with pytest.raises(DataError, match="there are faults of checks, data, dp.* and none of 'attic'"):
        faults("attic")
