"""What components contribute, by brute force: effects, interactions, Shapley values over all orders, shares."""

import itertools
import json
import random
from fractions import Fraction

import scipy
from scipy.optimize import brentq
from scipy.stats import ttest_1samp

random.seed(20261125)


def game(components):
    """A score for each combination: bit i of the place says whether component i is on."""
    scores = [Fraction(random.randint(-4000, 9000), 4096) for _ in range(2 ** components)]
    mean = lambda wanted: sum(s for c, s in enumerate(scores) if wanted(c)) / Fraction(2 ** (components - 1))
    on = lambda combination, i: bool(combination >> i & 1)
    effects = [mean(lambda c: on(c, i)) - mean(lambda c: not on(c, i)) for i in range(components)]
    pairs = list(itertools.combinations(range(components), 2))
    half = Fraction(2 ** (components - 2)) if components > 1 else None

    def interaction(i, j):
        """Half of what j makes to the effect of i."""
        effect = lambda j_on: sum((s if on(c, i) else -s) for c, s in enumerate(scores) if on(c, j) == j_on) / half
        return (effect(True) - effect(False)) / 2

    shapley = [Fraction(0)] * components
    orders = list(itertools.permutations(range(components)))
    for order in orders:
        combination = 0
        for i in order:
            shapley[i] += scores[combination | 1 << i] - scores[combination]
            combination |= 1 << i
    return {"scores": [float(s) for s in scores], "effects": [float(e) for e in effects],
            "interactions": [[i, j, float(interaction(i, j))] for i, j in pairs],
            "shapley": [float(s / len(orders)) for s in shapley]}


def share(n, level):
    """The shares that a one-sided t test of part less share times whole leaves, by searching for its p-value."""
    wholes = [random.gauss(3.0, 1.0) for _ in range(n)]
    parts = [0.4 * whole + random.gauss(0.1, 0.5) for whole in wholes]
    p = lambda r, alternative: ttest_1samp([a - r * b for a, b in zip(parts, wholes)], 0.0, alternative=alternative).pvalue
    estimate = sum(parts) / sum(wholes)
    return {"parts": parts, "wholes": wholes, "level": level, "estimate": estimate,
            "lower": brentq(lambda r: p(r, "greater") - level, estimate - 20, estimate, xtol=1e-14, rtol=1e-14),
            "upper": brentq(lambda r: p(r, "less") - level, estimate, estimate + 20, xtol=1e-14, rtol=1e-14)}


print(json.dumps({"tool": f"itertools and fractions; scipy {scipy.__version__}",
                  "games": [game(components) for components in (1, 2, 3, 4, 5, 6)],
                  "shares": [share(n, level) for n, level in ((5, 0.05), (8, 0.01), (20, 0.025))]}))
