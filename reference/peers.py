"""What `cargo xtask bench statistics` measures Gosset against.

    peers.py inputs              prints the inputs of all cases as JSON
    peers.py INPUTS CASE         runs a case of the peer on them and prints JSON: the tool, the processor seconds of
                                 the call alone (imports and reading excluded), the numbers found, and by how much
                                 the numbers of another program may differ from them

Calls that take minutes are measured with fewer replicates and their seconds multiplied, which `times` tells; all
draw their replicates in a loop, so that the seconds are proportional to them.
"""

import itertools
import json
import sys
import time

import numpy
import scipy.optimize

LEVEL = 0.025
# The difference of two 2.5 % points of 50,000 draws each has a standard error of 0.0043 of the interval's width;
# grows with the root of fewer draws. Six of them.
WIDTH_SHARE = 6 * 0.0043 * 50_000**0.5


def make_inputs():
    random = numpy.random.default_rng(20260301)
    later = numpy.random.default_rng(20260302)
    spread = random.uniform(0.2, 2, 26)
    return {
        "suite": {
            "first": (random.normal(1.0, 0.3, (5, 26)) * spread).tolist(),
            "second": (random.normal(0.9, 0.3, (5, 26)) * spread).tolist(),
        },
        "values": random.lognormal(0, 0.5, 1_000).tolist(),
        "groups": {
            "baseline": random.normal(0, 1, 100).tolist(),
            "candidate": random.normal(0.2, 1, 100).tolist(),
        },
        "differences": random.normal(0.2, 1, 50).tolist(),
        "bounded": random.beta(4, 3, 300).tolist(),
        "table": make_table(later),
        "data_sets": later.normal(0.01, 0.03, 54).tolist(),
        "accuracies": {
            "baseline": later.beta(80, 20, 50).tolist(),
            "candidate": later.beta(88, 20, 50).tolist(),
        },
        "runs": make_runs(numpy.random.default_rng(20261125)),
        "curve": make_curve(),
    }


def make_runs(random):
    """240 runs of 1e7 to 1e10 parameters on 1e9 to 1e12 tokens, with a log error of 0.01: [parameters, tokens, loss]."""
    parameters, tokens = numpy.exp(random.uniform(numpy.log([[1e7], [1e9]]), numpy.log([[1e10], [1e12]]), (2, 240)))
    losses = (1.8 + 480 * parameters**-0.35 + 2100 * tokens**-0.37) * numpy.exp(random.normal(0, 0.01, 240))
    return numpy.transpose([parameters, tokens, losses]).tolist()


def broken(x, a, b, c0, c1, d1, f1):
    """The broken neural scaling law with one break: Caballero et al. 2023, equation 1."""
    return a + b * x**-c0 * (1 + (x / d1) ** (1 / f1)) ** (-c1 * f1)


def make_curve():
    """120 sizes from 1 to 20,000 on a law with one break, without errors: [size, loss]."""
    sizes = numpy.geomspace(1, 20_000, 120)
    return numpy.transpose([sizes, broken(sizes, 0.4, 2.3, 0.1, 1.2, 600.0, 0.2)]).tolist()


def make_table(random):
    """Scores of 5 methods on 20 tasks in 10 runs, of which 200 of 1,000 are missing."""
    of_task, of_run, of_both = random.normal(0, 1, 20), random.normal(0, 0.3, 10), random.normal(0, 0.4, (5, 20))
    rows = [
        [float(0.3 * method + of_task[task] + of_run[run] + of_both[method, task] + random.normal(0, 0.8)),
         f"m{method}", f"t{task:02}", f"r{run:02}"]
        for method in range(5) for task in range(20) for run in range(10)
    ]
    return [rows[place] for place in sorted(random.choice(1_000, 800, replace=False))]


def measured(call):
    """The least processor seconds of calls within two seconds, one call at least, and what it returned."""
    least, spent = float("inf"), 0.0
    while spent < 2.0:
        begun = time.process_time()
        found = call()
        taken = time.process_time() - begun
        least, spent = min(least, taken), spent + taken
    return least, found


def interval_allowance(lower, upper, draws):
    return WIDTH_SHARE / draws**0.5 * abs(upper - lower)


def share_allowance(p_value, draws):
    return 6 * (2 * p_value * (1 - p_value) / draws) ** 0.5 + 2 / draws


