"""The drawn letters: the same pixels everywhere, two sets that share nothing, and quick enough."""

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from privlab.data.drawn import fonts, handwriting, rasterizer
from privlab.data.drawn import writers as hand
from privlab.data.drawn.dataset import SETS, draw
from privlab.data.drawn.fonts import ALL_FACES, PRIVATE_FACES, PUBLIC_FACES, face

FIRST_THOUSAND = {  # sha256 of the pixels and labels of the first 1,000 letters of each set
    "private_train": "f9c4540570a892fddb9a7f3718f9373f07c93afa4f3264e5a0a9fca758f447d2",
    "private_test": "c1449869266298280c825f536c9b80e6eeb7a12b6efe90b7cfe70b2d9d74eed5",
    "public": "69459d5ac735fbbfe11d5ae182d10b5ebb13ae71fc9bfd009aa1dcd021280175",
    "all": "44dd8d8feef98a862732d3e2766ec1df43c83d5c2e3d0cd23a68441cd3763704",
}


@pytest.fixture(scope="module")
def thousand():
    return {name: draw(each, 1_000) for name, each in SETS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_pixels_are_the_same_on_every_machine(thousand, name):
    images, labels, _ = thousand[name]
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == FIRST_THOUSAND[name]


@pytest.mark.slow
def test_the_pixels_do_not_depend_on_the_processor(thousand):
    """The same on a processor without vector instructions, as numpy and its BLAS let us pretend."""
    from numpy._core._multiarray_umath import __cpu_features__ as features

    off = [name for name, there in features.items() if there and name.startswith(("AVX", "FMA", "X86_V3", "X86_V4"))]
    code = (
        "from privlab.data.drawn.dataset import SETS, draw\nimport hashlib\n"
        "print(hashlib.sha256(draw(SETS['all'], 300)[0].tobytes()).hexdigest())"
    )
    plain = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(off), "OPENBLAS_CORETYPE": "NEHALEM"}
    said = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=plain, capture_output=True, text=True)
    assert said.stdout.strip() == hashlib.sha256(thousand["all"][0][:300].tobytes()).hexdigest()


@pytest.mark.slow
def test_letters_look_as_emnist_does(thousand):
    for images, labels, _writers in thousand.values():
        assert images.shape == (1_000, 28, 28) and images.dtype == labels.dtype == np.uint8
        assert (images.max(axis=(1, 2)) == 255).all() and labels.max() == 25
        ink = images > 50
        assert 0.05 < ink.mean() < 0.35
        assert (images[:, 0].max(axis=1) < 128).mean() > 0.95  # a border stays dark
        middle = np.array(
            [(np.flatnonzero(each.any(0))[[0, -1]].mean(), np.flatnonzero(each.any(1))[[0, -1]].mean()) for each in ink]
        )
        assert (np.abs(middle - 13.5) <= 1.5).all()  # and the letter stands in the middle


def test_every_writer_writes_every_letter_once_in_both_cases():
    images, labels, writers = draw(replace(SETS["public"], writers=3))
    assert np.bincount(writers)[1000:].tolist() == [52, 52, 52]
    assert np.bincount(labels).tolist() == [6] * 26
    assert len(np.unique(images, axis=0)) == len(images)


def test_the_sets_have_the_sizes_promised():
    assert {name: len(each) for name, each in SETS.items()} == {
        "private_train": 24_024,
        "private_test": 4_004,
        "public": 20_020,
        "all": 20_020,
    }


def test_private_and_public_letters_share_no_face_and_no_writer():
    assert SETS["private_train"].faces == SETS["private_test"].faces == PRIVATE_FACES
    assert SETS["public"].faces == PUBLIC_FACES and not set(PUBLIC_FACES) & set(PRIVATE_FACES)
    ids = [set(range(each.first_writer, each.first_writer + each.writers)) for each in SETS.values()]
    assert sum(map(len, ids)) == len(set.union(*ids))


def test_no_face_is_another_under_a_second_name():
    """Hershey's rowmans, for one, is futural: as public and private faces they would have shared every letter."""
    drawings = [face(name)[0] for name in ALL_FACES]
    for i, one in enumerate(drawings):
        for other in drawings[:i]:
            assert np.isclose(one, other).all(axis=(1, 2)).mean() < 0.9
    private = [face(name)[0] for name in PRIVATE_FACES]
    public = [face(name)[0] for name in PUBLIC_FACES]
    assert not any(np.isclose(one, other).all(axis=(1, 2)).any() for one in private for other in public)
    np.testing.assert_array_equal(face("rowmans")[0], face("futural")[0])  # the positive control


