//! The metrics of OTLP: a family's data points.

use super::legal_names::strip_ending;
use super::otlp::write_key_value;
use super::wire::Fields;
use crate::collector::{DEFAULT_BUCKETS_MILLIS, Delta, Exemplar, Family, LabelTypes, MetricType, NamesView};
use crate::histogram::{BucketLayout, Distribution, NativeHistogram};

const NANOS_PER_MILLI: u64 = 1_000_000;

const TRACE_ID_BYTES: usize = 16;
const SPAN_ID_BYTES: usize = 8;

const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Integers have 64 bits.
const LARGEST_INT: f64 = i64::MAX as f64;

/// Values up to this count as 0.
const ZERO_THRESHOLD: f64 = 0.0;

/// The numbers of fields, by messages.
mod field {
    pub mod metric {
        pub const NAME: u32 = 1;
        pub const DESCRIPTION: u32 = 2;
        pub const UNIT: u32 = 3;
        pub const GAUGE: u32 = 5;
        pub const SUM: u32 = 7;
        pub const HISTOGRAM: u32 = 9;
        pub const EXPONENTIAL_HISTOGRAM: u32 = 10;
    }
    pub const DATA_POINTS: u32 = 1;
    pub const TEMPORALITY: u32 = 2;
    pub const IS_MONOTONIC: u32 = 3;
    /// Of every data point.
    pub mod point {
        pub const START: u32 = 2;
        pub const TIME: u32 = 3;
    }
    pub mod number {
        pub const ATTRIBUTES: u32 = 7;
        pub const DOUBLE: u32 = 4;
        pub const EXEMPLARS: u32 = 5;
        pub const INT: u32 = 6;
    }
    /// Of both kinds of histogram.
    pub mod distribution {
        pub const COUNT: u32 = 4;
        pub const SUM: u32 = 5;
    }
    pub mod histogram {
        pub const ATTRIBUTES: u32 = 9;
        pub const BUCKET_COUNTS: u32 = 6;
        pub const BOUNDS: u32 = 7;
        pub const EXEMPLARS: u32 = 8;
        pub const MIN: u32 = 11;
        pub const MAX: u32 = 12;
    }
    pub mod exemplar {
        pub const TIME: u32 = 2;
        pub const DOUBLE: u32 = 3;
        pub const SPAN_ID: u32 = 4;
        pub const TRACE_ID: u32 = 5;
        pub const ATTRIBUTES: u32 = 7;
    }
    pub mod exponential {
        pub const ATTRIBUTES: u32 = 1;
        pub const SCALE: u32 = 6;
        pub const ZERO_COUNT: u32 = 7;
        pub const POSITIVE: u32 = 8;
        pub const EXEMPLARS: u32 = 11;
        pub const MIN: u32 = 12;
        pub const MAX: u32 = 13;
        pub const ZERO_THRESHOLD: u32 = 14;
        pub const OFFSET: u32 = 1;
        pub const BUCKET_COUNTS: u32 = 2;
    }
}

/// When values were recorded.
pub struct Temporality {
    /// In nanoseconds since 1970.
    pub now: u64,
    /// Whether values are those since the last export.
    pub is_delta: bool,
    /// The time of the last export; `None` before the first.
    pub since: Option<u64>,
}

impl Temporality {
    fn number(&self) -> u64 {
        if self.is_delta { DELTA } else { CUMULATIVE }
    }

    /// When the values of a series began to be recorded.
    fn start(&self, names: &NamesView, number: u32) -> u64 {
        let created = names.get(number).map_or(0, |(series, _)| series.created * NANOS_PER_MILLI);
        created.max(self.since.unwrap_or(0)).min(self.now)
    }
}

/// How the series of a family are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Gauge,
    /// Values that may be added up. Those that only go up may be of the time since the last export.
    Sum {
        is_monotonic: bool,
    },
    Histogram,
    Exponential,
}

/// A metric of a family.
pub struct Data<'a> {
    family: &'a Family,
    metric_type: MetricType,
    shape: Shape,
}

impl<'a> Data<'a> {
    /// The metrics of a family: one, and another one for a counter's decrements.
    pub fn all(family: &'a Family, has_explicit_timings: bool) -> Vec<Self> {
        let kind = family.behaviour();
        let metric_type = kind.metric_type(family);
        let is_bounded = matches!(family.bucket_layout(false), BucketLayout::Bounds(_));
        let shape = match metric_type {
            MetricType::Counter => Shape::Sum { is_monotonic: true },
            MetricType::Gauge | MetricType::NetGauge if family.options.is_sum == Some(true) => {
                Shape::Sum { is_monotonic: false }
            }
            MetricType::Gauge | MetricType::NetGauge => Shape::Gauge,
            MetricType::Histogram if is_bounded || has_explicit_timings => Shape::Histogram,
            MetricType::Histogram | MetricType::Summary => Shape::Exponential,
        };
        let mut all = vec![Self { family, metric_type, shape }];
        if metric_type == MetricType::Counter {
            let shape = Shape::Sum { is_monotonic: false };
            all.push(Self { family, metric_type: MetricType::NetGauge, shape });
        }
        all
    }

