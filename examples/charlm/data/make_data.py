"""Makes the files of this folder from Debian's package bible-kjv-text 4.38.

    bible -f gen1:1-lev27:34 < /dev/null | python3 make_data.py

`bible` is the program of the package bible-kjv 4.38. Needs Python 3.8 or later
and nothing else. Draws no random numbers.
"""

import re
import sys

ALPHABET = "\n !'(),-.:;?abcdefghijklmnopqrstuvwxyz"
CONTEXT = 8
EXAMPLES = 2000


def main() -> None:
    parts = {"train": [], "test": []}
    chapters = {}
    for line in sys.stdin:
        reference, text = line.rstrip("\n").split(" ", 1)
        book, chapter = re.fullmatch(r"([0-9A-Za-z]+?)(\d+):\d+", reference).groups()
        number = chapters.setdefault((book, chapter), len(chapters))
        parts["test" if number % 10 == 9 else "train"].append(text.lower())
    texts = {part: "\n".join(verses) + "\n" for part, verses in parts.items()}
    for text in texts.values():
        assert set(text) <= set(ALPHABET), set(text) - set(ALPHABET)
    with open("train.txt", "w", newline="") as file:
        file.write(texts["train"])
    text = texts["test"]
    step = (len(text) - CONTEXT) // EXAMPLES
    with open("test.csv", "w", newline="") as contexts, open("test_labels.csv", "w", newline="") as labels:
        contexts.write("id," + ",".join(f"c{place}" for place in range(CONTEXT)) + "\n")
        labels.write("id,label\n")
        for example in range(EXAMPLES):
            at = CONTEXT + example * step
            symbols = [str(ALPHABET.index(character)) for character in text[at - CONTEXT : at + 1]]
            contexts.write(f"{example}," + ",".join(symbols[:-1]) + "\n")
            labels.write(f"{example},{symbols[-1]}\n")


main()
