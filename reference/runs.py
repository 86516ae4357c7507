"""Aggregates over tasks and runs, and probabilities of improvement, by rliable; performance profiles and all
bootstrap intervals by plain NumPy.

The intervals follow the definition in rliable: runs are drawn with replacement within each task, and the
bounds are percentiles. rliable.library itself is not called: its dependency arch could not be imported beside these versions.
"""

import json

import numpy
import rliable.metrics as metrics
import scipy

random = numpy.random.default_rng(20260107)
VERSIONS = f"rliable.metrics 1.2.0 (points), NumPy bootstrap (bounds), scipy {scipy.__version__}, numpy {numpy.__version__}"

inputs = {
    "normal_5x26": random.normal(1, 0.3, (5, 26)) * random.uniform(0.2, 3, 26),
    "exponential_3x10": random.exponential(1, (3, 10)),
    "tied_10x7": random.integers(0, 6, (10, 7)) / 5,
}
GAMMA = 1.0


def aggregates(scores):
    return numpy.array(
        [
            metrics.aggregate_mean(scores),
            metrics.aggregate_median(scores),
            metrics.aggregate_iqm(scores),
            metrics.aggregate_optimality_gap(scores, GAMMA),
        ]
    )


def resampled(scores, replicates=20000):
    runs, tasks = scores.shape
    draws = random.integers(0, runs, (replicates, runs, tasks))
    drawn = numpy.take_along_axis(numpy.broadcast_to(scores, draws.shape), draws, axis=1)
    means = drawn.mean(axis=1)
    flat = numpy.sort(drawn.reshape(replicates, -1), axis=1)
    cut = flat.shape[1] // 4
    middle = flat[:, cut : flat.shape[1] - cut].mean(axis=1)
    gap = GAMMA - numpy.minimum(drawn, GAMMA).mean(axis=(1, 2))
    return numpy.array([means.mean(axis=1), numpy.median(means, axis=1), middle, gap])


cases = []
for name, scores in inputs.items():
    lower, upper = numpy.percentile(resampled(scores), [2.5, 97.5], axis=1)
    cases.append(
        {
            "name": name,
            "scores": scores.tolist(),
            "order": ["mean", "median", "interquartile mean", "optimality gap"],
            "point": aggregates(scores).tolist(),
            "lower": lower.tolist(),
            "upper": upper.tolist(),
        }
    )

others = {
    "normal_5x26": random.normal(1, 0.3, (4, 26)) * random.uniform(0.2, 3, 26),
    "exponential_3x10": random.exponential(1.5, (5, 10)),
    "tied_10x7": random.integers(1, 7, (10, 7)) / 5,
}
THRESHOLDS = numpy.linspace(0, 2, 11)


def drawn_runs(scores, replicates=20000):
    draws = random.integers(0, scores.shape[0], (replicates, *scores.shape))
    return numpy.take_along_axis(numpy.broadcast_to(scores, draws.shape), draws, axis=1)


def probabilities(first, second):
    wins = numpy.zeros(first.shape[0])
    for one in range(first.shape[1]):
        for other in range(second.shape[1]):
            difference = first[:, one] - second[:, other]
            wins += (numpy.sign(difference).mean(axis=1) + 1) / 2
    return wins / (first.shape[1] * second.shape[1])


pairs, profiles = [], []
for name, first in inputs.items():
    second = others[name]
    lower, upper = numpy.percentile(probabilities(drawn_runs(first), drawn_runs(second)), [2.5, 97.5])
    pairs.append(
        {
            "name": name,
            "first": first.tolist(),
            "second": second.tolist(),
            "probability": metrics.probability_of_improvement(first, second),
            "lower": lower,
            "upper": upper,
        }
    )
    shares = numpy.stack([(drawn_runs(first) > tau).mean(axis=(1, 2)) for tau in THRESHOLDS])
    lower, upper = numpy.percentile(shares, [2.5, 97.5], axis=1)
    profiles.append(
        {
            "name": name,
            "scores": first.tolist(),
            "thresholds": THRESHOLDS.tolist(),
            "share_of_runs": [float((first > tau).mean()) for tau in THRESHOLDS],
            "share_of_tasks": [float((first.mean(axis=0) > tau).mean()) for tau in THRESHOLDS],
            "lower": lower.tolist(),
            "upper": upper.tolist(),
        }
    )

result = {"tool": VERSIONS, "gamma": GAMMA, "cases": cases, "pairs": pairs, "profiles": profiles}
print(json.dumps(result, indent=1))
