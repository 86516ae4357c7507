"""Analysis of variance and mixed models: statsmodels, SciPy, and sums of squares in exact fractions.

Reads the tables of mixed.json, which mixed.R makes.
"""

import json
import pathlib
import warnings
from fractions import Fraction

import mpmath
import numpy
import pandas
import scipy
import statsmodels
import statsmodels.formula.api as formula
from scipy import stats
from statsmodels.stats.anova import anova_lm

stored = pathlib.Path(__file__).parent.parent / "crates/core/stats/tests/reference/mixed.json"
tables = json.loads(stored.read_text())["cases"]
mpmath.mp.dps = 50
warnings.simplefilter("ignore")


def frame(case, runs=True):
    columns = ["value", "method", "task"] + (["run"] if runs and case.get("run") else [])
    return pandas.DataFrame({name: case[name] for name in columns})


def one_way(case):
    rows = frame(case)
    groups = [list(group) for _, group in rows.groupby("method")["value"]]
    found = stats.f_oneway(*groups)
    table = anova_lm(formula.ols("value ~ method", rows).fit())
    return {"f": float(found.statistic), "p": float(found.pvalue),
            "between": float(table["sum_sq"]["method"]), "within": float(table["sum_sq"]["Residual"])}


def two_way(case):
    rows = frame(case)
    counts = rows.groupby(["method", "task"]).size()
    full = len(counts) == rows["method"].nunique() * rows["task"].nunique()
    if not full:
        return None
    single = len(counts) == len(rows)
    right = "C(method, Sum) + C(task, Sum)" if single else "C(method, Sum) * C(task, Sum)"
    default = "method + task" if single else "method * task"
    entry = {"is_balanced": bool(counts.nunique() == 1)}
    fit = formula.ols(f"value ~ {right}", rows).fit()
    for kind in [2, 3]:
        table = anova_lm(fit, typ=kind)
        entry[f"type {kind}"] = [
            {"source": name, "ss": float(table["sum_sq"][key]), "df": float(table["df"][key]),
             "f": float(table["F"][key]), "p": float(table["PR(>F)"][key])}
            for name, key in [("method", "C(method, Sum)"), ("task", "C(task, Sum)"),
                              ("method-by-task", "C(method, Sum):C(task, Sum)")] if key in table.index]
    entry["residual"] = float(fit.ssr)
    entry["r_squared"] = float(fit.rsquared)
    # What the default contrasts make of "type III".
    treated = formula.ols(f"value ~ {default}", rows).fit()
    entry["type 3 of treatment contrasts, method"] = float(anova_lm(treated, typ=3)["sum_sq"]["method"])
    entry["type 1, method"] = float(anova_lm(treated, typ=1)["sum_sq"]["method"])
    return entry


def mixed(case):
    rows = frame(case)
    parts = {"task": "0 + C(task)"}
    if case["method_by_task"]:
        parts["method-by-task"] = "0 + C(method):C(task)"
    if case.get("run"):
        parts["run"] = "0 + C(run)"
    model = formula.mixedlm("value ~ method", rows, groups=numpy.ones(len(rows)), vc_formula=parts)
    found = model.fit(reml=True)
    sd = dict(zip(model.exog_vc.names, numpy.sqrt(found.vcomp)))
    return {"estimate": found.fe_params.tolist(), "standard_error": found.bse_fe.tolist(),
            "sd": {name: float(value) for name, value in sd.items()} | {"residual": float(numpy.sqrt(found.scale))},
            "log_likelihood": float(found.llf), "p_value": found.pvalues[:len(found.fe_params)].tolist(),
            "converged": bool(found.converged)}


def exact(groups):
    """Sums of squares of doubles, without any rounding before the last step."""
    groups = [[Fraction(value) for value in group] for group in groups]
    everything = [value for group in groups for value in group]
    centre = sum(everything) / len(everything)
    means = [sum(group) / len(group) for group in groups]
    within = sum((value - mean) ** 2 for group, mean in zip(groups, means) for value in group)
    between = sum(len(group) * (mean - centre) ** 2 for group, mean in zip(groups, means))
    ratio = (between / (len(groups) - 1)) / (within / (len(everything) - len(groups)))
    return {"between": float(between), "within": float(within), "f": float(ratio)}


def complete(case):
    """The maximum of the REML likelihood of a complete table with two random terms, none of them on the boundary."""
    values = [Fraction(repr(value)) for value in case["value"]]
    methods, tasks = sorted(set(case["method"])), sorted(set(case["task"]))
    cells = {}
    for value, method, task in zip(values, case["method"], case["task"]):
        cells.setdefault((method, task), []).append(value)
    n, each = len(values), len(values) // len(cells)
    average = lambda numbers: sum(numbers) / len(numbers)
    means = {key: average(cell) for key, cell in cells.items()}
    centre = average(values)
    of_method = {method: average([means[method, task] for task in tasks]) for method in methods}
    of_task = {task: average([means[method, task] for method in methods]) for task in tasks}
    left = sum((value - means[key]) ** 2 for key, cell in cells.items() for value in cell) / (n - len(cells))
    both = each * sum((means[method, task] - of_method[method] - of_task[task] + centre) ** 2
                      for method in methods for task in tasks) / ((len(methods) - 1) * (len(tasks) - 1))
    task = each * len(methods) * sum((of_task[task] - centre) ** 2 for task in tasks) / (len(tasks) - 1)
    # These mean squares are the eigenvalues of the covariance matrix; the methods' columns are eigenvectors.
    log = lambda number: mpmath.log(mpmath.mpf(number.numerator) / number.denominator)
    df = n - len(methods)
    of_tasks, of_cells = len(tasks) - 1, (len(methods) - 1) * (len(tasks) - 1)
    deviance = ((n - len(cells)) * log(left) + of_cells * log(both) + of_tasks * log(task)
                + len(methods) * log(Fraction(each * len(tasks))) + df * (1 + mpmath.log(2 * mpmath.pi)))
    root = lambda number: float(mpmath.sqrt(mpmath.mpf(number.numerator) / number.denominator))
    return {"deviance": float(deviance), "sd": {"task": root((task - both) / (each * len(methods))),
            "method-by-task": root((both - left) / each), "residual": root(left)}}


def simon_lesage(leading, replicates):
    """The generated data of SmLs01 to SmLs09: a first value, then others 0.1 below and above it by turns."""
    return [[float(f"{leading}.{first}")] + [float(f"{leading}.{first + step}") for step in [-1, 1] * (replicates // 2)]
            for first in [4, 3, 5, 3, 5, 3, 5, 3, 5]]


print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, numpy {numpy.__version__}, mpmath {mpmath.__version__}",
    "one_way": {name: one_way(case) for name, case in tables.items()},
    "two_way": {name: found for name, case in tables.items() if (found := two_way(case))},
    "mixed": {name: mixed(case) for name, case in tables.items() if len(case["value"]) < 200},
    "complete": {name: complete(tables[name]) for name in ["balanced", "three_tasks", "far_from_zero"]},
    "simon_lesage": {f"{leading} {replicates}": exact(simon_lesage(leading, replicates))
                     for leading in ["1", "1000000", "1000000000000"] for replicates in [21, 201]},
}, separators=(",", ":")).replace("},", "},\n"))