    /// Writes the metric with those of the series that have a value; nothing if there is none. `write_attributes` appends the
    /// attributes of a series as a field.
    pub fn write(
        &self,
        bytes: &mut Vec<u8>,
        series: &[u32],
        delta: &Delta,
        temporality: &Temporality,
        names: &NamesView,
        write_attributes: impl Fn(&mut Vec<u8>, u32, u32),
    ) {
        let mut points = Vec::new();
        let mut point = Vec::new();
        let points_of = Points { data: self, delta, buckets: self.buckets() };
        for &number in series {
            point.clear();
            if !points_of.write_value(&mut point, number) {
                continue;
            }
            points.message(field::DATA_POINTS, |bytes| {
                if self.shape != Shape::Gauge {
                    bytes.fixed(field::point::START, temporality.start(names, number));
                }
                bytes.fixed(field::point::TIME, temporality.now);
                bytes.extend_from_slice(&point);
                write_attributes(bytes, self.attributes_field(), number);
                self.write_exemplars(bytes, names, number, temporality.since);
            });
        }
        if points.is_empty() {
            return;
        }
        self.write_title(bytes);
        bytes.message(self.data_field(), |bytes| {
            bytes.extend_from_slice(&points);
            match self.shape {
                Shape::Gauge => {}
                // a state cannot be of a time
                Shape::Sum { is_monotonic: false } => bytes.uint(field::TEMPORALITY, CUMULATIVE),
                Shape::Sum { is_monotonic: true } => {
                    bytes.uint(field::TEMPORALITY, temporality.number());
                    bytes.uint(field::IS_MONOTONIC, 1);
                }
                Shape::Histogram | Shape::Exponential => bytes.uint(field::TEMPORALITY, temporality.number()),
            }
        });
    }

    fn write_title(&self, bytes: &mut Vec<u8>) {
        let Family { name, options, .. } = self.family;
        let fixed = self.family.behaviour().fixed_unit();
        let endings = fixed.map_or(&[][..], |unit| unit.replaced_suffixes);
        let base = endings.iter().find_map(|ending| strip_ending(name, ending)).filter(|base| !base.is_empty());
        let name = base.unwrap_or(name);
        match self.metric_type {
            MetricType::NetGauge => bytes.text(field::metric::NAME, &format!("{name}.net")),
            _ => bytes.text(field::metric::NAME, name),
        }
        if let Some(help) = &options.help {
            bytes.text(field::metric::DESCRIPTION, help);
        }
        // durations are in seconds
        if let Some(unit) = if fixed.is_some() { Some("s") } else { options.unit.as_deref() } {
            bytes.text(field::metric::UNIT, unit);
        }
    }

    fn data_field(&self) -> u32 {
        match self.shape {
            Shape::Gauge => field::metric::GAUGE,
            Shape::Sum { .. } => field::metric::SUM,
            Shape::Histogram => field::metric::HISTOGRAM,
            Shape::Exponential => field::metric::EXPONENTIAL_HISTOGRAM,
        }
    }

    fn attributes_field(&self) -> u32 {
        match self.shape {
            Shape::Gauge | Shape::Sum { .. } => field::number::ATTRIBUTES,
            Shape::Histogram => field::histogram::ATTRIBUTES,
            Shape::Exponential => field::exponential::ATTRIBUTES,
        }
    }

    /// The exemplars of a series since the last export.
    fn write_exemplars(&self, bytes: &mut Vec<u8>, names: &NamesView, number: u32, since: Option<u64>) {
        let field = match self.shape {
            Shape::Sum { is_monotonic: true } => field::number::EXEMPLARS,
            Shape::Histogram => field::histogram::EXEMPLARS,
            Shape::Exponential => field::exponential::EXEMPLARS,
            Shape::Gauge | Shape::Sum { .. } => return,
        };
        let unit_size = self.family.behaviour().exposed_unit_size();
        for exemplar in names.exemplars().of(number) {
            if exemplar.time * NANOS_PER_MILLI >= since.unwrap_or(0) {
                bytes.message(field, |bytes| write_exemplar(bytes, exemplar, unit_size));
            }
        }
    }

    /// The bounds of an explicit histogram, and the same in the unit of finer buckets.
    fn buckets(&self) -> (Vec<f64>, Option<Vec<f64>>) {
        if self.shape != Shape::Histogram {
            return (Vec::new(), None);
        }
        let buckets = self.family.behaviour().exposed_buckets(self.family, &DEFAULT_BUCKETS_MILLIS);
        (buckets.bounds, buckets.cuts)
    }
}

