"""Confidence sequences by root finding, boundaries for looks by global quadrature, calibrated and merged e-values."""

import json
from importlib.metadata import version

import mpmath
import numpy
import scipy
from gsdesign import h1, hupdate
from mpmath import mp
from scipy import integrate, optimize, stats

mp.dps = 40
random = numpy.random.default_rng(31)


def log_two_sided(n, t, scale):
    """The mean over normal effects of the noncentral over the central t density."""

    def integrand(delta):
        return stats.norm.pdf(delta, 0, scale) * stats.nct.pdf(t, n - 1, delta * numpy.sqrt(n))

    middle = t / numpy.sqrt(n)
    ends = [middle + step / numpy.sqrt(n) for step in (-40, -10, -3, 0, 3, 10, 40)]
    parts = [integrate.quad(integrand, low, high, epsabs=0, epsrel=1e-12)[0] for low, high in zip(ends, ends[1:])]
    return numpy.log(sum(parts) / stats.t.pdf(t, n - 1))


mixtures = [
    {"n": n, "t": t, "scale": scale, "log_e": float(log_two_sided(n, t, scale))}
    for n, t, scale in [(3, 0.7, 1.0), (5, 0.0, 0.5), (5, -2.5, 1.0), (8, 4.0, 1.0), (12, 3.3, 0.3), (24, -6.0, 1.0), (60, 2.2, 2.0)]
]


def capital(values, bets, mean):
    """The largest capital so far of bets that the values lie above the mean."""
    limited = numpy.minimum(bets, 0.5 / mean)
    return numpy.maximum.accumulate(numpy.cumprod(1 + limited * (values - mean)))[-1]


def betting_lower(values, level):
    t = numpy.arange(1, len(values) + 1)
    means = (0.5 + numpy.cumsum(values)) / (t + 1)
    variances = (0.25 + numpy.cumsum((values - means) ** 2)) / (t + 1)
    before = numpy.append(0.25, variances[:-1])
    bets = numpy.sqrt(2 * numpy.log(1 / level) / (before * t * numpy.log(1 + t)))

    def excess(mean):
        return numpy.log(capital(values, bets, mean)) + numpy.log(level)

    return 0.0 if excess(1e-12) < 0 else optimize.brentq(excess, 1e-12, 1 - 1e-12, xtol=1e-14, rtol=1e-14)


bettings = []
for level, low, high, a, b, n in [(0.025, 0, 1, 2, 5, 300), (0.05, -1, 1, 8, 6, 120), (0.005, 0, 10, 0.5, 0.2, 60), (0.05, 0, 1, 3, 1, 12)]:
    scaled = random.beta(a, b, n).round(4)
    values = low + (high - low) * scaled
    scaled = (values - low) / (high - low)
    bettings.append({
        "level": level, "low": low, "high": high, "values": values.tolist(),
        "lower": low + (high - low) * betting_lower(scaled, level),
        "upper": high - (high - low) * betting_lower(1 - scaled, level),
    })


class Score:
    """The sub-density of the score below the boundaries so far, on 300 Gauss-Legendre points."""

    places, weights = numpy.polynomial.legendre.leggauss(300)

    def __init__(self):
        self.fraction, self.points, self.mass = 0.0, numpy.zeros(1), numpy.ones(1)

    def above(self, fraction, z, drift):
        step = fraction - self.fraction
        return float(self.mass @ stats.norm.sf((z * numpy.sqrt(fraction) - self.points - drift * step) / numpy.sqrt(step)))

    def go_on(self, fraction, z, drift):
        step = fraction - self.fraction
        low = drift * fraction - 9 * numpy.sqrt(fraction)
        high = min(z * numpy.sqrt(fraction), drift * fraction + 9 * numpy.sqrt(fraction))
        points = low + (high - low) * (self.places + 1) / 2
        kernel = stats.norm.pdf(points[:, None], self.points[None, :] + drift * step, numpy.sqrt(step))
        mass = self.weights * (high - low) / 2 * (kernel @ self.mass)
        self.fraction, self.points, self.mass = fraction, points, mass


def spent(kind, fraction, level):
    if kind == "pocock":
        return level * numpy.log1p((numpy.e - 1) * fraction)
    return 2 * stats.norm.sf(stats.norm.isf(level / 2) / numpy.sqrt(fraction))


