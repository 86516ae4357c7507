"""Trains scikit-learn's MLPClassifier on the optical digits, as an example program.

Reads hyper-parameters from the JSON file named by GOSSET_PARAMS and the seed
from GOSSET_SEED, appends one JSON line per epoch with the training loss to the
file named by GOSSET_METRICS if it is set, and writes predictions.csv into the
folder named by GOSSET_RUN_DIR. It never sees the labels of the test images.

Exit codes: 2 for wrong parameters, 3 for a training that diverged, 1 for
anything else.
"""

import os

# One run is to use one core, and NumPy reads this when it is imported.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import csv
import json
import math
import pathlib
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

DATA = pathlib.Path(__file__).resolve().parent.parent / "digits" / "data"

BASELINE = {
    "learning-rate": 0.05,
    "momentum": 0.0,
    "width": 16,
    "alpha": 0.0,
    "batch-size": 32,
    "epochs": 30,
}


class ParameterError(Exception):
    """A hyper-parameter or the seed is missing, unknown or out of range."""


class Diverged(Exception):
    """The training loss is not a number any more."""


def read_settings(path):
    """Returns the baseline, changed by what the JSON object in `path` states."""
    settings = dict(BASELINE)
    if path is None:
        return settings
    try:
        stated = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ParameterError(f"{path} is not JSON: {error}") from error
    if not isinstance(stated, dict):
        raise ParameterError(f"{path} is not a JSON object")
    for key, value in stated.items():
        name = key.replace("_", "-")
        if name not in BASELINE:
            raise ParameterError(f"unknown parameter `{key}`, known are {', '.join(BASELINE)}")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParameterError(f"`{key}` is {value!r}, it must be a number")
        whole = isinstance(BASELINE[name], int)
        if whole and value != int(value):
            raise ParameterError(f"`{key}` is {value}, it must be a whole number")
        settings[name] = int(value) if whole else float(value)
    return settings


def read_seed(text):
    """Returns the seed, which NumPy limits to 32 bits."""
    if text is None:
        raise ParameterError("no seed is given, set `GOSSET_SEED`")
    if not text.isdecimal() or int(text) >= 2**32:
        raise ParameterError(f"`GOSSET_SEED` is {text!r}, expected a whole number below 2^32")
    return int(text)


def read_table(path):
    """Returns a CSV file as its columns' names and an array of whole numbers."""
    with open(path, encoding="ascii", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], np.array(rows[1:], dtype=np.int64)


def read_task(folder):
    """Returns training pixels and labels, test identifiers and test pixels."""
    _, train = read_table(folder / "train.csv")
    _, test = read_table(folder / "test.csv")
    return train[:, 2:] / 16.0, train[:, 1], test[:, 0], test[:, 1:] / 16.0


def train(pixels, labels, settings, seed, record=None):
    """Returns a classifier trained for a fixed number of epochs.

    `record(step, loss)` is called for each epoch, counted from 1.
    """
    classifier = MLPClassifier(
        hidden_layer_sizes=(settings["width"],),
        solver="sgd",
        alpha=settings["alpha"],
        batch_size=settings["batch-size"],
        learning_rate_init=settings["learning-rate"],
        momentum=settings["momentum"],
        nesterovs_momentum=False,
        max_iter=settings["epochs"],
        # Every run trains for all its epochs, so that arms differ in one thing.
        tol=0.0,
        n_iter_no_change=settings["epochs"] + 1,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # Stopping at the last epoch is what is asked for here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            classifier.fit(pixels, labels)
        except ValueError as error:
            if "non-finite" in str(error):
                raise Diverged("training diverged") from error
            raise ParameterError(str(error)) from error
    for step, loss in enumerate(classifier.loss_curve_, start=1):
        if not math.isfinite(loss):
            raise Diverged(f"training diverged at step {step}")
        if record is not None:
            record(step, float(loss))
    return classifier


def write_predictions(path, identifiers, probabilities):
    """Writes the columns id, prediction, p_0 to p_9."""
    with open(path, "w", encoding="ascii", newline="\n") as file:
        names = ",".join(f"p_{digit}" for digit in range(probabilities.shape[1]))
        file.write(f"id,prediction,{names}\n")
        for identifier, row in zip(identifiers, probabilities):
            fields = ",".join(f"{value:.4e}" for value in row)
            file.write(f"{identifier},{row.argmax()},{fields}\n")


def append_metrics(path, lines):
    """Appends one JSON object per line."""
    with open(path, "a", encoding="ascii") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def main():
    """Runs one training and returns the exit code."""
    try:
        settings = read_settings(os.environ.get("GOSSET_PARAMS"))
        seed = read_seed(os.environ.get("GOSSET_SEED"))
        pixels, labels, identifiers, test = read_task(DATA)
        lines = []
        try:
            classifier = train(
                pixels,
                labels,
                settings,
                seed,
                lambda step, loss: lines.append({"step": step, "loss": loss}),
            )
        finally:
            if "GOSSET_METRICS" in os.environ:
                append_metrics(os.environ["GOSSET_METRICS"], lines)
        folder = pathlib.Path(os.environ.get("GOSSET_RUN_DIR", "."))
        write_predictions(
            folder / "predictions.csv", identifiers, classifier.predict_proba(test)
        )
    except ParameterError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except Diverged as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