/// Writes the values of series.
struct Points<'a, 'd> {
    data: &'a Data<'a>,
    delta: &'a Delta<'d>,
    buckets: (Vec<f64>, Option<Vec<f64>>),
}

impl Points<'_, '_> {
    /// Writes nothing and returns false for a series without a value.
    fn write_value(&self, bytes: &mut Vec<u8>, number: u32) -> bool {
        let kind = self.data.family.behaviour();
        if matches!(self.data.shape, Shape::Gauge | Shape::Sum { .. }) {
            let is_net = self.data.metric_type == MetricType::NetGauge;
            let value = if is_net { kind.net(self.delta, number) } else { kind.exposed_number(self.delta, number) };
            if let Some(value) = value {
                self.write_number(bytes, value);
            }
            return value.is_some();
        }
        let Some(distribution) = self.delta.distribution(number) else { return false };
        let unit_size = kind.exposed_unit_size();
        bytes.fixed(field::distribution::COUNT, distribution.count() as u64);
        bytes.double(field::distribution::SUM, distribution.sum() / unit_size);
        if self.data.shape == Shape::Histogram {
            self.write_buckets(bytes, &distribution);
            write_extremes(bytes, &distribution, unit_size, [field::histogram::MIN, field::histogram::MAX]);
        } else {
            write_exponential(bytes, &distribution);
            write_extremes(bytes, &distribution, unit_size, [field::exponential::MIN, field::exponential::MAX]);
        }
        true
    }

    fn write_number(&self, bytes: &mut Vec<u8>, value: f64) {
        // another instrument of the same name may have recorded fractions
        if self.data.family.options.is_int == Some(true) && value.fract() == 0.0 && value.abs() < LARGEST_INT {
            bytes.fixed(field::number::INT, (value as i64).cast_unsigned());
        } else {
            bytes.double(field::number::DOUBLE, value);
        }
    }

    fn write_buckets(&self, bytes: &mut Vec<u8>, distribution: &Distribution) {
        let (bounds, cuts) = &self.buckets;
        let cumulative: Vec<f64> = if let Some(cuts) = cuts {
            distribution.cumulative(cuts).0
        } else {
            distribution.cumulative_at_own_bounds().unwrap_or_default().into_iter().map(|(_, count)| count).collect()
        };
        let mut counts = Vec::with_capacity(cumulative.len() + 1);
        let mut before = 0.0;
        for count in cumulative.into_iter().chain([distribution.count()]) {
            counts.push((count - before) as u64);
            before = count;
        }
        bytes.fixeds(field::histogram::BUCKET_COUNTS, counts.into_iter());
        bytes.fixeds(field::histogram::BOUNDS, bounds.iter().map(|bound| bound.to_bits()));
    }
}

fn write_exponential(bytes: &mut Vec<u8>, distribution: &Distribution) {
    let Some(native) = NativeHistogram::of(distribution) else { return };
    let (scale, offset, counts) = native.dense();
    bytes.sint(field::exponential::SCALE, scale.into());
    bytes.fixed(field::exponential::ZERO_COUNT, native.zeros);
    bytes.double(field::exponential::ZERO_THRESHOLD, ZERO_THRESHOLD);
    bytes.message(field::exponential::POSITIVE, |bytes| {
        bytes.sint(field::exponential::OFFSET, offset.into());
        bytes.uints(field::exponential::BUCKET_COUNTS, &counts);
    });
}

/// The labels of a trace are its identifiers; others are attributes.
fn write_exemplar(bytes: &mut Vec<u8>, exemplar: &Exemplar, unit_size: f64) {
    bytes.fixed(field::exemplar::TIME, exemplar.time * NANOS_PER_MILLI);
    bytes.double(field::exemplar::DOUBLE, exemplar.value / unit_size);
    for (name, value) in &exemplar.labels {
        let id = match name.as_str() {
            "trace_id" => identifier(value, TRACE_ID_BYTES).map(|id| (field::exemplar::TRACE_ID, id)),
            "span_id" => identifier(value, SPAN_ID_BYTES).map(|id| (field::exemplar::SPAN_ID, id)),
            _ => None,
        };
        if let Some((field, id)) = id {
            bytes.message(field, |bytes| bytes.extend_from_slice(&id));
        } else {
            bytes.message(field::exemplar::ATTRIBUTES, |bytes| write_key_value(bytes, name, value, LabelTypes::STRING));
        }
    }
}

/// The bytes of an identifier in hexadecimal digits.
fn identifier(text: &str, length: usize) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * length)?;
    Some(digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect())
}

fn write_extremes(bytes: &mut Vec<u8>, distribution: &Distribution, unit_size: f64, [min, max]: [u32; 2]) {
    if let Some((lowest, highest)) = distribution.extremes() {
        bytes.double(min, lowest / unit_size);
        bytes.double(max, highest / unit_size);
    }
}
