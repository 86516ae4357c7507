"""Power and sample sizes of the designs: statsmodels for t tests, outcomes one by one for exact
tests, an integral in mpmath for two-sided bounds, and draws for what is simulated."""

import json
from fractions import Fraction
from math import comb, sqrt

import mpmath
import numpy
import scipy
import statsmodels
from mpmath import mp, mpf
from scipy import integrate, optimize, stats
from statsmodels.stats.power import TTestIndPower, TTestPower

mp.dps = 30


def tail(won, n, null):
    return sum(comb(n, k) * null**k * (1 - null) ** (n - k) for k in range(won, n + 1))


def critical(n, null, alpha):
    """The fewest successes that reject, in fractions."""
    return next((won for won in range(n + 1) if tail(won, n, null) <= alpha), n + 1)


def one_proportion(n, null, rate, alpha):
    return float(stats.binom.sf(critical(n, Fraction(null), Fraction(alpha)) - 1, n, float(rate)))


def two_proportions(n1, n2, low, high, alpha):
    total = 0.0
    for successes in range(n1 + n2 + 1):
        fewest, most = max(0, successes - n1), min(successes, n2)
        ways, sum_of_ways = comb(n1 + n2, successes), 0
        for won in range(most, fewest - 1, -1):
            sum_of_ways += comb(n2, won) * comb(n1, successes - won)
            if Fraction(sum_of_ways, ways) > Fraction(alpha):
                break
            total += stats.binom.pmf(won, n2, high) * stats.binom.pmf(successes - won, n1, low)
    return float(total)


def mcnemar(n, disagreement, effect, alpha):
    """Over all tables of (gains, losses, rest)."""
    gain, loss = (disagreement + effect) / 2, (disagreement - effect) / 2
    limits = [critical(d, Fraction(1, 2), Fraction(alpha)) for d in range(n + 1)]
    total = 0.0
    for gains in range(n + 1):
        for losses in range(n - gains + 1):
            if gains >= limits[gains + losses]:
                total += stats.multinomial.pmf([gains, losses, n - gains - losses], n, [gain, loss, 1 - gain - loss])
    return float(total)


def both_inside(n, low, high, effect, alpha):
    """The chance that both one-sided bounds lie between low and high, in standard deviations."""
    df, root = n - 1, mp.sqrt(n)
    t = mpf(float(stats.t.isf(alpha, df)))
    log_factor = mp.log(2) + mpf(df) / 2 * mp.log(mpf(df) / 2) - mp.loggamma(mpf(df) / 2)

    def integrand(s):
        density = mp.exp(log_factor + (df - 1) * mp.log(s) - df * s * s / 2)
        return density * (mp.ncdf((high - effect) * root - t * s) - mp.ncdf((low - effect) * root + t * s))

    end = (mpf(high) - mpf(low)) * root / (2 * t)
    cuts = [c for c in [mpf("1e-30"), mpf("0.05"), mpf("0.3"), mpf("0.7"), mpf("0.9"), 1, mpf("1.1"), mpf("1.3"), 2, 4, 10] if c < end]
    return float(mp.quad(integrand, cuts + [end]))


groups = []
for n, ratio, effect, alpha in [(5, 1, 2.0, 0.025), (10, 1, 0.8, 0.05), (12, 2, 0.7, 0.05), (4, 3, 1.5, 0.01), (64, 1, 0.5, 0.025), (300, 0.5, 0.2, 0.05)]:
    power = TTestIndPower().power(effect, n, alpha, ratio=ratio, alternative="larger")
    groups.append({"n": n, "ratio": ratio, "effect": effect, "alpha": alpha, "power": float(power)})
group_sizes = []
for ratio, effect, alpha, power in [(1, 0.5, 0.025, 0.8), (1, 1.2, 0.05, 0.9), (2, 0.5, 0.05, 0.8)]:
    n = next(n for n in range(2, 500) if TTestIndPower().power(effect, n, alpha, ratio=ratio, alternative="larger") >= power)
    group_sizes.append({"ratio": ratio, "effect": effect, "alpha": alpha, "power": power, "n": n})

