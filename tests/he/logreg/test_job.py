"""What both sides agree on: it fits its ring, and a file that was changed is told."""

import pytest

from privlab.he.logreg.job import Job

SMALL = Job(minibatches=2, samples=8, learning_rate=1.0, dropped=(2, 32))


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text[:-5],
        lambda text: "",
        lambda text: "{}",
        lambda text: "[1]",
        lambda text: text.replace('"learning_rate"', '"rate"'),
    ],
)
def test_a_job_cut_short_or_changed_is_told(tmp_path, harm):
    SMALL.write(tmp_path / "job.json")
    assert Job.read(tmp_path / "job.json") == SMALL
    (tmp_path / "job.json").write_text(harm((tmp_path / "job.json").read_text()))
    with pytest.raises(ValueError, match="job.json was cut short or changed on its way"):
        Job.read(tmp_path / "job.json")


def test_the_job_of_the_lesson_fits_its_ring_and_needs_eight_keys():
    parameters = Job().parameters()
    assert (parameters.ring, parameters.depth, parameters.bits, len(parameters.rotations)) == (16384, 13, 429, 7)
    assert parameters.is_secure() and parameters.key_bytes() < 0.45e9