def boundaries(kind, fractions, level):
    score, before, found = Score(), 0.0, []
    for fraction in fractions:
        total = spent(kind, fraction, level)
        z = optimize.brentq(lambda z: numpy.log(score.above(fraction, z, 0.0) / (total - before)), -3, 30, xtol=1e-13, rtol=1e-14)
        found.append(z)
        score.go_on(fraction, z, 0.0)
        before = total
    return found


def chances(fractions, critical, drift):
    score, found = Score(), []
    for fraction, z in zip(fractions, critical):
        found.append(score.above(fraction, z, drift))
        score.go_on(fraction, z, drift)
    return found


def gsdesign_chances(fractions, critical, drift):
    """The same by the grid of the package gsdesign."""
    found, before, grid = [], 0.0, None
    for fraction, z in zip(fractions, critical):
        if grid is None:
            above = h1(r=80, theta=drift, info=fraction, a=z)
            grid = h1(r=80, theta=drift, info=fraction, b=z)
        else:
            above = hupdate(80, drift, fraction, z, numpy.inf, drift, before, grid)
            grid = hupdate(80, drift, fraction, -numpy.inf, z, drift, before, grid)
        found.append(float(above[2].sum()))
        before = fraction
    return found


designs = []
for kind, level, fractions in [
    ("obrien-fleming", 0.025, [0.2, 0.4, 0.6, 0.8, 1.0]),
    ("pocock", 0.025, [0.2, 0.4, 0.6, 0.8, 1.0]),
    ("obrien-fleming", 0.05, [0.3, 0.55, 1.0]),
    ("pocock", 0.01, [0.15, 0.5, 0.9]),
    ("pocock", 0.05, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
    ("obrien-fleming", 0.2, [0.5, 0.6, 1.0]),
]:
    critical = boundaries(kind, fractions, level)
    design = {"kind": kind, "level": level, "fractions": fractions, "critical": critical, "chances": {}}
    for drift in (0.0, 1.5, 3.0, -1.0):
        design["chances"][str(drift)] = chances(fractions, critical, drift)
        other = gsdesign_chances(fractions, critical, drift)
        assert numpy.allclose(design["chances"][str(drift)], other, rtol=1e-5, atol=1e-10), (kind, drift, design["chances"][str(drift)], other)
    designs.append(design)


def conditional(z, fraction, critical, drift):
    left = 1 - mp.mpf(fraction)
    return float(mp.ncdf((z * mp.sqrt(fraction) + drift * left - critical) / mp.sqrt(left)))


def predictive(z, fraction, critical):
    """The conditional power averaged over the posterior of the drift under a flat prior."""
    centre, spread = mp.mpf(z) / mp.sqrt(fraction), 1 / mp.sqrt(fraction)

    def weighted(drift):
        left = 1 - mp.mpf(fraction)
        power = mp.ncdf((z * mp.sqrt(fraction) + drift * left - critical) / mp.sqrt(left))
        return mp.npdf(drift, centre, spread) * power

    return float(mp.quad(weighted, [centre + step * spread for step in (-12, -6, -3, 0, 3, 6, 12)]))


interims = [
    {"z": z, "fraction": f, "critical": c, "drift": d, "conditional": conditional(z, f, c, d), "predictive": predictive(z, f, c)}
    for z, f, c, d in [(1.0, 0.5, 1.96, 3.0), (-0.4, 0.3, 1.645, 2.5), (2.4, 0.8, 2.0, 0.0), (0.1, 0.9, 2.2, 3.2)]
]


def mixture(p):
    """The mean of k p^(k - 1) over k."""
    return float(mp.log(mp.quad(lambda k: k * mp.power(p, k - 1), [0, 0.01, 0.1, 0.5, 1])))


calibrated = [
    {"p": p, "power": float(mp.log(mp.mpf("0.3") * mp.power(p, mp.mpf("0.3") - 1))), "mixture": mixture(mp.mpf(p))}
    for p in (1e-12, 1e-5, 0.001, 0.05, 0.2, 0.5, 0.7, 0.99, 1.0)
]

tools = f"scipy {scipy.__version__}, numpy {numpy.__version__}, mpmath {mpmath.__version__}, gsdesign {version('gsdesign')}"
print(json.dumps({
    "tool": tools, "mixtures": mixtures, "bettings": bettings, "designs": designs, "interims": interims, "calibrated": calibrated,
}))
