"""Trains one classifier on one small table, as the program of a benchmark.

Reads `method` and `condition` from the JSON file named by GOSSET_PARAMS and the
seed from GOSSET_SEED, appends the training error and the number of settings
tried to the file named by GOSSET_METRICS, and writes predictions.csv into the
folder named by GOSSET_RUN_DIR. It never sees the labels of the test rows.

Two methods fail on purpose: `gradient-descent` takes steps that are too long
where features go together, and diverges; `best-subset` looks at every subset of
the features, and runs out of time where there are many.
"""

import os

# One run is to use one core, and NumPy reads this when it is imported.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import csv
import itertools
import json
import pathlib
import sys

import numpy as np

# What a run is given of the training rows, so that seeds differ in more than
# the random numbers of a method.
SHARE = 0.8
CONDITIONS = {"clean": (0.0, 1.0), "noisy-test": (1.0, 1.0), "quarter-of-training": (0.0, 0.25)}


def logistic(seed, setting):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=setting, max_iter=1000)


def nearest(seed, setting):
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(n_neighbors=setting)


def naive_bayes(seed, setting):
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(var_smoothing=setting)


def tree(seed, setting):
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=setting, random_state=seed)


def forest(seed, setting):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=60, max_features=setting, random_state=seed)


def svm(seed, setting):
    from sklearn.svm import SVC

    return SVC(C=setting)


class GradientDescent:
    """Least squares on one-hot labels by plain gradient descent."""

    STEP, STEPS = 0.3, 8_000

    def fit(self, features, labels):
        self.classes, places = np.unique(labels, return_inverse=True)
        targets = np.eye(len(self.classes))[places]
        rows = self.with_constant(features)
        self.weights = np.zeros((rows.shape[1], len(self.classes)))
        gram, cross = rows.T @ rows / len(rows), rows.T @ targets / len(rows)
        with np.errstate(all="ignore"):
            for _ in range(self.STEPS):
                self.weights -= self.STEP * (gram @ self.weights - cross)
        return self

    def predict(self, features):
        return self.classes[(self.with_constant(features) @ self.weights).argmax(axis=1)]

    def is_finite(self):
        return bool(np.isfinite(self.weights).all())

    @staticmethod
    def with_constant(features):
        return np.column_stack([features, np.ones(len(features))])


class BestSubset:
    """The nearest row by the features that do best when each row is left out."""

    def fit(self, features, labels):
        self.features, self.labels = features, labels
        gaps = [(column[:, None] - column[None, :]) ** 2 for column in features.T]
        itself = np.diag(np.full(len(labels), np.inf))
        best, self.tried = -1.0, 0
        for size in range(1, len(gaps) + 1):
            for chosen in itertools.combinations(range(len(gaps)), size):
                nearest = (sum(gaps[index] for index in chosen) + itself).argmin(axis=1)
                found = (labels[nearest] == labels).mean()
                self.tried += 1
                if found > best:
                    best, self.chosen = found, list(chosen)
        return self

    def predict(self, features):
        gaps = features[:, None, self.chosen] - self.features[None, :, self.chosen]
        return self.labels[(gaps**2).sum(axis=2).argmin(axis=1)]


# The settings of each method, of which the one is used that does best on a
# fifth of the run's training rows.
TUNED = {
    "logistic": (logistic, [0.1, 1.0, 10.0]),
    "nearest": (nearest, [1, 5, 15]),
    "naive-bayes": (naive_bayes, [1e-9, 1e-3, 1e-1]),
    "tree": (tree, [2, 5, None]),
    "forest": (forest, ["sqrt", 0.5, None]),
    "svm": (svm, [0.1, 1.0, 10.0]),
}


def read_table(path, first):
    """The first column of a CSV file, and the others as numbers."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if rows[0][0] != first:
        raise SystemExit(f"error: {path} does not begin with the column `{first}`")
    return np.array([row[0] for row in rows[1:]]), np.array([row[1:] for row in rows[1:]], dtype=float)


def drawn(labels, share, draws):
    """A share of the rows, drawn within each class, two of each at least."""
    chosen = []
    for label in np.unique(labels):
        rows = draws.permutation(np.flatnonzero(labels == label))
        chosen.extend(rows[: max(2, round(share * len(rows)))])
    return np.sort(np.array(chosen))


def fit(method, features, labels, seed, draws):
    """The fitted method, and how many settings were tried."""
    if method == "gradient-descent":
        return GradientDescent().fit(features, labels), 1
    if method == "best-subset":
        found = BestSubset().fit(features, labels)
        return found, found.tried
    make, settings = TUNED[method]
    inner = drawn(labels, 0.8, draws)
    outer = np.setdiff1d(np.arange(len(labels)), inner)
    scores = []
    for setting in settings:
        if method == "nearest":
            setting = min(setting, len(inner))
        model = make(seed, setting).fit(features[inner], labels[inner])
        scores.append((model.predict(features[outer]) == labels[outer]).mean() if len(outer) else 0.0)
    best = settings[int(np.argmax(scores))]
    if method == "nearest":
        best = min(best, len(labels))
    return make(seed, best).fit(features, labels), len(settings)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    arguments = parser.parse_args()
    parameters = json.loads(pathlib.Path(os.environ["GOSSET_PARAMS"]).read_text(encoding="utf-8"))
    method, condition = parameters["method"], parameters["condition"]
    known = [*TUNED, "gradient-descent", "best-subset"]
    if method not in known or condition not in CONDITIONS:
        print(f"error: no method `{method}` or no condition `{condition}`", file=sys.stderr)
        return 2
    noise, share = CONDITIONS[condition]
    draws = np.random.default_rng(int(os.environ["GOSSET_SEED"]))
    seed = int(draws.integers(2**31))
    labels, features = read_table(arguments.train, "label")
    rows = drawn(labels, SHARE * share, draws)
    labels, features = labels[rows], features[rows]
    identifiers, test = read_table(arguments.test, "id")
    test = test + noise * draws.standard_normal(test.shape)

    model, trials = fit(method, features, labels, seed, draws)
    error = float((model.predict(features) != labels).mean())
    if isinstance(model, GradientDescent) and not model.is_finite():
        error = float("nan")
    with open(os.environ["GOSSET_METRICS"], "a", encoding="ascii") as file:
        file.write(json.dumps({"step": 1, "training_error": error, "trials": trials}) + "\n")
    path = pathlib.Path(os.environ["GOSSET_RUN_DIR"]) / "predictions.csv"
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "prediction"])
        writer.writerows(zip(identifiers, model.predict(test)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
