"""Decodes an ExportMetricsServiceRequest with OpenTelemetry's own protobuf package, and prints it as JSON."""

import json
import sys

from google.protobuf.json_format import MessageToDict
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest


def unknown_fields(message):
    nested = [value for field, value in message.ListFields() if field.message_type is not None]
    inner = [each for value in nested for each in (value if not hasattr(value, "ListFields") else [value])]
    return len(UnknownFieldSet(message)) > 0 or any(unknown_fields(each) for each in inner)


data = sys.stdin.buffer.read()
request = ExportMetricsServiceRequest()
assert request.ParseFromString(data) == len(data)
assert not unknown_fields(request), "a field that the protocol does not have"
json.dump(MessageToDict(request), sys.stdout)