@pytest.mark.slow
def test_the_first_rows_do_not_depend_on_how_many_are_drawn(thousand):
    for few, many in zip(draw(SETS["all"], 70), thousand["all"]):
        np.testing.assert_array_equal(few, many[:70])


@pytest.mark.slow
def test_another_seed_draws_other_letters(thousand):
    other = draw(replace(SETS["public"], seed=99), 50)[0]
    assert (other != thousand["public"][0][:50]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("count", [0, -1, 24_025])
def test_a_count_out_of_range(count):
    with pytest.raises(ValueError, match="from 1 to 24024"):
        draw(SETS["private_train"], count)


@pytest.mark.slow
def test_a_thousand_letters_a_second_on_one_core():
    """The fastest of three runs, in processor time, so that a busy machine does not fail it."""

    def seconds():
        started = time.process_time()
        draw(SETS["all"], 1_000)
        return time.process_time() - started

    assert min(seconds() for _ in range(3)) < 1


@pytest.mark.slow
def test_a_writer_keeps_pen_and_slant():
    """Pens of one writer differ less than those of two: variance within under a fifth of that between."""
    hands = hand.Hands(1, range(40))
    which, letters = np.repeat(np.arange(40), 52), np.tile(np.arange(52), 40)
    pens = hand.write(hands, which, letters, ("hand_1",), [1])[1].reshape(40, 52)
    by_letter = np.log(pens) - np.log(pens).mean(axis=0)
    assert by_letter.var(axis=1).mean() < by_letter.mean(axis=1).var() / 2


def test_widening_a_dot_gives_a_disc():
    ink = np.zeros((1, rasterizer.FINE_SIDE, rasterizer.FINE_SIDE), np.uint8)
    ink[0, 50, 60] = 1
    y, x = np.mgrid[: rasterizer.FINE_SIDE, : rasterizer.FINE_SIDE]
    for radius in (0, 3, 4, 9, 18, 40):
        disc = 16 * ((x - 60) ** 2 + (y - 50) ** 2) <= radius**2
        np.testing.assert_array_equal(rasterizer.widen(ink, radius)[0], disc)
    ink[0, 50, 60], ink[0, 0, 111] = 0, 1  # at the border nothing comes in on the other side
    assert rasterizer.widen(ink, 8)[0, :, :100].max() == rasterizer.widen(ink, 8)[0, 10:].max() == 0


def test_shrinking_is_exact_in_whole_numbers():
    ink = np.random.default_rng(0).integers(0, 2, (3, rasterizer.FINE_SIDE, rasterizer.FINE_SIDE), np.uint8)
    for blur in range(len(rasterizer.BLURS)):
        weights = rasterizer.shrinking_weights(blur)
        assert (weights == np.rint(weights)).all() and weights.sum(axis=1).max() ** 2 < 2**24
        whole = weights.astype(np.int64)
        grey = whole @ ink.astype(np.int64) @ whole.T
        brightest = grey.max(axis=(1, 2), keepdims=True)
        np.testing.assert_array_equal(rasterizer.shrink(ink, blur), (grey * 255 + brightest // 2) // brightest)


def test_points_lie_at_equal_distances():
    points, strokes = fonts.points_along([np.array([[0, 0], [3, 0]]), np.array([[0, 1], [1, 1]])])
    assert points.shape == (fonts.POINTS, 2) and np.bincount(strokes).tolist() == [191, 65]
    steps = np.diff(points[:191, 0])
    assert np.allclose(steps, 3 / 190)


def test_a_handprint_stroke_is_smooth_but_at_its_corners():
    smooth = handwriting.smooth("0 0, 1 1, 2 0")
    sharp = handwriting.smooth("0 0, 1 1!, 2 0")
    for stroke in (smooth, sharp):
        assert stroke[0].tolist() == [0, 0] and stroke[-1].tolist() == [2, 0] and [1, 1] in stroke.tolist()
    steps = np.diff(sharp, axis=0)
    assert len(sharp) == len(smooth) == 17 and np.allclose(np.abs(steps[:8, 0]), np.abs(steps[:8, 1]))
    assert smooth[12, 1] > sharp[12, 1]


def test_every_letter_has_a_form_in_every_handprint_face():
    for name in handwriting.FACES:
        for letter in handwriting.FORMS:
            strokes = np.concatenate(handwriting.strokes_of(name, letter))
            assert strokes[:, 1].min() < -0.5 and strokes[:, 1].max() < 0.5 and np.ptp(strokes[:, 0]) < 1
