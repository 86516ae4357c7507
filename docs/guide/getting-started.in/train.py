import csv, json, math, os, random

parameters = json.load(open(os.environ["GOSSET_PARAMS"]))
random.seed(int(os.environ["GOSSET_SEED"]))


def table(path):
    with open(path, newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def chance(weights, row):
    score = weights[0] + weights[1] * row["x"] + weights[2] * row["y"]
    return 1 / (1 + math.exp(-max(-30, min(30, score))))


rows = table("data/train.csv")
weights = [random.gauss(0, 1) for _ in range(3)]
with open(os.environ["GOSSET_METRICS"], "a") as log:
    for epoch in range(1, 11):
        random.shuffle(rows)
        loss = 0.0
        for row in rows:
            guess = chance(weights, row)
            loss -= math.log(max(guess if row["label"] else 1 - guess, 1e-12)) / len(rows)
            for index, value in enumerate((1, row["x"], row["y"])):
                weights[index] += parameters["learning_rate"] * (row["label"] - guess) * value
        log.write(json.dumps({"step": epoch, "loss": loss}) + "\n")

with open(os.environ["GOSSET_RUN_DIR"] + "/predictions.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "prediction"])
    for row in table("data/test.csv"):
        writer.writerow([int(row["id"]), int(chance(weights, row) > 0.5)])
