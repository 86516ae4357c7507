"""Families of p-values by every procedure of statsmodels that Gosset has.

The two-stage procedure of statsmodels adjusts for one level only; the smallest
level that rejects is found by halving on its decisions.
"""

import json

import numpy
import statsmodels
from statsmodels.stats.multitest import multipletests

NAMES = {
    "bonferroni": "bonferroni",
    "sidak": "sidak",
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "benjamini-hochberg": "fdr_bh",
    "benjamini-yekutieli": "fdr_by",
    "two-stage-bh": "fdr_tsbky",
}


def smallest_levels(p_values):
    found = []
    for place in range(len(p_values)):
        low, high = 0.0, 1.0
        if not multipletests(p_values, 1 - 1e-15, "fdr_tsbky")[0][place]:
            found.append(1.0)
            continue
        for _ in range(100):
            middle = 0.5 * (low + high)
            if middle > 0 and multipletests(p_values, middle, "fdr_tsbky")[0][place]:
                high = middle
            else:
                low = middle
        found.append(high)
    return found


random = numpy.random.default_rng(41)
families = [
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0],
    [0.23],
    [0.031, 0.04],
    [0.011, 0.013, 0.013, 0.6, 0.002],
    [0.047, 0.043, 0.041, 0.049],
] + [random.beta(shape, 2.0, k).round(7).tolist() for k in [2, 3, 5, 8, 20, 60] for shape in [0.15, 0.5]]

cases = []
for p_values in families:
    case = {"p": p_values, "adjusted": {}, "rejected": []}
    for name, theirs in NAMES.items():
        case["adjusted"][name] = multipletests(p_values, 0.05, theirs)[1].tolist()
    case["adjusted"]["two-stage-bh"] = smallest_levels(p_values)
    for level in [0.01, 0.05, 0.2]:
        rejected = {name: multipletests(p_values, level, theirs)[0].tolist() for name, theirs in NAMES.items()}
        case["rejected"].append({"level": level, "by": rejected})
    cases.append(case)

print(json.dumps({"tool": f"statsmodels {statsmodels.__version__}", "families": cases}, separators=(",", ":")).replace("},", "},\n"))
