"""Bootstrap bounds from large numbers of resamples, and cluster-robust standard errors."""

import json

import numpy
import scipy
import statsmodels
import statsmodels.api
from scipy import stats

random = numpy.random.default_rng(20260202)
RESAMPLES = 200_000
LEVEL = 0.025


def bounds(resampled):
    return {"lower": float(numpy.quantile(resampled, LEVEL)), "upper": float(numpy.quantile(resampled, 1 - LEVEL)),
            "standard_error": float(numpy.std(resampled, ddof=1))}


def interquartile_mean(values, axis=-1):
    return stats.trim_mean(values, 0.25, axis=axis)


STATISTICS = {"mean": numpy.mean, "median": numpy.median, "interquartile_mean": interquartile_mean}


def single(values, statistic, method):
    """SciPy's own bootstrap."""
    found = stats.bootstrap((numpy.asarray(values),), STATISTICS[statistic], n_resamples=RESAMPLES, batch=20_000,
                            method=method, confidence_level=1 - 2 * LEVEL, rng=numpy.random.default_rng(11))
    interval = found.confidence_interval
    return {"values": values, "statistic": statistic, "lower": float(interval.low), "upper": float(interval.high),
            "standard_error": float(found.standard_error)}


def studentized(values):
    v = numpy.asarray(values)
    n = len(v)
    samples = random.choice(v, (RESAMPLES, n))
    t = (samples.mean(axis=1) - v.mean()) / (samples.std(axis=1, ddof=1) / n**0.5)
    error = v.std(ddof=1) / n**0.5
    return {"values": values, "lower": float(v.mean() - numpy.quantile(t, 1 - LEVEL) * error),
            "upper": float(v.mean() - numpy.quantile(t, LEVEL) * error),
            "standard_error": float(samples.mean(axis=1).std(ddof=1))}


def stratified(values, strata, statistic):
    v, s = numpy.asarray(values), numpy.asarray(strata)
    parts = [random.choice(v[s == name], (RESAMPLES, int((s == name).sum()))) for name in sorted(set(strata))]
    samples = numpy.concatenate(parts, axis=1)
    return {"values": values, "strata": strata, "statistic": statistic, **bounds(STATISTICS[statistic](samples, axis=1))}


def clustered(values, clusters):
    v, c = numpy.asarray(values), numpy.asarray(clusters)
    names = sorted(set(clusters))
    sums = numpy.array([v[c == name].sum() for name in names])
    sizes = numpy.array([(c == name).sum() for name in names])
    drawn = random.integers(0, len(names), (RESAMPLES, len(names)))
    return {"values": values, "clusters": clusters, **bounds(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))}


def pigeonhole(values, rows, columns):
    v = numpy.asarray(values)
    row_of = numpy.unique(rows, return_inverse=True)[1]
    column_of = numpy.unique(columns, return_inverse=True)[1]
    r, c = row_of.max() + 1, column_of.max() + 1
    row_weights = random.multinomial(r, [1 / r] * r, RESAMPLES)
    column_weights = random.multinomial(c, [1 / c] * c, RESAMPLES)
    weights = row_weights[:, row_of] * column_weights[:, column_of]
    return {"values": values, "rows": rows, "columns": columns, **bounds(weights @ v / weights.sum(axis=1))}


