"""Many methods on many data sets: SciPy, statsmodels, scikit-posthocs, and trying every order and every set of hypotheses."""

import itertools
import json
from importlib.metadata import version

import numpy
import scipy
import scikit_posthocs
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

random = numpy.random.default_rng(20080912)

# Garcia and Herrera 2008, "An Extension on 'Statistical Comparisons of Classifiers over Multiple Data Sets' for all
# Pairwise Comparisons", JMLR 9, table 2: accuracies of C4.5, 1-NN, naive Bayes, a kernel classifier and CN2.
GARCIA_HERRERA = """
.219 .202 .249 .165 .261  .803 .750 .813 .692 .798  .859 .814 .845 .542 .816  .809 .774 .673 .275 .785  .768 .790 .727 .872 .706
.759 .654 .734 .703 .714  .693 .611 .572 .689 .572  .544 .531 .558 .439 .541  .945 .954 .978 .541 .858  .725 .705 .739 .625 .717
.674 .736 .721 .356 .704  .801 .357 .520 .309 .520  .785 .770 .841 .659 .759  .710 .402 .728 .120 .674  .691 .827 .667 .527 .638
.743 .739 .830 .549 .746  .990 .482 .941 .857 .990  .867 .098 .915 .986 .784  .821 .872 .815 .885 .778  .893 .824 .902 .739 .885
.799 .655 .925 .517 .755  .845 .731 .693 .653 .704  .741 .701 .591 .663 .619  .799 .994 .603 .269 .621  .949 .955 .989 .770 .954
.555 .505 .569 .312 .556  .928 .928 .945 .419 .897  .915 .857 .860 .700 .777  .855 .796 .857 .607 .809  .906 .359 .895 .641 .918
"""
gh = numpy.array([float(x) for x in GARCIA_HERRERA.split()]).reshape(30, 5)

# Task by task, and whether higher scores are better.
tables = {
    "garcia_herrera": (gh, True),
    "normal_3_5": (random.normal(0, 1, (5, 3)) + [0.0, 0.4, 1.2], True),
    "tied_3_6": (random.integers(0, 3, (6, 3)).astype(float), False),
    "normal_4_4": (random.normal(0, 1, (4, 4)) + [0.0, 0.5, 1.0, 1.5], False),
    "tied_4_12": (random.integers(0, 5, (12, 4)) + numpy.array([0.0, 0.0, 1.0, 2.0]), True),
    "normal_6_12": (random.normal(0, 1, (12, 6)) + numpy.array([0.0, 0.1, 0.6, 1.2, 1.3, 2.2]), True),
    "normal_9_20": (random.normal(0, 1, (20, 9)) + numpy.linspace(0, 2, 9), False),
    "normal_2_10": (random.normal(0, 1, (10, 2)) + [0.0, 1.0], True),
}


def exact(ranks):
    """The share of all orders within tasks whose rank sums vary at least as much."""
    choices = [sorted(set(itertools.permutations(row))) for row in (2 * ranks).astype(int).tolist()]
    observed = (numpy.sum(2 * ranks, axis=0) ** 2).sum()
    # The first task may stay as it is.
    total = numpy.array(choices[0][:1])
    for options in choices[1:]:
        total = (total[:, None, :] + numpy.array(options)[None, :, :]).reshape(-1, ranks.shape[1])
    return float(numpy.mean((total**2).sum(axis=1) >= observed - 0.5))


def exhaustive_sets(k):
    """Sets of pairs that can be alike while all others differ: those closed under transitivity."""
    pairs = list(itertools.combinations(range(k), 2))
    if k <= 6:
        for bits in range(1, 2 ** len(pairs)):
            chosen = {pair for index, pair in enumerate(pairs) if bits >> index & 1}
            alike = lambda a, b: (min(a, b), max(a, b)) in chosen
            if all(not (alike(a, b) and alike(b, c)) or alike(a, c) for a, b, c in itertools.permutations(range(k), 3)):
                yield [index for index, pair in enumerate(pairs) if pair in chosen]
        return

    def partitions(items):
        if not items:
            yield []
            return
        for size in range(len(items)):
            for others in itertools.combinations(items[1:], size):
                rest = [item for item in items[1:] if item not in others]
                for parts in partitions(rest):
                    yield [(items[0], *others), *parts]

    for parts in partitions(list(range(k))):
        inside = [index for index, (a, b) in enumerate(pairs) if any(a in part and b in part for part in parts)]
        if inside:
            yield inside


SETS = {k: list(exhaustive_sets(k)) for k in [2, 3, 4, 5, 6, 9]}