tasks = []
for k, runs, between, effect, alpha in [(5, 3, 0.5, 0.8, 0.05), (10, 1, 0.0, 0.6, 0.025), (26, 5, 1.0, 0.5, 0.05)]:
    power = TTestPower().power(effect / sqrt(between**2 + 1 / runs), k, alpha, alternative="larger")
    tasks.append({"tasks": k, "runs": runs, "between": between, "effect": effect, "alpha": alpha, "power": float(power)})

minimum = []
for n, margin, effect, alpha in [(10, 0.3, 1.2, 0.05), (25, 0.5, 1.0, 0.025)]:
    power = TTestPower().power(effect - margin, n, alpha, alternative="larger")
    minimum.append({"n": n, "margin": margin, "effect": effect, "alpha": alpha, "power": float(power)})

one = [
    {"n": n, "null": float(Fraction(null)), "effect": float(Fraction(rate) - Fraction(null)), "alpha": float(Fraction(alpha)), "power": one_proportion(n, null, Fraction(rate), alpha)}
    for n, null, rate, alpha in [(5, "1/2", "9/10", "1/20"), (20, "1/2", "3/4", "1/40"), (50, "7/10", "17/20", "1/20"), (200, "9/10", "19/20", "1/100"), (3, "1/2", "9/10", "1/20")]
]
one_sizes = []
for null, rate, alpha, power in [("1/2", "3/4", "1/20", 0.8), ("7/10", "17/20", "1/40", 0.8), ("1/2", "13/20", "1/20", 0.9)]:
    n = next(n for n in range(1, 500) if one_proportion(n, null, Fraction(rate), alpha) >= power)
    one_sizes.append({"null": float(Fraction(null)), "effect": float(Fraction(rate) - Fraction(null)), "alpha": float(Fraction(alpha)), "power": power, "n": n})

two = [
    {"n": n1, "ratio": n2 / n1, "rate": low, "effect": high - low, "alpha": float(Fraction(alpha)), "power": two_proportions(n1, n2, low, high, alpha)}
    for n1, n2, low, high, alpha in [(3, 3, 0.1, 0.8, "1/20"), (10, 10, 0.25, 0.75, "1/20"), (20, 40, 0.5, 0.75, "1/40"), (60, 60, 0.5, 0.75, "1/20"), (100, 50, 0.125, 0.375, "1/100")]
]


def two_large(n1, n2, low, high, alpha):
    first, second = stats.binom.pmf(numpy.arange(n1 + 1), n1, low), stats.binom.pmf(numpy.arange(n2 + 1), n2, high)
    total = 0.0
    for successes in range(n1 + n2 + 1):
        won = numpy.arange(max(0, successes - n1), min(successes, n2) + 1)
        won = won[stats.hypergeom.sf(won - 1, n1 + n2, successes, n2) <= alpha * (1 + 1e-10)]
        total += (second[won] * first[successes - won]).sum()
    return float(total)


two += [
    {"n": n1, "ratio": n2 / n1, "rate": low, "effect": high - low, "alpha": alpha, "power": two_large(n1, n2, low, high, alpha)}
    for n1, n2, low, high, alpha in [(400, 400, 0.7, 0.75, 0.05), (1000, 1000, 0.98, 0.99, 0.05)]
]
two_size = next(n for n in range(1, 100) if two_proportions(n, n, 0.5, 0.875, "1/20") >= 0.8)
two_sizes = [{"ratio": 1, "rate": 0.5, "effect": 0.375, "alpha": 0.05, "power": 0.8, "n": two_size}]

paired = [
    {"n": n, "disagreement": d, "effect": effect, "alpha": float(Fraction(alpha)), "power": mcnemar(n, d, effect, alpha)}
    for n, d, effect, alpha in [(5, 1.0, 0.75, "1/20"), (20, 0.5, 0.375, "1/20"), (60, 0.25, 0.125, "1/40"), (80, 0.375, 0.25, "1/100")]
]
paired_sizes = []
for d, effect, alpha, power in [(0.5, 0.375, "1/20", 0.8), (0.25, 0.1875, "1/20", 0.8)]:
    n = next(n for n in range(1, 150) if mcnemar(n, d, effect, alpha) >= power)
    paired_sizes.append({"disagreement": d, "effect": effect, "alpha": float(Fraction(alpha)), "power": power, "n": n})

