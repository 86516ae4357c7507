"""Tails and quantiles to 40 digits with mpmath; the noncentral t by its series."""

import json

import mpmath
import scipy
from mpmath import mp, mpf
from scipy import stats

mp.dps = 40


def number(x):
    return float(x)


def t_tail(t, df):
    t, df = mpf(t), mpf(df)
    x = df / (df + t * t)
    half = mpmath.betainc(df / 2, mpf(1) / 2, 0, x, regularized=True) / 2
    return half if t >= 0 else 1 - half


def t_point(tail, df):
    """The value with `tail` (below one half) above it, by bisection of the logarithm."""
    low, high = mpf("1e-12"), mpf(1)
    while t_tail(high, df) > tail:
        high *= 4
    for _ in range(120):
        middle = mpmath.sqrt(low * high)
        if t_tail(middle, df) > tail:
            low = middle
        else:
            high = middle
    return mpmath.sqrt(low * high)


def noncentral_t(t, df, nc):
    """Lenth 1989, AS 243, with enough digits that nothing cancels."""
    if t < 0:
        return 1 - noncentral_t(-t, df, -nc)
    with mp.workdps(60):
        t, df, nc = mpf(t), mpf(df), mpf(nc)
        x, y, b, lam = t * t / (t * t + df), df / (t * t + df), df / 2, nc * nc / 2
        p = mpmath.exp(-lam)
        q = nc * mpmath.exp(-lam) / (mpmath.sqrt(2) * mpmath.gamma(mpf(3) / 2))
        odd = mpmath.betainc(mpf(1) / 2, b, 0, x, regularized=True)
        even = 1 - y**b

        def step(a):
            return x**a * y**b / (a * mpmath.beta(a, b))

        odd_step, even_step = step(mpf(1) / 2), step(mpf(1))
        total, left, j = mpf(0), mpf(1), 0
        while j < 5000:
            total += p * odd + q * even
            left -= p
            if left * odd < mpf(10) ** -40 and j > lam:
                break
            odd -= odd_step
            even -= even_step
            odd_step *= x * (b + j + mpf(1) / 2) / (j + mpf(3) / 2)
            even_step *= x * (b + j + 1) / (j + 2)
            j += 1
            p *= lam / j
            q *= lam / (j + mpf(1) / 2)
        return mpmath.ncdf(-nc) + total / 2


degrees = [1, 2, 3, 4, 5, 7, 9, 14, 19, 29, 49, 99, 199, 1000, 10000]
t_tails = [
    {"t": t, "df": df, "tail": number(t_tail(t, df))}
    for df in degrees
    for t in [-5.0, -1.0, 0.001, 0.3, 1.0, 1.7, 2.0, 3.0, 5.0, 8.0, 20.0, 100.0]
    if t_tail(t, df) > mpf("1e-290")
]
t_points = [
    {"tail": tail, "df": df, "point": number(t_point(mpf(tail), df))}
    for df in degrees
    for tail in [1e-10, 1e-6, 0.0005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.25, 0.45]
]
def normal_point(p):
    """With digits to spare for 1 - 2 p."""
    with mp.workdps(90):
        return -mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * mpf(p))


normal_points = [
    {"probability": p, "point": number(normal_point(p))}
    for p in [1e-30, 1e-12, 1e-6, 0.001, 0.025, 0.05, 0.07, 0.08, 0.3, 0.49, 0.6, 0.95, 0.975, 0.999]
]
normal_tails = [
    {"z": z, "tail": number(mpmath.erfc(mpf(z) / mpmath.sqrt(2)) / 2)} for z in [-8.0, -1.0, 0.1, 1.96, 3.0, 8.0, 37.0]
]
beta_tails = [
    {"x": x, "a": a, "b": b, "cdf": number(value)}
    for a, b in [(0.5, 0.5), (1, 3), (2, 2), (0.5, 50), (17, 4), (150, 211), (1000, 9001), (5000, 0.5)]
    for x in [0.001, 0.05, 0.1, 0.42, 0.5, 0.81, 0.99, 0.9999]
    for value in [mpmath.betainc(a, b, 0, mpf(x), regularized=True)]
    if mpf("1e-290") < value
]
stirling = [
    {"z": z, "error": number(mpmath.loggamma(mpf(z) + 1) - mpmath.log(mpmath.sqrt(2 * mp.pi * z) * (mpf(z) / mpmath.e) ** z))}
    for z in [0.5, 1.0, 2.5, 7.0, 14.5, 15.0, 15.5, 40.0, 5000.0]
]

noncentral = []
worst = 0.0
for df in [1, 2, 4, 9, 19, 99, 1000, 10000]:
    for nc in [-30.0, -4.0, -0.7, 0.3, 1.0, 2.5, 8.0, 30.0]:
        for share in [-0.5, 0.2, 0.9, 1.0, 1.1, 1.6, 4.0, 40.0]:
            t = share * nc
            value = number(noncentral_t(t, df, nc))
            worst = max(worst, abs(float(stats.nct.cdf(t, df, nc)) - value))
            noncentral.append({"t": t, "df": df, "nc": nc, "cdf": value})

print(json.dumps({
    "tool": f"mpmath {mpmath.__version__}, 40 digits and more",
    "check": f"scipy {scipy.__version__} nct.cdf differs from the series by at most {worst:.1e}",
    "t_tails": t_tails,
    "t_points": t_points,
    "normal_points": normal_points,
    "normal_tails": normal_tails,
    "beta": beta_tails,
    "stirling": stirling,
    "noncentral_t": noncentral,
}, indent=None, separators=(",", ":")).replace("},{", "},\n{"))