def shaffer(p):
    """Holm's procedure with the most hypotheses that can be true together."""
    k = round((1 + (1 + 8 * len(p)) ** 0.5) / 2)
    sizes = {0} | {len(chosen) for chosen in SETS[k]}
    found, largest = numpy.zeros(len(p)), 0.0
    for step, index in enumerate(numpy.argsort(p, kind="stable")):
        largest = max(largest, min(1.0, max(size for size in sizes if size <= len(p) - step) * p[index]))
        found[index] = largest
    return found


def bergmann_hommel(p):
    k = round((1 + (1 + 8 * len(p)) ** 0.5) / 2)
    found = numpy.zeros(len(p))
    for chosen in SETS[k]:
        value = min(1.0, len(chosen) * min(p[chosen]))
        found[chosen] = numpy.maximum(found[chosen], value)
    return found


def signed_rank(d):
    """The exact two-sided p-value over all signs, for any ties; zeros are dropped."""
    d = d[numpy.abs(d) > 1e-9]
    ranks = stats.rankdata(numpy.round(numpy.abs(d), 9))
    if len(d) == len(set(ranks)):
        return float(stats.wilcoxon(d, method="exact").pvalue) if len(d) else 1.0
    sums = numpy.zeros(1)
    for rank in ranks:
        sums = numpy.concatenate([sums, sums + rank])
    observed = ranks[d > 0].sum()
    return min(1.0, 2 * min(numpy.mean(sums >= observed), numpy.mean(sums <= observed)))


def describe(name, scores, is_higher):
    n, k = scores.shape
    ranks = numpy.array([stats.rankdata(-row if is_higher else row) for row in scores])
    average = ranks.mean(axis=0)
    pairs = list(itertools.combinations(range(k), 2))
    error = numpy.sqrt(k * (k + 1) / (6 * n))
    untied = 12 * n / (k * (k + 1)) * ((average**2).sum() - k * (k + 1) ** 2 / 4)
    entry = {"scores": scores.tolist(), "is_higher": is_higher, "average_ranks": average.tolist(), "untied": float(untied)}
    if k > 2:
        friedman = stats.friedmanchisquare(*scores.T)
        entry["friedman"] = {"statistic": float(friedman.statistic), "p": float(friedman.pvalue)}
        # The two-way analysis of variance of the ranks.
        between = n * ((average - (k + 1) / 2) ** 2).sum()
        rest = ((ranks - average) ** 2).sum()
        f = between * (n - 1) / rest
        entry["iman_davenport"] = {"statistic": float(f), "p": float(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))}
        nemenyi = scikit_posthocs.posthoc_nemenyi_friedman(scores).values
        entry["nemenyi"] = [float(nemenyi[a, b]) for a, b in pairs]
    if name in ["normal_3_5", "tied_3_6", "normal_4_4", "normal_2_10"]:
        entry["exact"] = exact(ranks)
    critical = float(stats.studentized_range.isf(0.05, k, numpy.inf)) / 2**0.5 * error
    alike = lambda group: all(abs(average[a] - average[b]) < critical for a in group for b in group)
    cliques = [set(group) for size in range(2, k + 1) for group in itertools.combinations(range(k), size) if alike(group)]
    largest = [group for group in cliques if not any(group < other for other in cliques)]
    entry["critical_difference"] = critical
    entry["groups"] = sorted(sorted(group, key=lambda m: average[m]) for group in largest)
    p = numpy.array([2 * stats.norm.sf(abs(average[a] - average[b]) / error) for a, b in pairs])
    entry["pairs"] = {"p": p.tolist(), "shaffer": shaffer(p).tolist(), "bergmann_hommel": bergmann_hommel(p).tolist()}
    against = numpy.array([2 * stats.norm.sf(abs(average[0] - average[m]) / error) for m in range(1, k)])
    adjusted = {method: multipletests(against, method=method)[1].tolist() for method in ["bonferroni", "holm", "simes-hochberg", "hommel"]}
    entry["control"] = {"p": against.tolist(), **adjusted}
    if n <= 20:
        wilcoxon = numpy.array([signed_rank(scores[:, a] - scores[:, b]) for a, b in pairs])
        entry["wilcoxon"] = {"p": wilcoxon.tolist(), "holm": multipletests(wilcoxon, method="holm")[1].tolist()}
    return entry


print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, scikit-posthocs {version('scikit-posthocs')}, "
            f"numpy {numpy.__version__}",
    "exhaustive_sets": {str(k): len(sets) for k, sets in SETS.items()},
    "tables": {name: describe(name, *table) for name, table in tables.items()},
}, separators=(",", ":")).replace("},", "},\n"))
