"""Permutation tests and Welch's t test of two independent samples."""

import itertools
import json

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(21)


def counted(baseline, candidate):
    """Both p-values by listing every split, in exact fractions of whole numbers."""
    pooled = candidate + baseline
    observed = sum(candidate)
    sums = [sum(choice) for choice in itertools.combinations(pooled, len(candidate))]
    return sum(s >= observed for s in sums) / len(sums), sum(s <= observed for s in sums) / len(sums)


cases = []
for n0, n1, spread in [(3, 3, 1), (4, 6, 1), (5, 5, 3), (2, 9, 1), (7, 7, 2)]:
    # Whole numbers, so that ties are ties in every tool.
    baseline = random.integers(0, 12, n0).tolist()
    candidate = (random.integers(0, 12, n1) * spread + 2).tolist()
    greater, less = counted(baseline, candidate)
    by_scipy = stats.permutation_test(
        (candidate, baseline), lambda x, y: numpy.mean(x) - numpy.mean(y), n_resamples=numpy.inf, alternative="greater"
    ).pvalue
    assert abs(by_scipy - greater) < 1e-12
    welch = stats.ttest_ind(candidate, baseline, equal_var=False)
    interval = welch.confidence_interval(0.9)
    cases.append({
        "baseline": baseline, "candidate": candidate, "p_greater": greater, "p_less": less,
        "welch": {"df": float(welch.df), "lower": float(interval.low), "upper": float(interval.high),
                  "p_greater": float(stats.ttest_ind(candidate, baseline, equal_var=False, alternative="greater").pvalue)},
    })

print(json.dumps({"tool": f"scipy {scipy.__version__}, numpy {numpy.__version__}", "two_samples": cases}))
