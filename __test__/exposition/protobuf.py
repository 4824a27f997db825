"""Decodes a delimited protobuf exposition with Google's own package, and prints its families as JSON."""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal.decoder import _DecodeVarint32
from google.protobuf.json_format import MessageToDict

# io/prometheus/client/metrics.proto, from prometheus/client_model: the messages that are not deprecated. `*` is repeated.
MESSAGES = {
    "LabelPair": "name=1 string, value=2 string",
    "Gauge": "value=1 double",
    "Counter": "value=1 double, exemplar=2 Exemplar, created_timestamp=3 google.protobuf.Timestamp",
    "Quantile": "quantile=1 double, value=2 double",
    "Summary": "sample_count=1 uint64, sample_sum=2 double, quantile=3 Quantile*, created_timestamp=4 google.protobuf.Timestamp",
    "Untyped": "value=1 double",
    "Histogram": "sample_count=1 uint64, sample_count_float=4 double, sample_sum=2 double, bucket=3 Bucket*,"
    " created_timestamp=15 google.protobuf.Timestamp, schema=5 sint32, zero_threshold=6 double, zero_count=7 uint64,"
    " zero_count_float=8 double, negative_span=9 BucketSpan*, negative_delta=10 sint64*, negative_count=11 double*,"
    " positive_span=12 BucketSpan*, positive_delta=13 sint64*, positive_count=14 double*, exemplars=16 Exemplar*",
    "Bucket": "cumulative_count=1 uint64, cumulative_count_float=4 double, upper_bound=2 double, exemplar=3 Exemplar",
    "BucketSpan": "offset=1 sint32, length=2 uint32",
    "Exemplar": "label=1 LabelPair*, value=2 double, timestamp=3 google.protobuf.Timestamp",
    "Metric": "label=1 LabelPair*, gauge=2 Gauge, counter=3 Counter, summary=4 Summary, untyped=5 Untyped,"
    " histogram=7 Histogram, timestamp_ms=6 int64",
    "MetricFamily": "name=1 string, help=2 string, type=3 MetricType, metric=4 Metric*, unit=5 string",
}
TYPES = ["COUNTER", "GAUGE", "SUMMARY", "UNTYPED", "HISTOGRAM", "GAUGE_HISTOGRAM"]
PACKAGE = "io.prometheus.client"


def family_class():
    from google.protobuf import timestamp_pb2

    file = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package=PACKAGE, syntax="proto2")
    file.dependency.append(timestamp_pb2.DESCRIPTOR.name)
    types = file.enum_type.add(name="MetricType")
    for number, name in enumerate(TYPES):
        types.value.add(name=name, number=number)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields.split(","):
            definition, kind = field.split()
            field_name, number = definition.split("=")
            add_field(message, field_name, int(number), kind)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.MetricFamily"))


def add_field(message, name, number, kind):
    proto = descriptor_pb2.FieldDescriptorProto
    field = message.field.add(name=name, number=number)
    field.label = proto.LABEL_REPEATED if kind.endswith("*") else proto.LABEL_OPTIONAL
    kind = kind.rstrip("*")
    if kind[0].islower() and "." not in kind:
        field.type = getattr(proto, f"TYPE_{kind.upper()}")
    else:
        field.type = proto.TYPE_ENUM if kind == "MetricType" else proto.TYPE_MESSAGE
        field.type_name = f".{kind}" if "." in kind else f".{PACKAGE}.{kind}"


def families(data):
    family_type = family_class()
    at = 0
    while at < len(data):
        length, at = _DecodeVarint32(data, at)
        family = family_type()
        assert family.ParseFromString(data[at : at + length]) == length
        assert not unknown_fields(family), "a field that the format does not have"
        yield MessageToDict(family, preserving_proto_field_name=True)
        at += length
    assert at == len(data)


def unknown_fields(message):
    from google.protobuf.unknown_fields import UnknownFieldSet

    nested = [value for field, value in message.ListFields() if field.message_type is not None]
    inner = [each for value in nested for each in (value if hasattr(value, "__len__") and not hasattr(value, "ListFields") else [value])]
    return len(UnknownFieldSet(message)) > 0 or any(unknown_fields(each) for each in inner)


json.dump(list(families(sys.stdin.buffer.read())), sys.stdout)
