"""The studentized range by Gauss-Legendre quadrature of its definition in ball arithmetic, 30 digits and more."""

import json
from importlib.metadata import version

import flint
import scipy
from flint import arb
from scipy import stats

flint.ctx.prec = 130
POINTS = 24
ROOT = arb(2).sqrt()


def nodes(ends):
    """Nodes and weights on all panels between the ends."""
    return [
        (((low + high) / 2 + (high - low) / 2 * x).mid(), (high - low) / 2 * weight)
        for low, high in zip(ends, ends[1:])
        for x, weight in RULE
    ]


RULE = [arb.legendre_p_root(POINTS, index, weight=True) for index in range(POINTS)]


def below_normal(z):
    return (-z / ROOT).erfc() / 2


def density(z):
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


MAXIMA = [(z, weight * density(z), below_normal(z)) for z, weight in nodes([arb(3 * z) / 2 for z in range(-7, 8)])]


def within(w, k):
    """The probability that k standard normals have a range of at most w, by the largest of them."""
    return k * sum(weight * (below - below_normal(z - w)) ** (k - 1) for z, weight, below in MAXIMA)


def beyond_far(w, k):
    """The other tail with digits to spare, for far tails."""
    flint.ctx.prec = 1500
    total = arb(0)
    for z, weight in nodes([arb(step) / 2 for step in range(-2 * int(float(w)) - 24, 25)]):
        above = below_normal(-z)
        total += weight * density(z) * (above ** (k - 1) - (above - below_normal(-z - w)) ** (k - 1))
    flint.ctx.prec = 130
    return k * total


def tails(q, k, df):
    """Both tails, averaged over the chi variable s."""
    q = arb(q)
    if df is None:
        value = within(q, k)
        return value, 1 - value
    df = arb(df)
    spread = 1 / (2 * df).sqrt()
    if df < 10:
        # Many scales of s matter where the tail is heavy.
        ends = [arb(0)] + [arb(4) ** power for power in range(-9, 1)] + [arb(x) for x in range(2, 12)]
    else:
        ends = [1 + 3 * spread * step / 2 for step in range(-9, 11) if 1 + 3 * spread * step / 2 > 0]
        ends = ends if ends[0] < 1 - 13 * spread else [arb(0), *ends]
    constant = arb(2).log() + df / 2 * (df / 2).log() - (df / 2).lgamma()
    below, above = arb(0), arb(0)
    for s, weight in nodes(ends):
        share = weight * (constant + (df - 1) * s.log() - df * s * s / 2).exp()
        if share < arb(10) ** -26:
            continue
        inner = within(q * s, k)
        below += share * inner
        above += share * (1 - inner)
    assert abs(below + above - 1) < arb(10) ** -14, (q, k, df, below + above)
    return below, above


def point(tail, k, df):
    """The value with `tail` above it, by the secant method from SciPy's."""
    start = float(stats.studentized_range.isf(tail, k, df if df is not None else float("inf")))
    old, new = arb(start), arb(start * (1 + 1e-5))
    excess = [(tails(x, k, df)[1] / arb(tail)).log() for x in (old, new)]
    for _ in range(3):
        step = excess[1] * (new - old) / (excess[1] - excess[0])
        old, new = new, (new - step).mid()
        excess = [excess[1], (tails(new, k, df)[1] / arb(tail)).log()]
        if abs(step) < arb(10) ** -14:
            break
    return new


grid = [
    (q, k, df)
    for k, df, qs in [
        (2, 1, [0.05, 3.0, 18.0, 400.0]), (3, 1, [0.5, 30.0]), (10, 1, [2.0, 50.0]), (50, 1, [4.0, 90.0]),
        (2, 2, [1.0, 14.0]), (5, 2, [0.5, 11.0]), (50, 2, [9.0, 30.0]),
        (3, 3.5, [2.5, 9.0]), (20, 5, [3.0, 12.0]),
        (2, 10, [0.2, 4.0, 9.0]), (4, 10, [1.0, 4.3, 12.0]), (50, 10, [4.5, 9.0]),
        (3, 30, [0.7, 3.5, 8.0]), (12, 60, [2.5, 5.0, 9.0]), (50, 145, [4.0, 6.0]),
        (5, 145, [1.0, 3.9]), (2, 1000, [2.8, 6.0]), (9, 1000, [2.0, 4.4]), (7, 1e6, [4.2]), (30, 1e6, [3.0, 5.5]),
        (2, None, [0.001, 0.3, 2.77, 7.0]), (3, None, [0.05, 3.31, 8.0]), (4, None, [1.0, 3.63]), (10, None, [2.0, 4.5, 9.0]),
        (25, None, [1.5, 5.1]), (50, None, [0.4, 3.0, 5.6, 9.0]),
    ]
    for q in qs
]
cases = []
worst = 0.0
for q, k, df in grid:
    cdf, sf = tails(q, k, df)
    cases.append({"q": q, "k": k, "df": df, "cdf": float(cdf), "sf": float(sf)})
    other = stats.studentized_range.cdf(q, k, df if df is not None else float("inf"))
    worst = max(worst, abs(float(other) - float(cdf)))

far = [{"q": q, "k": k, "df": None, "sf": float(beyond_far(arb(q), k))} for q, k in [(12.0, 2), (15.0, 5), (20.0, 50), (40.0, 3)]]
points = [
    {"tail": tail, "k": k, "df": df, "point": float(point(tail, k, df))}
    for tail, k, df in [
        (0.05, 2, None), (0.05, 3, None), (0.05, 4, None), (0.1, 5, None), (0.01, 10, None), (0.05, 50, None), (0.95, 6, None),
        (0.05, 3, 10), (0.01, 5, 2), (0.5, 4, 20),
    ]
]

print(json.dumps({
    "tool": f"python-flint {version('python-flint')}, Gauss-Legendre in ball arithmetic",
    "check": f"scipy {scipy.__version__} studentized_range.cdf differs by at most {worst:.1e}",
    "tails": cases,
    "far": far,
    "points": points,
}, separators=(",", ":")).replace("},{", "},\n{"))
