"""Writes train.csv, test.csv, test_labels.csv and SHA256SUMS beside this script.

    python -m venv .venv && .venv/bin/pip install scikit-learn==1.9.1
    .venv/bin/python make_data.py

The split is fixed: within each class the rows, in scikit-learn's order, are
dealt to train and test in an evenly spaced pattern, so it needs no random
numbers and both parts hold every class and every stretch of the file.
"""

import hashlib
import pathlib

from sklearn.datasets import load_digits

TRAIN_ROWS = 797


def training_rows(labels):
    """Returns the sorted row numbers of the training part."""
    by_class = sorted(range(len(labels)), key=lambda row: (labels[row], row))
    total = len(by_class)
    # Position k is taken when the running count k * 797 / 1797 passes a whole
    # number, which spaces the taken rows evenly over the classes.
    taken = [
        row
        for k, row in enumerate(by_class)
        if (k + 1) * TRAIN_ROWS // total > k * TRAIN_ROWS // total
    ]
    return sorted(taken)


def write(path, header, rows):
    """Writes a CSV file with Unix line ends."""
    lines = [",".join(header)] + [",".join(str(value) for value in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


def main():
    here = pathlib.Path(__file__).resolve().parent
    digits = load_digits()
    pixels = digits.data.astype(int).tolist()
    labels = digits.target.astype(int).tolist()
    train = training_rows(labels)
    assert len(train) == TRAIN_ROWS
    chosen = set(train)
    test = [row for row in range(len(labels)) if row not in chosen]

    names = [f"p{k}" for k in range(64)]
    write(here / "train.csv", ["id", "label", *names], [[r, labels[r], *pixels[r]] for r in train])
    write(here / "test.csv", ["id", *names], [[r, *pixels[r]] for r in test])
    write(here / "test_labels.csv", ["id", "label"], [[r, labels[r]] for r in test])

    sums = [
        f"{hashlib.sha256((here / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("test.csv", "test_labels.csv", "train.csv")
    ]
    (here / "SHA256SUMS").write_text("".join(sums), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
