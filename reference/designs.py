"""Two-level designs: arms of fractions by pyDOE3, and Plackett-Burman designs from their published rows."""

import itertools
import json
from collections import Counter
from fractions import Fraction
from importlib.metadata import version

import numpy
from pyDOE3 import fracfact

FRACTIONS = ["a b c abc", "a b ab c ac bc abc", "a b c d abcd", "a b c d abc bcd", "a b c d e abcd abce", "a b c ab ac"]


def shortest_words(matrix):
    """The lengths of products of columns that are the same in every arm."""
    columns = matrix.shape[1]
    lengths = Counter()
    for length in range(1, columns + 1):
        for chosen in itertools.combinations(range(columns), length):
            if abs(matrix[:, chosen].prod(axis=1).sum()) == len(matrix):
                lengths[length] += 1
    return dict(lengths)


def groups(matrix):
    """Main effects and two-factor interactions with the same or opposite columns."""
    columns = range(matrix.shape[1])
    terms = [(one,) for one in columns] + list(itertools.combinations(columns, 2))
    found = []
    for term in terms:
        product = matrix[:, term].prod(axis=1)
        for group in found:
            if abs((matrix[:, group[0]].prod(axis=1) * product).sum()) == len(matrix):
                group.append(term)
                break
        else:
            found.append([term])
    return [group for group in found if len(group) > 1]


def fraction(text):
    names = text.split()
    free = [name for name in names if len(name) == 1]
    matrix = numpy.array(fracfact(text)).astype(int)
    # The mask of components that are on; pyDOE3 and we order the arms alike or not, the set is what counts.
    rows = sorted({sum(1 << i for i, sign in enumerate(row) if sign > 0) for row in matrix})
    assert len(rows) == 2 ** len(free)
    generators = [[i, [names.index(letter) for letter in name]] for i, name in enumerate(names) if len(name) > 1]
    return {"text": text, "components": len(names), "generators": generators, "arms": rows,
            "word_lengths": shortest_words(matrix), "groups": groups(matrix)}


# The first rows that Plackett and Burman 1946 print; the others follow by turning them round, and a last one of minus.
FIRST_ROWS = {7: "+++-+--", 11: "++-+++---+-", 19: "++--++++-+-+----++-", 23: "+++++-+-++--++--+-+----"}


def plackett_burman(components):
    """The shares with which products of three columns are out of balance: they do not depend on order or signs."""
    first = [1 if sign == "+" else -1 for sign in FIRST_ROWS[components]]
    matrix = numpy.array([first[-turn:] + first[:-turn] for turn in range(components)] + [[-1] * components])
    assert (matrix.T @ matrix == len(matrix) * numpy.eye(components)).all()
    shares = Counter(str(Fraction(abs(int(matrix[:, chosen].prod(axis=1).sum())), len(matrix)))
                     for chosen in itertools.combinations(range(components), 3))
    return {"components": components, "arms": len(matrix), "shares_of_triples": dict(sorted(shares.items()))}


print(json.dumps({"tools": {"pyDOE3": version("pyDOE3"), "numpy": numpy.__version__},
                  "fractions": [fraction(text) for text in FRACTIONS],
                  "plackett_burman": [plackett_burman(components) for components in (7, 11, 19, 23)]}))
