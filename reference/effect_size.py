"""Sizes of effects: noncentral t intervals to 20 digits, and comparisons pair by pair."""

import json

import mpmath
import numpy
import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint

mpmath.mp.dps = 22
LEVEL = 0.025

random = numpy.random.default_rng(20261126)


def noncentral_t_cdf(t, df, nc):
    """The mean of the normal distribution function over the chi distribution."""
    def integrand(s):
        return mpmath.ncdf(t * s / mpmath.sqrt(df) - nc) * s ** (df - 1) * mpmath.exp(-s * s / 2)
    root = mpmath.sqrt(df)
    points = [0, root / 8, root / 3, root * 2 / 3, root, root * 3 / 2, root * 2 + 4, root * 2 + 12, root * 3 + 30]
    return mpmath.quad(integrand, points) / (mpmath.gamma(mpmath.mpf(df) / 2) * mpmath.mpf(2) ** (mpmath.mpf(df) / 2 - 1))


def noncentralities(t, df, level):
    """Lower and upper; SciPy's nct is no start, since it is NaN in places."""
    found = []
    for chance in [1 - level, level]:
        spread = (1 + t * t / (2 * df)) ** 0.5
        middle = t - stats.norm.ppf(chance) * spread
        ends = (middle - 1.5 * spread - 1, middle + 1.5 * spread + 1)
        miss = lambda nc: noncentral_t_cdf(t, df, nc) - mpmath.mpf(chance)
        found.append(float(mpmath.findroot(miss, ends, solver="anderson", verify=False)))
    return found


def correction(df):
    return mpmath.gamma(mpmath.mpf(df) / 2) / (mpmath.sqrt(mpmath.mpf(df) / 2) * mpmath.gamma(mpmath.mpf(df - 1) / 2))


def paired(values):
    d = numpy.asarray(values, float)
    n = len(d)
    estimate = d.mean() / d.std(ddof=1)
    t = float(stats.ttest_1samp(d, 0).statistic)
    won = (d > 0).sum() + 0.5 * (d == 0).sum()
    low, high = proportion_confint(won, n, alpha=2 * LEVEL, method="wilson")
    return {"differences": d.tolist(), "d_z": estimate, "unbiased": float(correction(n - 1) * estimate),
            "bounds": [value / n ** 0.5 for value in noncentralities(t, n - 1, LEVEL)],
            "superiority": won / n, "superiority_bounds": [float(low), float(high)]}


def newcombe(p, m, n, z):
    """Method 5 of Newcombe 2006, part 2."""
    star = (m + n) / 2 - 1
    excess = lambda q: (p - q) ** 2 - z * z * q * (1 - q) * (
        1 + star * (1 - q) / (2 - q) + star * q / (1 + q)) / (m * n)
    # From beside the estimate, where 0 and 1 are roots of their own.
    root = lambda end, near: end if p == end else optimize.brentq(excess, end, near, xtol=1e-15, rtol=1e-14)
    return [root(0, p - 1e-9), root(1, p + 1e-9)]


def groups(baseline, candidate):
    b, c = numpy.asarray(baseline, float), numpy.asarray(candidate, float)
    m, n = len(b), len(c)
    df = m + n - 2
    pooled = (((b - b.mean()) ** 2).sum() + ((c - c.mean()) ** 2).sum()) / df
    d = (c.mean() - b.mean()) / pooled ** 0.5
    root = (m * n / (m + n)) ** 0.5
    t = float(stats.ttest_ind(c, b).statistic)
    z = stats.norm.isf(LEVEL)
    signs = numpy.sign(numpy.subtract.outer(c, b))
    delta = signs.mean()
    variance = (m * m * ((signs.mean(axis=1) - delta) ** 2).sum() + n * n * ((signs.mean(axis=0) - delta) ** 2).sum()
                - ((signs - delta) ** 2).sum()) / (m * n * (m - 1) * (n - 1))
    variance = max(variance, (1 - delta ** 2) / (m * n - 1))
    q = stats.t.isf(LEVEL, df)
    reach = q * numpy.sqrt(variance) * numpy.sqrt((1 - delta ** 2) ** 2 + q * q * variance)
    below = 1 - delta ** 2 + q * q * variance
    if abs(delta) == 1:
        inner = (min(m, n) - q * q) / (min(m, n) + q * q)
        cliff = [inner, 1] if delta > 0 else [-1, -inner]
    else:
        cliff = [(delta - delta ** 3 - reach) / below, (delta - delta ** 3 + reach) / below]
    superiority = float(stats.mannwhitneyu(c, b).statistic / (m * n))
    return {"baseline": b.tolist(), "candidate": c.tolist(), "d": d, "g": float(correction(df) * d),
            "bounds": [value / root for value in noncentralities(t, df, LEVEL)],
            "delta": delta, "variance": variance, "delta_bounds": cliff,
            "superiority": superiority, "superiority_bounds": newcombe(superiority, m, n, z)}


print(json.dumps({
    "tool": f"mpmath {mpmath.__version__}, scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
            f"numpy {numpy.__version__}",
    "level": LEVEL,
    "corrections": [{"df": df, "value": float(correction(df))} for df in [2, 3, 4, 9, 28, 57, 500, 10_000]],
    "paired": [paired(values) for values in [
        random.normal(0.4, 1, 3), random.normal(1.1, 1, 5), random.normal(-0.3, 2, 10), random.exponential(1, 30) - 0.6,
        random.integers(-2, 4, 12), [4.6, 5.1, 5.4]]],
    "groups": [groups(*pair) for pair in [
        (random.normal(0, 1, 3), random.normal(0.6, 1, 3)), (random.normal(0, 1, 5), random.normal(1, 1, 5)),
        (random.normal(0, 2, 10), random.normal(-0.4, 1, 4)), (random.integers(0, 4, 6), random.integers(1, 5, 9)),
        (random.exponential(1, 30), random.exponential(1.5, 20)), (random.integers(0, 9, 40), random.integers(1, 9, 50))]],
}, separators=(",", ":")).replace("},", "},\n"))
