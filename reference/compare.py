"""Tests of two groups and of pairs: SciPy, statsmodels, and trying every split or sign."""

import itertools
import json

import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

random = numpy.random.default_rng(20260202)

groups = {
    "normal_5_5": (random.normal(0, 1, 5), random.normal(1, 1, 5)),
    "unequal_4_9": (random.normal(0, 3, 4), random.normal(1, 1, 9)),
    "unequal_9_4": (random.normal(0, 1, 9), random.normal(0.3, 2, 4)),
    "tied_6_5": (random.integers(0, 4, 6), random.integers(1, 5, 5)),
    "tied_3_8": (random.integers(0, 3, 3), random.integers(0, 3, 8)),
    "skewed_30_20": (random.exponential(1, 30), random.exponential(1.4, 20)),
    "tied_60_50": (random.integers(0, 8, 60), random.integers(1, 9, 50)),
    "heavy_45_45": (random.standard_t(3, 45), random.standard_t(3, 45) + 0.3),
}
differences = {
    "normal_8": random.normal(0.4, 1, 8),
    "tied_10": random.integers(-3, 5, 10),
    "zeros_12": random.integers(-1, 3, 12),
    "normal_30": random.normal(0.2, 1, 30),
    "tied_250": random.integers(-20, 24, 250),
}


def splits(pool, size, statistic):
    """The share of all splits with a statistic of at least, and at most, the first one's."""
    found = numpy.array([statistic(chosen) for chosen in itertools.combinations(pool, size)])
    observed = statistic(pool[:size])
    slack = 1e-9 * numpy.abs(pool).sum()
    return {"greater": float(numpy.mean(found >= observed - slack)), "less": float(numpy.mean(found <= observed + slack))}


def tails(function, *arguments, **options):
    return {side: float(function(*arguments, alternative=side, **options).pvalue) for side in ["greater", "less"]}


def two_groups(baseline, candidate):
    b, c = numpy.asarray(baseline, float), numpy.asarray(candidate, float)
    entry = {"baseline": b.tolist(), "candidate": c.tolist()}
    for name, equal in [("welch", False), ("student", True)]:
        result = stats.ttest_ind(c, b, equal_var=equal)
        interval = result.confidence_interval(0.95)
        entry[name] = tails(stats.ttest_ind, c, b, equal_var=equal) | {
            "df": float(result.df), "lower": float(interval.low), "upper": float(interval.high)}
    # SciPy's Brunner-Munzel takes the sides the other way round.
    one = tails(stats.brunnermunzel, c, b)
    entry["brunner_munzel"] = one | {"t": float(abs(stats.brunnermunzel(b, c).statistic))}
    ranks = stats.rankdata(numpy.concatenate([c, b]))
    has_ties = len(set(ranks)) < len(ranks)
    if len(b) + len(c) <= 14:
        pool = numpy.concatenate([c, b])
        entry["permutation"] = splits(pool, len(c), lambda chosen: float(numpy.sum(chosen)))
        entry["mann_whitney"] = splits(ranks, len(c), lambda chosen: float(numpy.sum(chosen)))
    elif len(b) * len(c) > 1600:
        entry["mann_whitney"] = tails(stats.mannwhitneyu, c, b, method="asymptotic")
    elif not has_ties:
        entry["mann_whitney"] = tails(stats.mannwhitneyu, c, b, method="exact")
    return entry


def signed_rank(values, pratt):
    d = numpy.asarray(values, float)
    kept = d if pratt else d[d != 0]
    ranks = stats.rankdata(numpy.abs(kept))[kept != 0]
    signs = kept[kept != 0] > 0
    found = numpy.array(list(itertools.product([0, 1], repeat=len(ranks)))) @ ranks
    observed = ranks[signs].sum()
    return {"greater": float(numpy.mean(found >= observed)), "less": float(numpy.mean(found <= observed))}


def paired(values):
    entry = {"differences": [float(value) for value in values]}
    for name in ["wilcox", "pratt"]:
        if len(values) <= 12:
            entry[name] = signed_rank(values, name == "pratt")
        elif len(values) > 200:
            entry[name] = tails(stats.wilcoxon, values, zero_method=name, correction=True, method="asymptotic")
        else:
            entry[name] = tails(stats.wilcoxon, values, zero_method=name, method="exact")
    # Yuen's test against a group without any spread is the test of one sample.
    against = [numpy.asarray(values, float), numpy.zeros(len(values))]
    entry["trimmed"] = tails(stats.ttest_ind, *against, trim=0.2, equal_var=False)
    entry["trimmed"] |= {"t": float(stats.ttest_ind(*against, trim=0.2, equal_var=False).statistic)}
    return entry


def disagreements(b, c):
    two_sided = float(mcnemar([[7, b], [c, 9]], exact=True).pvalue)
    greater = float(stats.binom.sf(c - 1, b + c, 0.5))
    less = float(stats.binom.cdf(c, b + c, 0.5))
    half = 0.5 * float(stats.binom.pmf(c, b + c, 0.5))
    return {"baseline_only": b, "candidate_only": c, "two_sided": two_sided, "greater": greater, "less": less,
            "mid_greater": greater - half, "mid_less": less - half}


print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, numpy {numpy.__version__}",
    "groups": {name: two_groups(*pair) for name, pair in groups.items()},
    "differences": {name: paired(values) for name, values in differences.items()},
    "mc_nemar": [disagreements(b, c) for b, c in [(121, 59), (1, 6), (3, 3), (0, 4), (30, 44)]],
}, separators=(",", ":")).replace("},", "},\n"))
