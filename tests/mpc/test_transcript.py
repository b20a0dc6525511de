"""Who saw what of a protocol."""

import pytest

from privlab.mpc.secure_sum import sum_of
from privlab.mpc.transcript import EVERYONE
from tests.mpc.test_secure_sum import article


def test_the_transcript_shows_a_party_what_it_took_part_in_and_nothing_else():
    _, transcript = sum_of(article())
    seen = transcript.seen_by("Bob").messages
    assert len(transcript.messages) == 20 and len(seen) == 11
    assert all(m.receiver == EVERYONE or "Bob" in (m.sender, m.receiver) for m in seen)
    with pytest.raises(ValueError, match="0 messages from Alice to Carlos"):
        transcript.seen_by("Bob").value("Alice", "Carlos")
    assert "-1,000" in repr(transcript) and "<td>-1,000</td>" in transcript._repr_html_()
