//! Prometheus' protobuf format: messages `io.prometheus.client.MetricFamily`, each preceded by its length. It is the only one with
//! native histograms.

use super::exposed_family::{ExposedExemplar, ExposedFamilies, ExposedFamily, ExposedLabel, Sample, SeriesLabels};
use super::wire::{Fields, push_delimited};
use crate::collector::MetricType;
use crate::histogram::NativeHistogram;
use crate::sorting;

pub(super) const CONTENT_TYPE: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// The numbers of fields, by messages.
mod field {
    pub mod family {
        pub const NAME: u32 = 1;
        pub const HELP: u32 = 2;
        pub const TYPE: u32 = 3;
        pub const METRIC: u32 = 4;
        pub const UNIT: u32 = 5;
    }
    pub mod metric {
        pub const LABEL: u32 = 1;
        pub const GAUGE: u32 = 2;
        pub const COUNTER: u32 = 3;
        pub const SUMMARY: u32 = 4;
        pub const HISTOGRAM: u32 = 7;
    }
    pub mod label {
        pub const NAME: u32 = 1;
        pub const VALUE: u32 = 2;
    }
    pub mod number {
        pub const VALUE: u32 = 1;
        pub const COUNTER_EXEMPLAR: u32 = 2;
        pub const COUNTER_CREATED: u32 = 3;
    }
    pub mod summary {
        pub const COUNT: u32 = 1;
        pub const SUM: u32 = 2;
        pub const QUANTILE: u32 = 3;
        pub const CREATED: u32 = 4;
    }
    pub mod quantile {
        pub const QUANTILE: u32 = 1;
        pub const VALUE: u32 = 2;
    }
    pub mod histogram {
        pub const COUNT: u32 = 1;
        pub const SUM: u32 = 2;
        pub const BUCKET: u32 = 3;
        pub const SCHEMA: u32 = 5;
        pub const ZERO_THRESHOLD: u32 = 6;
        pub const ZERO_COUNT: u32 = 7;
        pub const POSITIVE_SPAN: u32 = 12;
        pub const POSITIVE_DELTA: u32 = 13;
        pub const CREATED: u32 = 15;
        pub const EXEMPLAR: u32 = 16;
    }
    pub mod bucket {
        pub const CUMULATIVE_COUNT: u32 = 1;
        pub const UPPER_BOUND: u32 = 2;
        pub const EXEMPLAR: u32 = 3;
    }
    pub mod exemplar {
        pub const LABEL: u32 = 1;
        pub const VALUE: u32 = 2;
        pub const TIME: u32 = 3;
    }
    pub mod span {
        pub const OFFSET: u32 = 1;
        pub const LENGTH: u32 = 2;
    }
    pub mod timestamp {
        pub const SECONDS: u32 = 1;
        pub const NANOS: u32 = 2;
    }
}

/// Values up to this count as 0: no other is as small, and with 0 a histogram without values would not be native.
const ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39; // 2^-128

/// Encodes families. Reuses the allocation of `memory` and discards its content.
pub(super) fn encode(exposed: &ExposedFamilies, mut memory: Vec<u8>) -> Vec<u8> {
    memory.clear();
    for family in &exposed.families {
        push_delimited(&mut memory, |bytes| write_family(bytes, family));
    }
    memory
}

fn write_family(bytes: &mut Vec<u8>, family: &ExposedFamily) {
    bytes.text(field::family::NAME, &family.name);
    if let Some(help) = family.help {
        bytes.text(field::family::HELP, help);
    }
    bytes.uint(field::family::TYPE, type_number(family.metric_type));
    // a counter has it before `_total`
    let counter = family.name.strip_suffix("_total").filter(|_| family.metric_type == MetricType::Counter);
    if let Some(unit) = family.unit_of(counter.unwrap_or(&family.name)) {
        bytes.text(field::family::UNIT, unit);
    }
    let names: Vec<Vec<u8>> = family.label_names.iter().map(|name| name_field(name)).collect();
    family.series.each(&mut |series, sample| {
        bytes.message(field::family::METRIC, |bytes| {
            for label in series.own.iter().chain(&family.common).chain(series.added) {
                write_label(bytes, &names, *label);
            }
            write_sample(bytes, family, series, sample);
        });
    });
}

fn type_number(metric_type: MetricType) -> u64 {
    match metric_type {
        MetricType::Counter => 0,
        MetricType::Gauge | MetricType::NetGauge => 1,
        MetricType::Summary => 2,
        MetricType::Histogram => 4,
    }
}

fn name_field(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.text(field::label::NAME, name);
    bytes
}

fn write_label(bytes: &mut Vec<u8>, names: &[Vec<u8>], (name, value): ExposedLabel) {
    let Some(name) = names.get(name) else { return };
    bytes.message(field::metric::LABEL, |bytes| {
        bytes.extend_from_slice(name);
        bytes.text(field::label::VALUE, value);
    });
}

