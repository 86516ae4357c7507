"""What each part of the recipe contributes, by the accuracies of all arms.

    python effects.py arms             the arms, as `digits calibrate` takes them
    python effects.py accuracies.csv   the effects, as a table in Markdown

The effect of a part is the mean accuracy of the eight arms that have it less that
of the eight that do not, seed by seed. A study of 16 seeds is drawn 20,000 times
from the seeds at hand and judged by t bounds at one-sided level 0.05 / 8 and 0.05.
Needs NumPy and SciPy.
"""

import csv
import itertools
import sys

import numpy as np
from scipy import stats

ON = {
    "momentum": "0.5",
    "learning-rate": "0.1",
    "batch-size": "16",
    "width": "64",
    "dropout": "0.4",
    "label-smoothing": "0.03",
    "init-scale": "1.1",
    "weight-decay": "1e-4",
}
BASIC = list(ON)[:4]
GENERATORS = {
    "dropout": ("learning-rate", "batch-size", "width"),
    "label-smoothing": ("momentum", "batch-size", "width"),
    "init-scale": ("momentum", "learning-rate", "batch-size"),
    "weight-decay": ("momentum", "learning-rate", "width"),
}
MARGIN, BLOCKS, SUBSETS = 0.003, 16, 20_000


def arms():
    """Returns the sixteen arms, each with 1 or -1 for every part."""
    found = {}
    for signs in itertools.product((-1, 1), repeat=len(BASIC)):
        arm = dict(zip(BASIC, signs))
        for part, parents in GENERATORS.items():
            arm[part] = int(np.prod([arm[parent] for parent in parents]))
        name = ",".join(f"{part}={ON[part]}" for part in ON if arm[part] == 1)
        found[name or "baseline"] = arm
    return found


def truth(low, high):
    """Judges by an interval so wide that it is taken for the truth."""
    if low > MARGIN:
        return "supported: meaningful"
    if high < -MARGIN:
        return "refuted: harmful"
    if low > -MARGIN and high < MARGIN:
        return "refuted: equivalent"
    return "unclear"


def chance(expected, effects, level):
    """Returns the share of drawn studies that find the expected answer."""
    draws = np.random.default_rng(1)
    studies = effects[np.array([draws.choice(len(effects), BLOCKS, replace=False) for _ in range(SUBSETS)])]
    half = stats.t.ppf(1 - level, BLOCKS - 1) * studies.std(axis=1, ddof=1) / np.sqrt(BLOCKS)
    low, high = studies.mean(axis=1) - half, studies.mean(axis=1) + half
    found = {
        "supported: meaningful": low > 0,
        "refuted: harmful": (high < 0) & (low < -MARGIN),
        "refuted: equivalent": (low > -MARGIN) & (high < MARGIN),
        "unclear": np.zeros(SUBSETS, dtype=bool),
    }
    return found[expected].mean()


def main():
    if sys.argv[1] == "arms":
        print(" ".join(f"--arm {name}" for name in arms() if name != "baseline"))
        return
    with open(sys.argv[1], newline="") as file:
        rows = list(csv.DictReader(file))
    design = arms()
    scores = {name: np.array([float(row[name.replace(",", ";")]) for row in rows]) for name in design}
    print("| part | effect | 99.9 % interval | sd over seeds | truth | chance |\n|---|---|---|---|---|---|")
    for part in ON:
        effects = sum(arm[part] * scores[name] for name, arm in design.items()) / (len(design) / 2)
        n = len(effects)
        half = stats.t.ppf(0.9995, n - 1) * effects.std(ddof=1) / np.sqrt(n)
        low, high = effects.mean() - half, effects.mean() + half
        answer = truth(low, high)
        chances = " \\| ".join(f"{chance(answer, effects, level):.4f}" for level in (0.05 / 8, 0.05))
        print(
            f"| {part} | {effects.mean():+.5f} | {low:+.5f} to {high:+.5f} | {effects.std(ddof=1):.5f} "
            f"| {answer} | {chances} |"
        )


if __name__ == "__main__":
    main()
