"""Reads an exposition as Prometheus' own Python client does, and prints what it found as JSON."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

# values as text: JSON has neither NaN nor infinities, and digits must not be lost
families = [
    {
        "name": family.name,
        "type": family.type,
        "help": family.documentation,
        "samples": [[sample.name, sample.labels, repr(sample.value)] for sample in family.samples],
    }
    for family in text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
]
json.dump(families, sys.stdout)
