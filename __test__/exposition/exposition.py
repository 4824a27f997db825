"""Reads an exposition as Prometheus' own Python client does, and prints what it found as JSON. An argument names the format."""

import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

read = openmetrics_parser if sys.argv[1:] == ["openmetrics"] else parser


def exemplars(sample):
    exemplar = sample.exemplar
    return [[exemplar.labels, exemplar.value, float(exemplar.timestamp)]] if exemplar else []


# values as text: JSON has neither NaN nor infinities, and digits must not be lost
families = [
    {
        "name": family.name,
        "type": family.type,
        "help": family.documentation,
        "unit": family.unit,
        "samples": [
            [sample.name, sample.labels, repr(sample.value), *exemplars(sample)] for sample in family.samples
        ],
    }
    for family in read.text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
]
json.dump(families, sys.stdout)
