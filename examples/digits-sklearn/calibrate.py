"""Trains baseline and arms with many seeds, to know the true effects.

    OMP_NUM_THREADS=1 python calibrate.py --seeds 100 --out accuracies.csv \
        --arm momentum=0.9 --arm alpha=1e-4

Writes the test accuracy of every arm and seed as CSV and prints a table in
Markdown: how often a study of `--blocks` paired seeds, judged by one-sided
paired t bounds at `--alpha / --family`, would find the truth that the 99.9 %
interval over all seeds shows. This is the one script that reads the labels of
the test images; it needs nothing beyond requirements.txt.
"""

import argparse
import concurrent.futures
import itertools

import train  # Sets the number of threads before NumPy is imported.

import numpy as np
from scipy import stats

SUBSETS = 20_000


def accuracies(job):
    """Returns the test accuracies of all arms for one seed."""
    seed, arms = job
    pixels, labels, _, test = train.read_task(train.DATA)
    _, digits = train.read_table(train.DATA / "test_labels.csv")
    fitted = (train.train(pixels, labels, settings, seed) for settings in arms)
    return [float(np.mean(network.predict(test) == digits[:, 1])) for network in fitted]


def truth(low, high, margin):
    """Judges by an interval so wide that it is taken for the truth."""
    if low > margin:
        return "supported"
    if high < -margin:
        return "refuted: harmful"
    if low > -margin and high < margin:
        return "refuted: equivalent"
    return "unclear"


def chance(expected, studies, level, margin):
    """Returns the share of studies, one a row, that find the expected answer."""
    n = studies.shape[1]
    half = stats.t.ppf(1 - level, n - 1) * studies.std(axis=1, ddof=1) / np.sqrt(n)
    low, high = studies.mean(axis=1) - half, studies.mean(axis=1) + half
    found = {
        "supported": (low > 0) & (high > margin),
        "refuted: harmful": high < 0,
        "refuted: equivalent": (low > -margin) & (high < margin),
        "unclear": np.zeros(len(studies), dtype=bool),
    }
    return found[expected].mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arm", action="append", required=True, metavar="KEY=VALUE")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=1_000_000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--blocks", type=int, default=10)
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--family", type=int, default=2)
    parser.add_argument("--margin", type=float, default=0.01)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()

    arms = [train.BASELINE]
    for arm in arguments.arm:
        key, value = arm.split("=")
        arms.append({**train.BASELINE, key: type(train.BASELINE[key])(value)})
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    with concurrent.futures.ProcessPoolExecutor(arguments.processes) as pool:
        rows = list(pool.map(accuracies, zip(seeds, itertools.repeat(arms))))

    with open(arguments.out, "w", encoding="ascii", newline="\n") as file:
        file.write(",".join(["seed", "baseline", *arguments.arm]) + "\n")
        for seed, row in zip(seeds, rows):
            file.write(",".join(str(value) for value in [seed, *row]) + "\n")

    table = np.array(rows)
    level = arguments.alpha / arguments.family
    base = table[:, 0]
    print(f"Baseline: {train.BASELINE}\n")
    print(
        f"Baseline accuracy over {len(base)} seeds: mean {base.mean():.5f}, "
        f"sd {base.std(ddof=1):.5f}. Smallest effect of interest: {arguments.margin}.\n"
        f"Chances are for {arguments.blocks} paired seeds, one-sided level {level} | "
        f"{arguments.alpha}, as shares of {SUBSETS} random subsets.\n"
    )
    print(
        "| arm | accuracy | mean difference | 99.9 % interval | sd of differences "
        "| correlation | equal pairs | truth | chance |\n|---|---|---|---|---|---|---|---|---|"
    )
    # Subsets are drawn without replacement: each row of numbers is shuffled.
    draws = np.random.default_rng(0)
    rows_of_seeds = np.tile(np.arange(len(base)), (SUBSETS, 1))
    chosen = draws.permuted(rows_of_seeds, axis=1)[:, : arguments.blocks]
    for arm, column in zip(arguments.arm, table[:, 1:].T):
        differences = column - base
        n = len(differences)
        mean, sd = differences.mean(), differences.std(ddof=1)
        half = stats.t.ppf(0.9995, n - 1) * sd / np.sqrt(n)
        answer = truth(mean - half, mean + half, arguments.margin)
        chances = [
            chance(answer, differences[chosen], limit, arguments.margin)
            for limit in (level, arguments.alpha)
        ]
        print(
            f"| {arm} | {column.mean():.5f} | {mean:+.5f} | {mean - half:+.5f} to "
            f"{mean + half:+.5f} | {sd:.5f} | {np.corrcoef(column, base)[0, 1]:.3f} "
            f"| {100 * np.mean(np.abs(differences) < 1e-9):.1f} % | {answer} "
            f"| {chances[0]:.5f} \\| {chances[1]:.5f} |"
        )


if __name__ == "__main__":
    main()
