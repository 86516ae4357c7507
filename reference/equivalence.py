"""Two one-sided tests of means and proportions against a margin."""

import itertools
import json

import mpmath
import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import test_proportions_2indep
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

random = numpy.random.default_rng(20260303)
mpmath.mp.dps = 40


def paired_means(baseline, candidate, margin):
    d = numpy.array(candidate) - numpy.array(baseline)
    p, lower, upper = ttost_paired(numpy.array(candidate), numpy.array(baseline), -margin, margin)
    return {"baseline": baseline, "candidate": candidate, "margin": margin, "equivalent": float(p),
            "not_worse": float(lower[1]), "not_better": float(upper[1]),
            "better": float(stats.ttest_1samp(d, margin, alternative="greater").pvalue),
            "worse": float(stats.ttest_1samp(d, -margin, alternative="less").pvalue)}


def signed_rank(differences, margin):
    """SciPy where nothing is tied, else every sign of the mean ranks."""
    d = numpy.array(differences)

    def p(null, sign):
        shifted = numpy.round(sign * (d - null), 10)
        shifted = shifted[shifted != 0]
        ranks = stats.rankdata(numpy.abs(shifted))
        if len(set(ranks)) == len(ranks) or len(ranks) > 60:
            method = "exact" if len(ranks) <= 60 else "asymptotic"
            return float(stats.wilcoxon(shifted, alternative="greater", method=method, correction=False).pvalue)
        signs = numpy.array(list(itertools.product([0, 1], repeat=len(ranks))))
        return float(numpy.mean(signs @ ranks <= ranks[shifted < 0].sum() + 1e-9))
    return {"differences": differences, "margin": margin, "not_worse": p(-margin, 1), "not_better": p(margin, -1),
            "better": p(margin, 1), "worse": p(-margin, -1)}


def independent_means(baseline, candidate, margin):
    a, b = numpy.array(baseline), numpy.array(candidate)
    p, lower, upper = ttost_ind(b, a, -margin, margin, usevar="unequal")
    # SciPy gives the two that statsmodels leaves out, and the interval.
    better = stats.ttest_ind(b - margin, a, equal_var=False, alternative="greater")
    worse = stats.ttest_ind(b + margin, a, equal_var=False, alternative="less")
    interval = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.9)
    return {"baseline": baseline, "candidate": candidate, "margin": margin, "equivalent": float(p),
            "not_worse": float(lower[1]), "not_better": float(upper[1]), "better": float(better.pvalue),
            "worse": float(worse.pvalue), "df": float(better.df), "lower": float(interval.low), "upper": float(interval.high)}


def one_proportion(successes, trials, target, margin):
    def p(null, alternative):
        return float(stats.binomtest(successes, trials, null, alternative).pvalue)
    return {"successes": successes, "trials": trials, "target": target, "margin": margin,
            "not_worse": p(target - margin, "greater"), "not_better": p(target + margin, "less"),
            "better": p(target + margin, "greater"), "worse": p(target - margin, "less")}


def two_proportions(baseline, candidate, margin):
    """The score test with the likelihood maximised numerically, to forty digits.

    score_test_proportions_2indep of statsmodels 0.15.0 finds other restricted estimates, of smaller likelihood,
    wherever the null is not zero; at zero the two are asserted to agree.
    """
    def z(null):
        null = mpmath.mpf(repr(null))
        (x0, n0), (x1, n1) = baseline, candidate

        def slope(q):
            found = x0 / q - (n0 - x0) / (1 - q)
            return found + x1 / (q + null) - (n1 - x1) / (1 - q - null)
        low, high = max(mpmath.mpf(0), -null), min(mpmath.mpf(1), 1 - null)
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        q = (low + high) / 2
        variance = q * (1 - q) / n0 + (q + null) * (1 - q - null) / n1
        return (mpmath.mpf(x1) / n1 - mpmath.mpf(x0) / n0 - null) / mpmath.sqrt(variance)

    def above(null):
        return float(mpmath.ncdf(-z(null)))

    def below(null):
        return float(mpmath.ncdf(z(null)))
    equal = test_proportions_2indep(candidate[0], candidate[1], baseline[0], baseline[1], value=0, method="score",
                                    compare="diff", alternative="larger", correction=False)
    assert abs(float(equal.pvalue) - above(0.0)) < 1e-12
    return {"baseline": baseline, "candidate": candidate, "margin": margin, "not_worse": above(-margin),
            "not_better": below(margin), "better": above(margin), "worse": below(-margin)}


def paired_proportions(n, gains, losses, margin):
    """The score test with the likelihood maximised numerically, to forty digits."""
    def z(null):
        null = mpmath.mpf(repr(null))
        # Gains have probability q + null, losses q, the rest what is left.
        rest = n - gains - losses

        def slope(q):
            found = mpmath.mpf(0)
            found += gains / (q + null) if gains else 0
            found += losses / q if losses else 0
            found -= 2 * rest / (1 - 2 * q - null) if rest else 0
            return found
        low, high = max(mpmath.mpf(0), -null), (1 - null) / 2
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        q = (low + high) / 2
        # The variance of gains less losses, over n.
        variance = (2 * q + null - null**2) / n
        return ((gains - losses) / mpmath.mpf(n) - null) / mpmath.sqrt(variance)

    def above(null):
        return float(mpmath.ncdf(-z(null)))

    def below(null):
        return float(mpmath.ncdf(z(null)))
    target = mpmath.mpf("1.959963984540054235524594430520551527955550")
    bounds = []
    for aim in [target, -target]:
        low, high = -0.999999, 0.999999
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if z(middle) > aim else (low, middle)
        bounds.append((low + high) / 2)
    return {"n": n, "gains": gains, "losses": losses, "margin": margin, "not_worse": above(-margin),
            "not_better": below(margin), "better": above(margin), "worse": below(-margin),
            "lower": bounds[0], "upper": bounds[1]}


def sample(n, mean, sd):
    return numpy.round(random.normal(mean, sd, n), 4).tolist()


print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, mpmath {mpmath.__version__}",
    "paired_means": [paired_means(sample(6, 0.9, 0.01), sample(6, 0.9, 0.01), 0.02),
                     paired_means(sample(20, 3, 1), sample(20, 3.5, 1), 0.3)],
    "independent_means": [independent_means(sample(7, 0.9, 0.01), sample(5, 0.9, 0.03), 0.02),
                          independent_means(sample(20, 3, 1), sample(31, 3.9, 0.4), 0.3)],
    "one_proportion": [one_proportion(452, 500, 0.9, 0.03), one_proportion(3, 20, 0.2, 0.15),
                       one_proportion(0, 12, 0.3, 0.2), one_proportion(12, 12, 0.7, 0.2)],
    "two_proportions": [two_proportions([421, 500], [417, 490], 0.05), two_proportions([8, 20], [13, 25], 0.1),
                        two_proportions([30, 40], [10, 35], 0.2), two_proportions([1, 50], [2, 40], 0.1)],
    "paired_proportions": [paired_proportions(600, 116, 111, 0.05), paired_proportions(44, 1, 0, 0.1),
                           paired_proportions(30, 0, 0, 0.15), paired_proportions(54, 0, 9, 0.1),
                           paired_proportions(32, 10, 3, 0.2)],
    "signed_rank": [signed_rank(sample(8, 0.1, 1), 0.5), signed_rank(sample(30, 0.2, 1), 0.4),
                    signed_rank((random.integers(-4, 6, 14) / 360).tolist(), 2 / 360), signed_rank(sample(80, 0, 1), 0.3)],
}, separators=(",", ":")).replace("},", "},\n"))