equivalence = [
    {"n": n, "margin": margin, "effect": effect, "alpha": alpha, "power": both_inside(n, -margin, margin, effect, alpha)}
    for n, margin, effect, alpha in [(2, 3.0, 0.0, 0.05), (3, 1.0, 0.2, 0.05), (5, 1.5, 0.0, 0.05), (10, 1.0, 0.3, 0.025), (30, 0.5, 0.0, 0.05), (30, 0.5, 0.5, 0.05), (200, 0.25, -0.05, 0.01)]
]
support = []
for n, smallest, effect, alpha in [(3, 1.0, 0.0, 0.05), (5, 1.0, 1.5, 0.05), (12, 0.8, 0.4, 0.025), (40, 0.5, 0.5, 0.05), (150, 0.3, 0.15, 0.025)]:
    above = TTestPower().power(effect, n, alpha, alternative="larger") if effect else alpha
    refuted = TTestPower().power(smallest - effect, n, alpha, alternative="larger") if effect != smallest else alpha
    both = both_inside(n, 0, smallest, effect, alpha)
    support.append({"n": n, "smallest": smallest, "effect": effect, "alpha": alpha, "supported": float(above) - both, "refuted": float(refuted)})

random = numpy.random.default_rng(77)
DRAWS = 40_000


def simulated(hits):
    return {"power": float(hits.mean()), "standard_error": float(hits.std() / sqrt(len(hits)))}


def flip(n, effect, alpha):
    signs = numpy.array([[1 - 2 * (flips >> k & 1) for k in range(n)] for flips in range(2**n)])
    d = random.normal(effect, 1, (DRAWS, n))
    p = ((d @ signs.T) >= d.sum(1)[:, None] - 1e-12).mean(1)
    return simulated(p <= alpha)


def rank(n, effect, alpha):
    d = random.normal(effect, 1, (DRAWS, n))
    return simulated(stats.wilcoxon(d, alternative="greater", method="exact", axis=1).pvalue <= alpha)


def log_ratio(n, t, scale):
    def integrand(delta):
        return 2 * stats.norm.pdf(delta, 0, scale) * stats.nct.pdf(t, n - 1, delta * sqrt(n))

    mode = max(0.0, t / sqrt(n))
    ends = [0.0, mode, mode + 2 / sqrt(n), mode + 10 / sqrt(n), mode + 40 / sqrt(n)]
    parts = [integrate.quad(integrand, low, high, epsabs=0, epsrel=1e-10)[0] for low, high in zip(ends, ends[1:]) if high > low]
    return numpy.log(sum(parts) / stats.t.pdf(t, n - 1))


def looks(places, scale, effect, alpha):
    d = random.normal(effect, 1, (DRAWS, places[-1]))
    hit = numpy.zeros(DRAWS, bool)
    for n in places:
        part = d[:, :n]
        t = part.mean(1) / (part.std(1, ddof=1) / sqrt(n))
        limit = optimize.brentq(lambda t: log_ratio(n, t, scale) + numpy.log(alpha), 0.0, 60.0, xtol=1e-6)
        hit |= t >= limit
    return simulated(hit)


flips = [{"n": n, "effect": e, "alpha": a} | flip(n, e, a) for n, e, a in [(5, 1.0, 0.05), (8, 0.8, 0.025), (11, 0.6, 0.05)]]
ranks = [{"n": n, "effect": e, "alpha": a} | rank(n, e, a) for n, e, a in [(6, 1.0, 0.05), (12, 0.7, 0.025), (30, 0.5, 0.05)]]
sequential = [
    {"looks": places, "scale": s, "effect": e, "alpha": a} | looks(places, s, e, a)
    for places, s, e, a in [([8, 12, 20], 1.0, 0.8, 0.05), ([10, 20, 30, 40], 0.5, 0.5, 0.05), ([12, 24], 1.0, 0.0, 0.05)]
]

print(json.dumps({
    "tool": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, mpmath {mpmath.__version__}, numpy {numpy.__version__}",
    "groups": groups, "group_sizes": group_sizes, "tasks": tasks, "minimum": minimum,
    "one": one, "one_sizes": one_sizes, "two": two, "two_sizes": two_sizes,
    "paired": paired, "paired_sizes": paired_sizes,
    "equivalence": equivalence, "support": support,
    "flips": flips, "ranks": ranks, "sequential": sequential,
}))
