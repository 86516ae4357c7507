"""Posterior probabilities: baycomp, and integrals over gamma densities."""

import json

import baycomp
import numpy
import scipy
from scipy import integrate, stats

# Mean accuracies in percent, j48 less nbc, over ten runs of ten folds on 54 UCI data sets, from the
# documentation of baycomp; its page "Shortcut functions" prints (0.23014, 0.00674, 0.76312) for a region of 1.
J48_LESS_NBC = [
    2.696, 5.826, -6.142, -0.488, 7.333, 0.072, 0.072, -1.66, 11.395, -2.87, 0.377, -10.463, -0.521, 0, -5.117,
    -3.844, 0.875, 0.713, 0.267, 11.646, -1.8, 0, -8.729, 1.428, 23.166, 2.528, 4.239, 6.882, -13.577, 3.23, -7.25,
    0.896, -0.937, 1.667, -6.19, 2.996, 3.361, 3.357, 4.027, -2.036, 0.439, 3.025, 1.84, -1.251, 4.467, 15.6,
    0.462, 17.748, -5.096, -3.976, -7.977, -2.16, -0.539, -1.373,
]
DRAWS = 200_000
PLACES = {"baseline": 0, "equal": 1, "candidate": 2}

random = numpy.random.default_rng(20261125)
data_sets = {
    "j48_nbc": (J48_LESS_NBC, 1.0),
    "j48_nbc_no_region": (J48_LESS_NBC, 0.0),
    "normal_8": (random.normal(0.3, 1, 8).tolist(), 0.25),
    "quarters_12": ((random.integers(-4, 8, 12) / 4).tolist(), 0.5),
    "quarters_5_no_region": ([0.25, 0.5, -0.25, 0.0, 0.75], 0.0),
    "skewed_30": ((random.exponential(1, 30) - 0.7).tolist(), 0.1),
}


def signed_rank(differences, rope, strength, seed):
    zeros = numpy.zeros(len(differences))
    sample = baycomp.SignedRankTest.sample(
        zeros, numpy.array(differences), rope, prior=strength, nsamples=DRAWS, random_state=seed)
    return (numpy.bincount(sample.argmax(axis=1), minlength=3) / DRAWS).tolist()


def largest(shapes, chosen):
    """The probability that one of independent gamma variables is the largest."""
    if shapes[chosen] == 0:
        return 0.0
    others = [shape for index, shape in enumerate(shapes) if index != chosen and shape > 0]
    density = stats.gamma(shapes[chosen]).pdf
    product = lambda x: density(x) * numpy.prod([stats.gamma(shape).cdf(x) for shape in others])
    middle = shapes[chosen]
    bounds = [0, 1e-6, 0.01 * middle, 0.3 * middle, middle, 2 * middle + 5, 5 * middle + 60]
    return sum(integrate.quad(product, low, high, epsabs=1e-13, epsrel=1e-12, limit=500)[0]
               for low, high in zip(bounds, bounds[1:]))


def sign(counts, strength, place):
    shapes = [float(count) for count in counts]
    shapes[PLACES[place]] += strength
    # baycomp counts differences of -1, 0 and 1 against a region of one half.
    differences = numpy.repeat([-1.0, 0.0, 1.0], counts)
    sample = baycomp.SignTest.sample(
        numpy.zeros(len(differences)), differences, 0.5, prior=(strength, PLACES[place]), nsamples=DRAWS, random_state=3)
    return {"counts": counts, "strength": strength, "place": place,
            "exact": [largest(shapes, chosen) for chosen in range(3)],
            "baycomp": (numpy.bincount(sample.argmax(axis=1), minlength=3) / DRAWS).tolist()}


def correlated_t(differences, runs, rope):
    differences = numpy.array(differences)
    found = baycomp.two_on_single(numpy.zeros(len(differences)), differences, rope=rope, runs=runs)
    left, equal, right = found if rope > 0 else (found[0], 0.0, found[1])
    folds = len(differences) / runs
    return {"differences": differences.tolist(), "test_to_train": 1 / (folds - 1), "rope": rope,
            "baycomp": [float(left), float(equal), float(right)]}


folds = random.normal(0.6, 2, 100)
print(json.dumps({
    "tool": f"baycomp 1.0.3, scipy {scipy.__version__}, numpy {numpy.__version__}",
    "draws": DRAWS,
    "signed_rank": [
        {"name": name, "differences": differences, "rope": rope, "strength": strength,
         "baycomp": signed_rank(differences, rope, strength, seed)}
        for seed, (name, (differences, rope)) in enumerate(data_sets.items()) for strength in [0.5, 1.0]
    ],
    "sign": [sign(*case) for case in [
        ([2, 0, 5], 1.0, "equal"), ([12, 8, 34], 1.0, "equal"), ([3, 3, 3], 0.5, "candidate"),
        ([0, 1, 4], 2.0, "baseline"), ([30, 40, 38], 0.0, "equal")]],
    "correlated_t": [correlated_t(*case) for case in [
        (folds, 10, 0.5), (folds, 10, 0.0), (folds[:10], 1, 1.0), (random.normal(-0.1, 0.2, 5), 1, 0.02)]],
}, separators=(",", ":")).replace("},", "},\n"))
