"""Signs alone tell letters whose label is alone."""

import numpy as np
import pytest

from privlab.fl.gradients.defenses import signs, total
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint.sign_attack import levels_network, read_levels
from tests.fl.imprint.planted import SECRET

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
def test_signs_hide_nothing_of_letters_whose_label_is_alone():
    labels = np.array([3, 3, 7, 9, 25])
    network = levels_network(10)
    sent = [signs(client_gradient(network, SECRET[own], labels[own])) for own in (slice(0, 2), slice(2, 5))]
    read = read_levels(total(sent), 10)
    assert read.shape == (3, 28, 28), "the labels 3, 7 and 9; of the letter that is always read nothing"
    both, *alone = read
    for picture, letter in zip(alone, SECRET[2:4] / 255):
        assert np.abs(picture - letter).max() <= 1 / 20 + 1e-9 and not picture[letter == 0].any()
    assert np.abs(both - SECRET[:2].max(axis=0) / 255).max() <= 1 / 20 + 1e-9, "two of a label: the brighter pixel"
    assert not len(read_levels(sent[0].map(np.zeros_like), 10)), "control: nothing out of zeros"


def test_the_faintest_ink_is_seen():
    letter = np.zeros((28, 28), np.uint8)
    letter[3, 4], letter[5, 6] = 1, 255
    picture = read_levels(signs(client_gradient(levels_network(2), letter[None], [3])), 2)[0]
    assert np.argwhere(picture > 0).tolist() == [[3, 4], [5, 6]] and picture[5, 6] > picture[3, 4]


def test_planted_levels_refuse_what_they_cannot_use():
    for call, said in (
        (lambda: levels_network(0), "number of levels"),
        (lambda: read_levels(client_gradient(dense_network(1), SECRET[:1], [1]), 2), "another model"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
