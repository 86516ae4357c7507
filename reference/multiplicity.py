"""Holm's method, binomial intervals and quantiles."""

import json

import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

random = numpy.random.default_rng(3)

families = [
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0],
    [0.01, 0.01, 0.01, 0.04],
    [0.2],
    [0.011, 0.02, 0.02, 0.5, 0.0],
] + [numpy.round(random.beta(0.3, 3, k), 3).tolist() for k in [2, 3, 5, 8, 20]]

holm = []
for p_values in families:
    for alpha in [0.05, 0.1]:
        reject, adjusted, _, _ = multipletests(p_values, alpha, "holm")
        holm.append({"p": p_values, "alpha": alpha, "reject": reject.tolist(), "adjusted": adjusted.tolist()})

intervals = [
    {
        "successes": k, "trials": n, "alpha": alpha,
        "clopper_pearson": [float(x) for x in proportion_confint(k, n, alpha, "beta")],
        "wilson": [float(x) for x in proportion_confint(k, n, alpha, "wilson")],
    }
    for k, n in [(0, 5), (5, 5), (1, 10), (510, 1000), (3, 1000), (17, 20), (99_000, 100_000)]
    for alpha in [0.05, 0.001]
]

quantiles = [
    {"share": q, "trials": n, "probability": p, "quantile": int(stats.binom.ppf(q, n, p))}
    for n in [1, 10, 100, 20_000]
    for p in [0.03, 0.05, 0.5, 0.9]
    for q in [1e-7, 0.025, 0.4, 0.975, 0.9999999]
]

print(json.dumps({
    "tool": f"statsmodels {statsmodels.__version__}, scipy {scipy.__version__}",
    "holm": holm,
    "intervals": intervals,
    "quantiles": quantiles,
}, separators=(",", ":")).replace("},", "},\n"))