def rliable_aggregates(inputs):
    from rliable import library, metrics

    scores = numpy.array(inputs["suite"]["first"])

    def aggregates(drawn):
        return numpy.array(
            [
                metrics.aggregate_mean(drawn),
                metrics.aggregate_median(drawn),
                metrics.aggregate_iqm(drawn),
                metrics.aggregate_optimality_gap(drawn, 1.0),
            ]
        )

    seconds, (_, intervals) = measured(lambda: library.get_interval_estimates({"a": scores}, aggregates, reps=50_000))
    numbers, allowed = [], []
    for lower, upper in intervals["a"].T:
        numbers += [lower, upper]
        allowed += [interval_allowance(lower, upper, 50_000)] * 2
    # The upper tail of the median is uneven: its quantile varies more.
    allowed[2:4] = [3 * value for value in allowed[2:4]]
    return "rliable", seconds, 1, numbers, allowed


def rliable_improvement(inputs):
    from rliable import library, metrics

    pair = {"a,b": tuple(numpy.array(inputs["suite"][side]) for side in ("first", "second"))}
    draws = 500
    seconds, (points, intervals) = measured(
        lambda: library.get_interval_estimates(pair, metrics.probability_of_improvement, reps=draws)
    )
    lower, upper = intervals["a,b"].ravel()
    allowance = interval_allowance(lower, upper, draws)
    return "rliable", seconds, 50_000 // draws, [points["a,b"], lower, upper], [1e-12, allowance, allowance]


def scipy_bca(inputs, statistic):
    from scipy import stats

    values = numpy.array(inputs["values"])
    seconds, found = measured(
        lambda: stats.bootstrap(
            (values,), statistic, n_resamples=10_000, method="BCa", confidence_level=1 - 2 * LEVEL, vectorized=True
        )
    )
    lower, upper = found.confidence_interval
    # Twice: the bias correction is drawn, too.
    return "scipy", seconds, 1, [lower, upper], [2 * interval_allowance(lower, upper, 10_000)] * 2


def scipy_bca_mean(inputs):
    return scipy_bca(inputs, numpy.mean)


def scipy_bca_interquartile_mean(inputs):
    from scipy import stats

    return scipy_bca(inputs, lambda values, axis: stats.trim_mean(values, 0.25, axis=axis))


def scipy_permutation(inputs):
    from scipy import stats

    groups = [numpy.array(inputs["groups"][side]) for side in ("candidate", "baseline")]

    def difference(candidate, baseline, axis):
        return numpy.mean(candidate, axis=axis) - numpy.mean(baseline, axis=axis)

    seconds, found = measured(
        lambda: stats.permutation_test(
            groups, difference, n_resamples=100_000, alternative="greater", vectorized=True, batch=10_000
        )
    )
    return "scipy", seconds, 1, [found.pvalue], [share_allowance(found.pvalue, 100_000)]


def scipy_sign_flip(inputs):
    from scipy import stats

    seconds, found = measured(
        lambda: stats.permutation_test(
            (numpy.array(inputs["differences"]),),
            lambda values, axis: numpy.mean(values, axis=axis),
            permutation_type="samples",
            n_resamples=100_000,
            alternative="greater",
            vectorized=True,
            batch=10_000,
        )
    )
    return "scipy", seconds, 1, [found.pvalue], [share_allowance(found.pvalue, 100_000)]


def statsmodels_mixed_model(inputs):
    """One group of all rows, with tasks, runs and methods by task as variance components, by its default optimisers.

    The seconds are those of the formula and the fit. Ours hold the degrees of freedom too, which it does not have.
    """
    import pandas
    from statsmodels.formula.api import mixedlm

    rows = pandas.DataFrame(inputs["table"], columns=["value", "method", "task", "run"])
    rows["both"] = rows["method"] + ":" + rows["task"]
    parts = {name: f"0 + C({name})" for name in ("task", "run", "both")}
    everything = numpy.ones(len(rows))
    seconds, fit = measured(
        lambda: mixedlm("value ~ method", rows, groups=everything, re_formula="0", vc_formula=parts).fit(reml=True)
    )
    if not fit.converged:
        raise SystemExit("statsmodels did not converge")
    allowed = [1e-4 * error for error in fit.bse_fe]
    return "statsmodels", seconds, 1, [*fit.fe_params, fit.llf], [*allowed, 1e-4]


def baycomp_signed_rank(inputs):
    import baycomp

    differences, draws = numpy.array(inputs["data_sets"]), 50_000
    seconds, drawn = measured(
        lambda: baycomp.SignedRankTest.sample(numpy.zeros(54), differences, 0.01, nsamples=draws, random_state=1)
    )
    shares = numpy.bincount(drawn.argmax(axis=1), minlength=3) / draws
    return "baycomp", seconds, 1, shares, [share_allowance(share, draws) for share in shares]


