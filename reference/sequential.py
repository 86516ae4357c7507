"""The sequential t test by numerical integration, and the sign-flip e-process term by term."""

import json

import mpmath
import numpy
import scipy
from mpmath import mp
from scipy import integrate, stats

mp.dps = 40


def log_ratio(n, t, scale):
    """The mean over half-normal effects of the noncentral over the central t density."""

    def integrand(delta):
        return 2 * stats.norm.pdf(delta, 0, scale) * stats.nct.pdf(t, n - 1, delta * numpy.sqrt(n))

    mode = max(0.0, t / numpy.sqrt(n))
    ends = [0.0, mode, mode + 2 / numpy.sqrt(n), mode + 10 / numpy.sqrt(n), mode + 40 / numpy.sqrt(n)]
    parts = [integrate.quad(integrand, low, high, epsabs=0, epsrel=1e-12)[0] for low, high in zip(ends, ends[1:]) if high > low]
    return numpy.log(sum(parts) / stats.t.pdf(t, n - 1))


ratios = [
    {"n": n, "t": t, "scale": scale, "log_e": float(log_ratio(n, t, scale))}
    for n, t, scale in [
        (2, 1.5, 1.0), (3, -0.7, 1.0), (5, 0.0, 0.5), (5, 2.5, 1.0), (8, 4.0, 1.0), (8, -3.0, 2.0),
        (12, 3.3, 0.3), (24, 6.0, 1.0), (24, 1.7, 0.5), (60, 2.2, 1.0),
    ]
]

stakes = [mp.mpf(1) / 4, mp.mpf(1) / 2, mp.mpf(1), mp.mpf(2), mp.mpf(4)]


def log_flip(values):
    products = [mp.mpf(1)] * len(stakes)
    squares = mp.mpf(0)
    for index, value in enumerate(values, start=1):
        x = mp.mpf(value)
        squares += x * x
        root = mp.sqrt(squares / index)
        products = [p * mp.exp(c * x / root) / mp.cosh(c * x / root) for p, c in zip(products, stakes)]
    return float(mp.log(sum(products) / len(products)))


random = numpy.random.default_rng(11)
samples = [numpy.round(random.normal(shift, 1, n), 3).tolist() for shift, n in [(0, 6), (1, 9), (-0.5, 15), (2, 30)]]
flips = [
    {"differences": values, "greater": log_flip(values), "less": log_flip([-x for x in values])} for values in samples
]

print(json.dumps({"tool": f"scipy {scipy.__version__}, mpmath {mpmath.__version__}, numpy {numpy.__version__}", "ratios": ratios, "flips": flips}))
