"""How well a network taught on drawn letters alone reads real ones, and how fast letters are drawn."""

import time

from benchmarks import figure

ACCURACY = {"emnist": 73.0}  # what the drawing was asked to reach; the drawn letters have no such bound
DRAWN_PER_SECOND = 1000.0


def run(full, seed, trials):
    """Figures: accuracy on the test letters in use (per cent), of a reader trained now and of the shipped one; speed.

    The letters drawn for training are new for every seed, in all faces beside real test letters and in public faces
    beside drawn ones; no test letter and no real letter is trained on. `trials` readers are trained and averaged.
    """
    from benchmarks.experiments.reader_training import accuracy, train_reader
    from privlab.data import data_in_use, letters, render
    from privlab.data.drawn.dataset import DrawnSet, draw
    from privlab.data.drawn.fonts import ALL_FACES, PUBLIC_FACES
    from privlab.data.types import Pictures
    from privlab.ml.letter_classifier import load_reader

    if data_in_use().source == "drawn":
        render()
    split = letters()
    faces = ALL_FACES if split.source == "emnist" else PUBLIC_FACES
    writers, epochs = (1_200, 6) if full else (600, 5)
    accuracies, seconds, drawn = [], 0.0, 0
    for trial in range(trials or 1):
        new = DrawnSet(seed=1_000 + seed, first_writer=100_000 * (1 + trial), writers=writers, faces=faces)
        started = time.process_time()
        arrays = draw(new)
        seconds, drawn = seconds + time.process_time() - started, drawn + len(new)
        reader = train_reader(Pictures(*arrays, "drawn"), seed=1_000 * seed + trial, epochs=epochs)
        accuracies.append(100 * accuracy(reader, split.test))
    shipped = 100 * accuracy(load_reader(split.source), split.test)
    yield figure("letters_accuracy", sum(accuracies) / len(accuracies), "%", ACCURACY.get(split.source), split.source)
    yield figure("letters_accuracy_shipped", shipped, "%", ACCURACY.get(split.source), split.source)
    yield figure("letters_drawn_per_second", drawn / seconds, "letters/s", DRAWN_PER_SECOND, "drawn")