fn write_sample(bytes: &mut Vec<u8>, family: &ExposedFamily, series: SeriesLabels, sample: Sample) {
    match (family.metric_type, sample) {
        (MetricType::Counter, Sample::Number(value)) => bytes.message(field::metric::COUNTER, |bytes| {
            bytes.double(field::number::VALUE, value);
            if let Some(exemplar) = series.exemplars.first() {
                write_exemplar(bytes, field::number::COUNTER_EXEMPLAR, exemplar);
            }
            write_created(bytes, field::number::COUNTER_CREATED, series);
        }),
        (_, Sample::Number(value)) => {
            bytes.message(field::metric::GAUGE, |bytes| bytes.double(field::number::VALUE, value));
        }
        (MetricType::Summary, Sample::Distribution { at_bounds, sum, count, .. }) => {
            bytes.message(field::metric::SUMMARY, |bytes| {
                bytes.uint(field::summary::COUNT, count as u64);
                bytes.double(field::summary::SUM, sum);
                for (quantile, value) in family.bounds.iter().zip(at_bounds) {
                    bytes.message(field::summary::QUANTILE, |bytes| {
                        bytes.double(field::quantile::QUANTILE, *quantile);
                        bytes.double(field::quantile::VALUE, *value);
                    });
                }
                write_created(bytes, field::summary::CREATED, series);
            });
        }
        (_, Sample::Distribution { at_bounds, sum, count, native }) => {
            bytes.message(field::metric::HISTOGRAM, |bytes| {
                bytes.uint(field::histogram::COUNT, count as u64);
                bytes.double(field::histogram::SUM, sum);
                // a native histogram need not have others
                if native.is_none() || !family.bounds.is_empty() {
                    write_buckets(bytes, family, at_bounds, count, series.exemplars);
                }
                if let Some(native) = native {
                    write_native(bytes, native);
                    write_native_exemplars(bytes, series.exemplars);
                }
                write_created(bytes, field::histogram::CREATED, series);
            });
        }
    }
}

fn write_buckets(
    bytes: &mut Vec<u8>,
    family: &ExposedFamily,
    at_bounds: &[f64],
    count: f64,
    exemplars: &[ExposedExemplar],
) {
    let mut exemplars = exemplars.iter().peekable();
    let bounds = family.bounds.iter().chain([&f64::INFINITY]);
    for ((bound, count), at) in bounds.zip(at_bounds.iter().chain([&count])).zip(0..) {
        write_bucket(bytes, (*bound, *count), exemplars.next_if(|exemplar| exemplar.bucket == at));
    }
}

fn write_bucket(bytes: &mut Vec<u8>, (bound, count): (f64, f64), exemplar: Option<&ExposedExemplar>) {
    bytes.message(field::histogram::BUCKET, |bytes| {
        bytes.uint(field::bucket::CUMULATIVE_COUNT, count as u64);
        bytes.double(field::bucket::UPPER_BOUND, bound);
        if let Some(exemplar) = exemplar {
            write_exemplar(bytes, field::bucket::EXEMPLAR, exemplar);
        }
    });
}

fn write_exemplar(bytes: &mut Vec<u8>, field: u32, exemplar: &ExposedExemplar) {
    bytes.message(field, |bytes| {
        for (name, value) in &exemplar.labels {
            bytes.message(field::exemplar::LABEL, |bytes| {
                bytes.text(field::label::NAME, name);
                bytes.text(field::label::VALUE, value);
            });
        }
        bytes.double(field::exemplar::VALUE, exemplar.value);
        write_time(bytes, field::exemplar::TIME, exemplar.time);
    });
}

/// Ascending by time, as Prometheus stores them.
fn write_native_exemplars(bytes: &mut Vec<u8>, exemplars: &[ExposedExemplar]) {
    let mut ascending: Vec<&ExposedExemplar> = exemplars.iter().collect();
    sorting::sort_by_key(&mut ascending, |exemplar| exemplar.time);
    for exemplar in ascending {
        write_exemplar(bytes, field::histogram::EXEMPLAR, exemplar);
    }
}

fn write_native(bytes: &mut Vec<u8>, native: &NativeHistogram) {
    bytes.sint(field::histogram::SCHEMA, native.schema.into());
    bytes.double(field::histogram::ZERO_THRESHOLD, ZERO_THRESHOLD);
    bytes.uint(field::histogram::ZERO_COUNT, native.zeros);
    for span in &native.spans {
        write_span(bytes, span.offset, span.length);
    }
    if native.spans.is_empty() {
        // says that it is native
        write_span(bytes, 0, 0);
    }
    bytes.sints(field::histogram::POSITIVE_DELTA, &native.deltas);
}

fn write_span(bytes: &mut Vec<u8>, offset: i32, length: u32) {
    bytes.message(field::histogram::POSITIVE_SPAN, |bytes| {
        bytes.sint(field::span::OFFSET, offset.into());
        bytes.uint(field::span::LENGTH, length.into());
    });
}

fn write_created(bytes: &mut Vec<u8>, field: u32, series: SeriesLabels) {
    if let Some(created) = series.created {
        write_time(bytes, field, created);
    }
}

/// Milliseconds since 1970.
fn write_time(bytes: &mut Vec<u8>, field: u32, time: u64) {
    bytes.message(field, |bytes| {
        bytes.uint(field::timestamp::SECONDS, time / 1000);
        bytes.uint(field::timestamp::NANOS, time % 1000 * 1_000_000);
    });
}
