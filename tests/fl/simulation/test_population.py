"""Devices: how many letters each has, and how their letters differ."""

import numpy as np
import pytest

from privlab.fl.simulation.population import KINDS, deal, divergence, heavy_tailed_sizes, partition, shrunk


def test_pictures_are_shrunk_by_means_of_four_pixels():
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    small = shrunk(images)
    assert small.shape == (3, 196) and small.dtype == np.float32
    assert np.isclose(small[1, 15], (images[1, 2:4, 2:4].mean() / 255 - 0.17) * 2)


def test_few_devices_hold_most_letters():
    sizes = heavy_tailed_sizes(devices=400, letters=8_000)
    assert len(sizes) == 400 and sizes.min() >= 1 and (np.diff(sizes) <= 0).all() and 7_000 < sizes.sum() <= 8_400
    assert np.sort(sizes)[-10:].sum() > 0.5 * sizes.sum()
    assert heavy_tailed_sizes(devices=400, letters=400).min() == 1
    with pytest.raises(ValueError, match="each of 5 devices needs a letter"):
        heavy_tailed_sizes(devices=5, letters=4)


@pytest.mark.parametrize("skew", [None, 0.1, 10.0])
def test_letters_are_dealt_once_and_periods_share_them_out(easy_letters, skew):
    pixels, labels, _ = easy_letters
    sizes = heavy_tailed_sizes(devices=50, letters=3_000)
    devices = deal(pixels, labels, sizes, np.random.default_rng(2), skew=skew)
    assert np.array_equal(devices.sizes, sizes) and len(set(devices.rows)) == sizes.sum() == len(devices.rows)
    parts = [devices.period(number, periods=4) for number in range(4)]
    for device in (0, 7, 49):
        assert np.array_equal(np.concatenate([part.rows_of(device) for part in parts]), devices.rows_of(device))


def test_a_device_without_letters_or_too_few_letters_are_refused(easy_letters):
    pixels, labels, _ = easy_letters
    with pytest.raises(ValueError, match="every device needs a letter"):
        deal(pixels, labels, [5, 0], np.random.default_rng(0))
    with pytest.raises(ValueError, match="cannot be dealt"):
        deal(pixels, labels, [len(labels), 1], np.random.default_rng(0))


@pytest.mark.slow
def test_partitions_differ_in_what_they_say(easy_letters):
    pixels, labels, _ = easy_letters
    dealt = {
        kind: partition(pixels, labels, kind, np.random.default_rng(3), devices=20, letters_each=100) for kind in KINDS
    }
    assert divergence(dealt["alike"]) < 0.2 < divergence(dealt["label"])
    assert len(set(dealt["label"].sizes)) == 1 and dealt["quantity"].sizes.max() > 5 * np.median(
        dealt["quantity"].sizes
    )
    with pytest.raises(ValueError, match="the kind must be"):
        partition(pixels, labels, "colour", np.random.default_rng(0))
