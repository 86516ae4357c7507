"""Prediction metrics by scikit-learn on made-up predictions."""

import json
import warnings

import numpy
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
random = numpy.random.default_rng(11)


def classes_case(names, true_names, n):
    truth = random.choice(true_names, n)
    predicted = numpy.where(random.random(n) < 0.6, truth, random.choice(names, n))
    return {
        "truth": truth.tolist(), "predicted": predicted.tolist(),
        "scores": {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "error_rate": metrics.zero_one_loss(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "f1_macro": metrics.f1_score(truth, predicted, average="macro"),
        },
    }


def probabilities_case(classes, n, concentration, with_zeros=False):
    truth = random.choice(classes, n)
    rows = random.dirichlet([concentration] * len(classes), n)
    if with_zeros:
        rows[0] = numpy.eye(len(classes))[0]
        truth[0] = classes[1]
    if len(classes) == 2:
        brier = metrics.brier_score_loss(truth, rows[:, 1], pos_label=classes[1])
    else:
        brier = metrics.brier_score_loss(truth, rows, labels=classes)
    return {
        "truth": truth.tolist(), "classes": classes, "rows": rows.tolist(),
        "scores": {"log_loss": metrics.log_loss(truth, rows, labels=classes), "brier": brier},
    }


def numbers_case(n, scale, offset):
    truth = offset + scale * random.normal(size=n)
    predicted = truth + 0.5 * scale * random.standard_t(3, n)
    return {
        "truth": truth.tolist(), "predicted": predicted.tolist(),
        "scores": {
            "mean_squared_error": metrics.mean_squared_error(truth, predicted),
            "root_mean_squared_error": metrics.root_mean_squared_error(truth, predicted),
            "mean_absolute_error": metrics.mean_absolute_error(truth, predicted),
            "r_squared": metrics.r2_score(truth, predicted),
        },
    }


def plain(value):
    return float(value)


print(json.dumps({
    "tool": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}",
    "classes": [
        classes_case(["a", "b"], ["a", "b"], 40),
        classes_case(["a", "b", "c", "d"], ["a", "b", "c"], 60),
        classes_case(["x", "y", "z"], ["x"], 15),
    ],
    "probabilities": [
        probabilities_case(["a", "b"], 30, 1.0),
        probabilities_case(["a", "b", "c"], 40, 0.4),
        probabilities_case(["a", "b", "c", "d"], 20, 2.0, with_zeros=True),
        probabilities_case(["a", "b"], 10, 1.0, with_zeros=True),
    ],
    "numbers": [numbers_case(50, 1.0, 0.0), numbers_case(20, 1e-3, 100.0), numbers_case(7, 1e5, -3e6)],
}, default=plain, separators=(",", ":")).replace("},", "},\n"))
