"""Almost stochastic order: fractions, every resample of small groups, and deepsig."""

import itertools
import json
import warnings
from fractions import Fraction

import numpy
from deepsig import aso

random = numpy.random.default_rng(20261127)


def ratio(baseline, candidate):
    """The violation of "candidate above baseline", integrated exactly; 1/2 where there is no distance."""
    b, c = sorted(map(Fraction, baseline)), sorted(map(Fraction, candidate))
    borders = sorted({Fraction(i, len(b)) for i in range(len(b) + 1)} | {Fraction(j, len(c)) for j in range(len(c) + 1)})
    violated = total = Fraction(0)
    for low, high in zip(borders, borders[1:]):
        middle = (low + high) / 2
        difference = b[int(middle * len(b))] - c[int(middle * len(c))]
        total += difference ** 2 * (high - low)
        violated += difference ** 2 * (high - low) if difference > 0 else 0
    return violated / total if total else Fraction(1, 2)


def enumerated(baseline, candidate):
    """The spread of the ratio over all resamples, with what a standard error of the spread needs."""
    once = lambda values: [[values[i] for i in chosen] for chosen in itertools.product(range(len(values)), repeat=len(values))]
    found = numpy.array([float(ratio(b, c)) for b in once(baseline) for c in once(candidate)])
    centred = found - found.mean()
    return {"baseline": baseline, "candidate": candidate, "violation": float(ratio(baseline, candidate)),
            "deviation": float(found.std()), "kurtosis": float((centred ** 4).mean() / (centred ** 2).mean() ** 2)}


def by_deepsig(baseline, candidate):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        epsilon = aso(list(candidate), list(baseline), confidence_level=0.95, seed=11, show_progress=False)
    return {"baseline": list(baseline), "candidate": list(candidate),
            "violation": float(ratio(baseline, candidate)), "epsilon": float(epsilon)}


print(json.dumps({
    "tool": f"deepsig 1.2.8, numpy {numpy.__version__}, fractions",
    "enumerated": [enumerated(*pair) for pair in [
        ([0.25, 1.5, 3.0], [0.5, 1.25, 4.0]), ([1.0, 2.0, 2.0, 5.0], [2.0, 1.0, 4.5]), ([0.5, 2.5], [0.25, 1.0, 3.0, 3.5]),
        ([1.0, 2.0, 3.0, 4.0], [1.5, 2.25, 3.5, 3.75])]],
    "deepsig": [by_deepsig(b.tolist(), c.tolist()) for b, c in [
        (random.normal(0, 1, 10), random.normal(0.7, 1, 10)), (random.normal(0, 1, 20), random.normal(0.4, 2, 20)),
        (random.exponential(1, 12), random.exponential(1.5, 20)), (random.integers(0, 5, 25), random.integers(1, 6, 25))]],
}, separators=(",", ":")).replace("},", "},\n"))
