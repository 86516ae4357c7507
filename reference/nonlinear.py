"""Fits of formulas, profiles, lack of fit, slopes, collapse and criteria: SciPy and statsmodels."""

import json
import math

import numpy
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats

rng = numpy.random.default_rng(20240611)
result = {"tool": f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, NumPy {numpy.__version__}"}


def tight(residuals, start):
    """The least sum of squares, polished: the best of two methods from one start."""
    found = optimize.least_squares(residuals, start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac", max_nfev=100000)
    again = optimize.least_squares(residuals, found.x, method="trf", xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac", max_nfev=100000)
    return min((found, again), key=lambda one: one.cost)


def profile_bound(residuals, best, place, sign, level):
    """Where the profile t of one constant reaches the point of Student's t, by Brent's method."""
    total = 2 * best.cost
    df = len(best.fun) - len(best.x)
    variance = total / df
    critical = stats.t.isf(level, df)
    jacobian = best.jac
    error = math.sqrt(numpy.linalg.inv(jacobian.T @ jacobian)[place, place] * variance)
    start = numpy.delete(best.x, place)

    def gap(value):
        held = lambda others: residuals(numpy.insert(others, place, value))
        worse = 2 * tight(held, start).cost - total
        return math.sqrt(max(worse, 0) / variance) - critical

    far = best.x[place] + sign * error * critical
    while gap(far) < 0:
        far += sign * error
    return optimize.brentq(gap, best.x[place], far, xtol=1e-13 * abs(far), rtol=1e-13)


# The loss over parameters by E + A (N / 1e8)^-alpha, three runs each at eight sizes.
sizes = numpy.repeat(numpy.geomspace(1e7, 1e9, 8), 3)
loss = 1.7 + 0.9 * (sizes / 1e8) ** -0.35 + rng.normal(0, 0.02, sizes.size)
offset = lambda c: c[0] + c[1] * (sizes / 1e8) ** -c[2] - loss
power = lambda c: c[0] * (sizes / 1e8) ** -c[1] - loss
best, rival = tight(offset, [1.5, 1.0, 0.3]), tight(power, [2.5, 0.1])
level = 0.0125
result["fit"] = {
    "sizes": sizes.tolist(), "loss": loss.tolist(), "level": level,
    "constants": best.x.tolist(), "sum_of_squares": 2 * best.cost,
    "bounds": [[profile_bound(offset, best, place, sign, level) for sign in (-1, 1)] for place in range(3)],
    "power": {"constants": rival.x.tolist(), "sum_of_squares": 2 * rival.cost},
}

# Lack of fit as the comparison of two linear models: a straight line and a mean for each condition.
groups = numpy.repeat(numpy.arange(6), [1, 2, 3, 3, 2, 4])
x = groups.astype(float)
y = 1 + 0.5 * x + 0.08 * x**2 + rng.normal(0, 0.3, x.size)
line = sm.OLS(y, sm.add_constant(x)).fit()
means = sm.OLS(y, numpy.equal.outer(groups, numpy.arange(6)).astype(float)).fit()
f, p, df = means.compare_f_test(line)
residuals = -line.resid
result["lack_of_fit"] = {
    "conditions": [(-residuals[groups == group]).tolist() for group in range(6)],
    "f": float(f), "p": float(p), "df_conditions": float(df), "df_runs": float(means.df_resid),
}

# A common slope within groups with HC3 errors: dummies for the groups.
groups = numpy.repeat(numpy.arange(4), [5, 6, 7, 1])
x = rng.normal(0, 1, groups.size) + groups
y = -0.4 * x + groups**2 + rng.normal(0, 0.1, groups.size) * (1 + numpy.abs(x))
dummies = numpy.equal.outer(groups, numpy.arange(4)).astype(float)
design = numpy.column_stack([x, dummies])
# The lone member of a group determines its dummy alone and says nothing of the slope.
keep = groups < 3
robust = sm.OLS(y[keep], design[keep][:, :4]).fit(cov_type="HC3", use_t=True)
centred = x - dummies @ (dummies.T @ x / dummies.sum(0))
curved = sm.OLS(y, numpy.column_stack([x, centred**2, dummies])).fit()
result["slope"] = {
    "x": x.tolist(), "y": y.tolist(), "groups": groups.tolist(), "slope": float(robust.params[0]),
    "error": float(robust.bse[0]), "df": float(robust.df_resid), "bend_p": float(curved.pvalues[1]),
}

# Two curves, each a parabola within the overlap.
def parabola(x, y, at):
    fit = sm.OLS(y, numpy.column_stack([numpy.ones_like(x), x, x**2])).fit()
    found = fit.get_prediction(numpy.array([[1.0, at, at**2]]))
    return float(found.predicted_mean[0]), float(found.var_pred_mean[0]), float(fit.df_resid)


own_x = numpy.linspace(0, 3, 12)
own_y = 0.3 - 0.7 * own_x + 0.05 * own_x**2 + rng.normal(0, 0.02, own_x.size)
other_x = numpy.linspace(1, 5, 17)
other_y = 0.35 - 0.7 * other_x + 0.05 * other_x**2 + rng.normal(0, 0.04, other_x.size)
low, high = 1.0, 3.0
inside = lambda values: (values >= low) & (values <= high)
gaps = []
for at in (low, (low + high) / 2, high):
    a, va, da = parabola(own_x[inside(own_x)], own_y[inside(own_x)], at)
    b, vb, db = parabola(other_x[inside(other_x)], other_y[inside(other_x)], at)
    gaps.append({"x": at, "gap": a - b, "error": math.sqrt(va + vb), "df": (va + vb) ** 2 / (va**2 / da + vb**2 / db)})
result["collapse"] = {"own_x": own_x.tolist(), "own_y": own_y.tolist(), "other_x": other_x.tolist(), "other_y": other_y.tolist(), "gaps": gaps}

# Criteria: statsmodels counts the constants of the normal likelihood; differences do not.
x = numpy.linspace(0, 1, 20)
y = 1 + 2 * x + rng.normal(0, 0.1, 20)
flat, line = sm.OLS(y, numpy.ones((20, 1))).fit(), sm.OLS(y, sm.add_constant(x)).fit()
result["criteria"] = {
    "n": 20, "flat": float(flat.ssr), "line": float(line.ssr),
    "aic_difference": float(flat.aic - line.aic), "bic_difference": float(flat.bic - line.bic),
}
print(json.dumps(result, indent=1))
