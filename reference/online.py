"""Streams of hypotheses by the package online-fdr."""

import json
from importlib.metadata import version

import numpy
from online_fdr.e_values.batch import e_bh
from online_fdr.e_values.sequential import ELond
from online_fdr.p_values.investing.addis.addis import Addis
from online_fdr.p_values.investing.alpha.alpha import Gai
from online_fdr.p_values.investing.lond.lond import Lond
from online_fdr.p_values.investing.lord.plus_plus import LordPlusPlus
from online_fdr.p_values.investing.saffron.saffron import Saffron


def decisions(test, values):
    rejected, levels = [], []
    for value in values:
        rejected.append(bool(test.test_one(value)))
        levels.append(float(test.last_test_level))
    return {"levels": levels, "rejected": rejected}


random = numpy.random.default_rng(23)
streams = []
for rate, n, false_nulls in [(0.05, 90, 0.4), (0.1, 60, 0.1), (0.2, 40, 0.0)]:
    is_false = random.uniform(size=n) < false_nulls
    p_values = numpy.where(is_false, random.beta(0.1, 8.0, n), random.uniform(size=n)).round(9).tolist()
    e_values = numpy.exp(numpy.where(is_false, random.normal(9, 4, n), random.normal(-1, 1, n))).round(6).tolist()
    streams.append({
        "rate": rate,
        "p_values": p_values,
        "e_values": e_values,
        "lond": decisions(Lond(rate), p_values),
        "lord-plus-plus": decisions(LordPlusPlus(rate, rate / 10), p_values),
        "saffron": decisions(Saffron(rate, rate / 2, 0.5), p_values),
        "addis": decisions(Addis(rate, rate / 2, 0.25, 0.5), p_values),
        "alpha-investing": decisions(Gai(rate, rate / 2), p_values),
        "e-lond": decisions(ELond(rate), e_values),
        "e-bh": {"rejected": e_bh(e_values, rate)},
    })

print(json.dumps({"tool": f"online-fdr {version('online-fdr')}, numpy {numpy.__version__}", "streams": streams}))