def deepsig_almost_order(inputs):
    """The spread of 1,000 resamples has a standard error of about 1/sqrt(2,000) of it; 0.01 is for its 200 steps."""
    from deepsig import aso
    from deepsig.aso import compute_violation_ratio

    candidate, baseline = (numpy.array(inputs["accuracies"][side]) for side in ("candidate", "baseline"))
    seconds, epsilon = measured(
        lambda: aso(
            candidate, baseline, confidence_level=0.95, num_bootstrap_iterations=1_000, num_jobs=1,
            show_progress=False, seed=1,
        )
    )
    noise = 6 * (epsilon - compute_violation_ratio(scores_a=candidate, scores_b=baseline, dt=0.005)) / 1_000**0.5
    return "deepsig", seconds, 1, [epsilon], [noise + 0.01]


def numpy_betting(inputs):
    """The hedged capital confidence sequence with predictable plug-in bets over a grid of 1,001 means.

    Waudby-Smith and Ramdas 2024, section 4.2 with c = 1/2, mean by mean as in their package confseq 0.0.11, which no
    longer builds with Python 3.11. The bets are computed once; that package computes them for each mean anew.
    """
    values = numpy.array(inputs["bounded"])
    breaks = 1_000

    def sequence():
        times = numpy.arange(1, len(values) + 1)
        means = (0.5 + numpy.cumsum(values)) / (times + 1)
        variances = (0.25 + numpy.cumsum((values - means) ** 2)) / (times + 1)
        earlier = numpy.append(0.25, variances[:-1])
        bets = numpy.sqrt(2 * numpy.log(1 / LEVEL) / (earlier * times * numpy.log1p(times)))
        grid = numpy.arange(breaks + 1) / breaks
        kept = numpy.empty((breaks + 1, len(values)), dtype=bool)
        for place, mean in enumerate(grid):
            with numpy.errstate(divide="ignore"):
                up = numpy.minimum(bets, 0.5 / numpy.float64(mean))
                down = numpy.minimum(bets, 0.5 / numpy.float64(1 - mean))
            rising = numpy.cumprod(1 + up * (values - mean))
            falling = numpy.cumprod(1 - down * (values - mean))
            kept[place] = numpy.maximum(rising, falling) < 1 / LEVEL
        first = kept.argmax(axis=0)
        last = breaks - kept[::-1].argmax(axis=0)
        lower = numpy.maximum.accumulate(numpy.maximum(0, grid[first] - 1 / breaks))
        upper = numpy.minimum.accumulate(numpy.minimum(1, grid[last] + 1 / breaks))
        return lower, upper

    seconds, (lower, upper) = measured(sequence)
    numbers = numpy.stack([lower, upper], axis=1).ravel()
    return "numpy", seconds, 1, numbers.tolist(), [1 / breaks + 1e-9] * len(numbers)


def chinchilla(runs):
    """The objective of Hoffmann et al. 2022, section 3.3, with its slope, and its grid of 4,500 starts."""
    parameters, tokens, losses = numpy.log(numpy.transpose(runs))

    def objective(theta, weights=None):
        a, b, e, alpha, beta = theta
        terms = numpy.stack([a - alpha * parameters, b - beta * tokens, numpy.full_like(losses, e)])
        largest = terms.max(axis=0)
        parts = numpy.exp(terms - largest)
        total = parts.sum(axis=0)
        residuals = numpy.log(total) + largest - losses
        size = numpy.abs(residuals)
        costs = numpy.where(size <= 1e-3, 0.5 * residuals**2, 1e-3 * (size - 0.5e-3))
        pulls = numpy.clip(residuals, -1e-3, 1e-3)
        if weights is not None:
            costs, pulls = costs * weights, pulls * weights
        shares = parts / total * pulls
        slope = [shares[0].sum(), shares[1].sum(), shares[2].sum(), -shares[0] @ parameters, -shares[1] @ tokens]
        # As the source of the replication: a larger number than the sum keeps BFGS from stopping at once.
        return 1e3 * costs.sum(), 1e3 * numpy.array(slope)

    starts = list(itertools.product(range(0, 30, 5), range(0, 30, 5), numpy.arange(-1, 1.5, 0.5), numpy.arange(0, 2.5, 0.5),
                                    numpy.arange(0, 2.5, 0.5)))
    return objective, starts


