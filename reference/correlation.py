"""Correlations, their p-values and intervals."""

import itertools
import json

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(20260404)
LEVEL = 0.025


def pearson(x, y):
    interval = stats.pearsonr(x, y).confidence_interval(1 - 2 * LEVEL)
    return {"x": x, "y": y, "estimate": float(stats.pearsonr(x, y).statistic),
            "greater": float(stats.pearsonr(x, y, alternative="greater").pvalue),
            "less": float(stats.pearsonr(x, y, alternative="less").pvalue),
            "lower": float(interval.low), "upper": float(interval.high)}


def hyperbolic(estimate, variance):
    reach = stats.norm.isf(LEVEL) * variance**0.5
    return {"lower": float(numpy.tanh(numpy.arctanh(estimate) - reach)),
            "upper": float(numpy.tanh(numpy.arctanh(estimate) + reach))}


def spearman(x, y):
    rho = float(stats.spearmanr(x, y).statistic)
    n = len(x)
    if n <= 9 and len(set(x)) == len(set(y)) == n:
        # Every order, in whole numbers.
        base = numpy.arange(n)
        orders = numpy.array(list(itertools.permutations(range(n))))
        sums = ((orders - base) ** 2).sum(axis=1)
        own = int(((stats.rankdata(x) - stats.rankdata(y)) ** 2).sum())
        greater, less = float(numpy.mean(sums <= own)), float(numpy.mean(sums >= own))
    else:
        greater = float(stats.spearmanr(x, y, alternative="greater").pvalue)
        less = float(stats.spearmanr(x, y, alternative="less").pvalue)
    return {"x": x, "y": y, "estimate": rho, "greater": greater, "less": less,
            **hyperbolic(rho, (1 + rho**2 / 2) / (n - 3))}


def kendall(x, y):
    n = len(x)
    method = "exact" if n <= 60 and len(set(x)) == len(set(y)) == n else "asymptotic"
    tau = float(stats.kendalltau(x, y).statistic)
    return {"x": x, "y": y, "estimate": tau,
            "greater": float(stats.kendalltau(x, y, method=method, alternative="greater").pvalue),
            "less": float(stats.kendalltau(x, y, method=method, alternative="less").pvalue),
            **hyperbolic(tau, 0.437 / (n - 4))}


def pair(n, slope, digits=4):
    x = random.normal(0, 1, n)
    y = slope * x + random.normal(0, 1, n)
    return numpy.round(x, digits).tolist(), numpy.round(y, digits).tolist()


cases = [pair(6, 0.5), pair(9, -1), pair(8, 0.2), pair(20, 1), pair(50, -0.3), pair(70, 0.4), pair(15, 1, 0), pair(30, 0.3, 0)]
large = [(1e6 + numpy.array(x)).tolist() for x in cases[3]]
print(json.dumps({
    "tool": f"scipy {scipy.__version__}, numpy {numpy.__version__}",
    "level": LEVEL,
    "pearson": [pearson(x, y) for x, y in cases],
    "pearson_large": [pearson(*large)],
    "spearman": [spearman(x, y) for x, y in cases],
    "kendall": [kendall(x, y) for x, y in cases],
}, separators=(",", ":")).replace("},", "},\n"))