def blocks(values, length, circular):
    v = numpy.asarray(values)
    n = len(v)
    starts = random.integers(0, n if circular else n - length + 1, (RESAMPLES, -(-n // length)))
    places = (starts[:, :, None] + numpy.arange(length)) % n
    means = v[places.reshape(RESAMPLES, -1)[:, :n]].mean(axis=1)
    # The exact expectation of the resampled mean, from every start.
    every = numpy.arange(n if circular else n - length + 1)
    each = v[(every[:, None] + numpy.arange(length)) % n].mean(axis=0)
    expected = numpy.resize(each, n).mean()
    return {"values": values, "length": length, "circular": circular, **bounds(means - expected + v.mean())}


def symmetric_power(matrix, power):
    eigenvalues, vectors = numpy.linalg.eigh(matrix)
    return vectors @ numpy.diag(eigenvalues**power) @ vectors.T


def cluster_robust(values, clusters):
    """CR0 and CR1 by statsmodels, CR2 and its degrees of freedom by their matrices.

    With hat matrix H and M = I - H, the adjustment of cluster g is A_g = (M_gg)^(-1/2), the standard error
    of the coefficient the root of sum_g (p_g' y)^2 with p_g = M[:, g] A_g X_g (X'X)^-1, and the degrees of
    freedom tr(P'P)^2 / tr(P'P P'P) where the columns of P are the p_g.
    """
    y, c = numpy.asarray(values), numpy.asarray(clusters)
    n = len(y)
    x = numpy.ones((n, 1))
    codes = numpy.unique(c, return_inverse=True)[1]
    errors = {}
    for name, corrected in [("cr0", False), ("cr1", True)]:
        fit = statsmodels.api.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": codes, "use_correction": corrected})
        errors[name] = float(fit.bse[0])
    inverse = numpy.linalg.inv(x.T @ x)
    m = numpy.eye(n) - x @ inverse @ x.T
    columns = []
    for g in range(codes.max() + 1):
        members = codes == g
        adjustment = symmetric_power(m[numpy.ix_(members, members)], -0.5)
        columns.append((m[:, members] @ adjustment @ x[members] @ inverse)[:, 0])
    p = numpy.array(columns).T
    product = p.T @ p
    df = numpy.trace(product) ** 2 / numpy.trace(product @ product)
    error = numpy.sqrt(numpy.sum((p.T @ y) ** 2))
    reach = stats.t.isf(LEVEL, df) * error
    return {"values": values, "clusters": clusters, "mean": float(y.mean()), "cr2": float(error), "df": float(df), **errors,
            "lower": float(y.mean() - reach), "upper": float(y.mean() + reach),
            "p_greater": float(stats.t.sf(y.mean() / error, df))}


def labels(sizes):
    return [f"g{number:02}" for number, size in enumerate(sizes) for _ in range(size)]


skewed = numpy.round(random.exponential(1, 25), 4).tolist()
heavy = numpy.round(random.standard_t(3, 40), 4).tolist()
smooth = numpy.round(random.normal(0.3, 1, 31), 4).tolist()
binary = random.binomial(1, 0.7, 36).astype(float).tolist()
uneven = labels([1, 2, 3, 9, 4, 6, 5, 6])
series = [0.0]
for _ in range(59):
    series.append(round(0.6 * series[-1] + random.normal(), 4))

print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, numpy {numpy.__version__}",
    "level": LEVEL,
    "bca": [single(skewed, "mean", "BCa"), single(skewed, "interquartile_mean", "BCa"),
            single(heavy, "interquartile_mean", "BCa"), single(smooth, "median", "BCa")],
    "percentile": [single(skewed, "mean", "percentile"), single(heavy, "interquartile_mean", "percentile"),
                   single(smooth, "median", "percentile")],
    "studentized": [studentized(skewed), studentized(smooth)],
    "stratified": [stratified(skewed, labels([5] * 5), "interquartile_mean"), stratified(smooth, labels([10, 14, 7]), "mean")],
    "one_way": [clustered(binary, uneven), clustered(heavy, labels([4] * 10))],
    "two_way": [pigeonhole(heavy, labels([5] * 8), [f"c{i % 5}" for i in range(40)]),
                pigeonhole(heavy[:36], labels([5] * 7 + [1]), [f"c{i % 5}" for i in range(36)])],
    "block": [blocks(series, 5, True), blocks(series, 5, False), blocks(series, 7, True), blocks(series, 7, False)],
    "cluster_robust": [cluster_robust(binary, uneven), cluster_robust(heavy, labels([4] * 10)),
                       cluster_robust(skewed, labels([1] * 25)), cluster_robust(smooth[:12], labels([2, 1, 9])),
                       cluster_robust(skewed, labels([20, 1, 1, 1, 1, 1]))],
}, separators=(",", ":")).replace("},", "},\n"))