def scipy_best(objective, starts, weights=None):
    found = [scipy.optimize.minimize(objective, start, args=(weights,), jac=True, method="BFGS") for start in starts]
    return min(found, key=lambda found: found.fun).x


def scipy_scaling_fit(inputs):
    objective, starts = chinchilla(inputs["runs"])
    seconds, _ = measured(lambda: scipy_best(objective, starts[::100]))
    a, b, e, alpha, beta = scipy_best(objective, [scipy_best(objective, starts[::100]), [6, 7, 0.5, 0.35, 0.37]])
    numbers = [float(value) for value in (numpy.exp(e), numpy.exp(a), numpy.exp(b), alpha, beta)]
    # BFGS stops where the slope is below 1e-5.
    return "scipy", seconds, 100, numbers, [2e-3 * abs(number) for number in numbers]


def scipy_scaling_bootstrap(inputs):
    objective, _ = chinchilla(inputs["runs"])
    best = scipy_best(objective, [[6, 7, 0.5, 0.35, 0.37]])
    random = numpy.random.default_rng(1)
    draws = 200

    def resample():
        counts = (numpy.bincount(random.integers(0, 240, 240), minlength=240) for _ in range(draws))
        return numpy.array([scipy_best(objective, [best], weights) for weights in counts])

    seconds, found = measured(resample)
    numbers = [float(found[:, place].std(ddof=1)) for place in (3, 4)]
    # The standard error of a spread from 200 draws is a twentieth of it; six of them.
    return "scipy", seconds, 4_000 // draws, numbers, [0.3 * number for number in numbers]


def scipy_scaling_broken(inputs):
    """As the authors of the law fit it: the best of a grid by squares of log(loss + 1), then least squares."""
    sizes, losses = numpy.transpose(inputs["curve"])

    def misfit(theta):
        a, b, c0, c1, d1, f1 = theta
        with numpy.errstate(all="ignore"):
            found = broken(sizes, a, 1.25**b - 1 + 1e-8, c0, c1, 1.25**d1 - 1 + 1e-8, f1)
            return numpy.mean((numpy.log(found + 1) - numpy.log(losses + 1)) ** 2)

    def grid(firsts):
        return (firsts, slice(0, 5, 0.25), slice(0, 0.2, 0.05), slice(0, 8, 0.5), slice(0, 35, 2.5), slice(0.05, 0.25, 0.05))

    def polished(theta):
        a, b, c0, c1, d1, f1 = theta
        start = [a, 1.25**b - 1 + 1e-8, c0, c1, 1.25**d1 - 1 + 1e-8, f1]
        log = lambda x, *theta: numpy.log(broken(x, *theta) + 1)
        return scipy.optimize.curve_fit(log, sizes, numpy.log(losses + 1), p0=start, maxfev=100_000)[0]

    # One of the 25 values of a that are tried, the nearest to what fits best.
    one = lambda: polished(scipy.optimize.brute(misfit, grid(slice(0.4, 0.45, 0.1)), finish=None))
    seconds, found = measured(one)
    return "scipy", seconds, 25, found.tolist(), [1e-3 * abs(number) for number in found]


CASES = {
    "aggregates": rliable_aggregates,
    "improvement": rliable_improvement,
    "bca-mean": scipy_bca_mean,
    "bca-interquartile-mean": scipy_bca_interquartile_mean,
    "permutation": scipy_permutation,
    "sign-flip": scipy_sign_flip,
    "betting": numpy_betting,
    "mixed-model": statsmodels_mixed_model,
    "bayes-signed-rank": baycomp_signed_rank,
    "almost-stochastic-order": deepsig_almost_order,
    "scaling-fit": scipy_scaling_fit,
    "scaling-bootstrap": scipy_scaling_bootstrap,
    "scaling-broken": scipy_scaling_broken,
}


def main():
    if sys.argv[1:] == ["inputs"]:
        print(json.dumps(make_inputs()))
        return
    from importlib.metadata import version

    path, case = sys.argv[1:]
    with open(path) as file:
        inputs = json.load(file)
    tool, seconds, times, numbers, allowed = CASES[case](inputs)
    result = {
        "tool": f"{tool} {version(tool)}",
        "cpu_secs": seconds * times,
        "times": times,
        "numbers": [float(number) for number in numbers],
        "allowed": [float(number) for number in allowed],
    }
    print(json.dumps(result))


main()
