"""Paired t, sign-flip, Hodges-Lehmann, BCa bounds and power."""

import itertools
import json

import numpy
import scipy
import statsmodels
from scipy import stats
from scipy.stats._resampling import BootstrapResult
from statsmodels.stats.power import TTestPower

random = numpy.random.default_rng(20260101)

samples = {
    "five_seeds": [0.0111, 0.0121, 0.0007, 0.0106, 0.0093],
    "normal_2": random.normal(0.2, 1, 2).tolist(),
    "normal_3": random.normal(1, 0.1, 3).tolist(),
    "normal_8": random.normal(0.5, 1, 8).tolist(),
    "normal_12": random.normal(-0.3, 2, 12).tolist(),
    "skewed_15": random.exponential(1, 15).tolist(),
    "accuracies_16": (random.integers(-4, 8, 16) / 360).tolist(),
    "large_mean_10": (1e6 + random.normal(0, 1, 10)).tolist(),
    "heavy_30": random.standard_t(2, 30).tolist(),
}


def sign_flip_greater(differences, null):
    """Exact p-value by trying every sign, in whole-number arithmetic where the data allow it."""
    values = numpy.asarray(differences) - null
    n = len(values)
    signs = numpy.array(list(itertools.product([1, -1], repeat=n)), dtype=float)
    sums = signs @ numpy.abs(values)
    return float(numpy.mean(sums >= values.sum() - 1e-9 * numpy.abs(values).sum()))


def tests(differences):
    d = numpy.asarray(differences)
    n = len(d)
    found = []
    for null in [0.0, float(numpy.round(d.mean(), 1)) - 0.3]:
        greater = stats.ttest_1samp(d, null, alternative="greater")
        less = stats.ttest_1samp(d, null, alternative="less")
        entry = {"null": null, "p_greater": float(greater.pvalue), "p_less": float(less.pvalue)}
        if n <= 16:
            entry["flip_greater"] = sign_flip_greater(d, null)
            entry["flip_less"] = sign_flip_greater(-d, -null)
            if n <= 12:
                result = stats.permutation_test((d - null,), numpy.sum, permutation_type="samples",
                                                alternative="greater", n_resamples=numpy.inf)
                assert abs(result.pvalue - entry["flip_greater"]) < 1e-12, (result.pvalue, entry)
        found.append(entry)
    bounds = []
    for alpha in [0.05, 0.025, 0.001]:
        bounds.append({
            "alpha": alpha,
            "lower": float(stats.ttest_1samp(d, 0, alternative="greater").confidence_interval(1 - alpha).low),
            "upper": float(stats.ttest_1samp(d, 0, alternative="less").confidence_interval(1 - alpha).high),
        })
    walsh = [(d[i] + d[j]) / 2 for i in range(n) for j in range(i, n)]
    return {
        "differences": differences,
        "mean": float(d.mean()),
        "sd": float(d.std(ddof=1)),
        "quantile_0.1": float(numpy.quantile(d, 0.1)),
        "median": float(numpy.median(d)),
        "hodges_lehmann": float(numpy.median(walsh)),
        "tests": found,
        "bounds": bounds,
    }


def bca(differences, resamples):
    """SciPy's BCa bounds from given resample means, so that no randomness differs.

    A resample that is the sample in another order has its very mean: SciPy would take it for smaller or larger,
    as the sums happened to be rounded.
    """
    d = numpy.asarray(differences)
    means = random.choice(d, (resamples, len(d))).mean(axis=1)
    deviations = numpy.abs(means - d.mean())
    means = numpy.sort(numpy.where(deviations < 1e-10 * deviations.max(), d.mean(), means))
    previous = BootstrapResult(confidence_interval=None, bootstrap_distribution=means, standard_error=None)
    bounds = []
    for alpha in [0.05, 0.025]:
        lower = stats.bootstrap((d,), numpy.mean, n_resamples=0, bootstrap_result=previous, method="BCa",
                                alternative="greater", confidence_level=1 - alpha).confidence_interval.low
        upper = stats.bootstrap((d,), numpy.mean, n_resamples=0, bootstrap_result=previous, method="BCa",
                                alternative="less", confidence_level=1 - alpha).confidence_interval.high
        bounds.append({"alpha": alpha, "lower": float(lower), "upper": float(upper)})
    return {"differences": differences, "means": means.tolist(), "bounds": bounds}


def bca_large(differences):
    """SciPy's own bootstrap with a million resamples: what ours must come near."""
    d = numpy.asarray(differences)
    generator = numpy.random.default_rng(7)
    lower = stats.bootstrap((d,), numpy.mean, n_resamples=1_000_000, batch=50_000, method="BCa", alternative="greater",
                            confidence_level=0.95, rng=generator).confidence_interval.low
    upper = stats.bootstrap((d,), numpy.mean, n_resamples=1_000_000, batch=50_000, method="BCa", alternative="less",
                            confidence_level=0.95, rng=generator).confidence_interval.high
    return {"differences": differences, "alpha": 0.05, "lower": float(lower), "upper": float(upper)}


def power_case(n, effect, alpha):
    df, nc = n - 1, effect * n**0.5
    value = TTestPower().power(effect_size=effect, nobs=n, alpha=alpha, alternative="larger")
    again = stats.nct.sf(stats.t.isf(alpha, df), df, nc)
    assert abs(value - again) < 1e-9, (value, again)
    return {"n": n, "effect": effect, "alpha": alpha, "power": float(value)}


def pairs_case(effect, alpha, power):
    n = TTestPower().solve_power(effect_size=effect, alpha=alpha, power=power, alternative="larger")
    return {"effect": effect, "alpha": alpha, "power": power, "pairs": max(2, int(numpy.ceil(n)))}


print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, numpy {numpy.__version__}",
    "samples": {name: tests(values) for name, values in samples.items()},
    "bca": [bca(samples["skewed_15"], 999), bca(samples["normal_8"], 2000)],
    "bca_large": [bca_large(samples["skewed_15"]), bca_large(samples["heavy_30"])],
    "power": [power_case(n, effect, alpha) for n in [2, 3, 5, 10, 20, 50, 200] for effect in [-0.3, 0.1, 0.5, 1.0, 2.0]
              for alpha in [0.05, 0.025, 0.001]],
    "pairs": [pairs_case(effect, alpha, power) for effect in [0.05, 0.2, 0.5, 0.8, 1.0, 1.5] for alpha in [0.05, 0.025, 0.005]
              for power in [0.5, 0.8, 0.95]],
}, separators=(",", ":")).replace("},", "},\n"))
