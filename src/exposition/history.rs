//! What a collector's history says of some series, as JSON for the web page. Times are in milliseconds, values in the unit of the
//! series.

use serde::Serialize;

use super::json::{Map, bytes};
use super::numbers::JsonNumber;
use crate::collector::{
    Collector, HistoryBuckets, HistoryGroup, HistoryReading, HistoryRequest, HistorySpan, HistoryValues, Kind,
    ValueType,
};
use crate::histogram::Distribution;

/// Answers a request. Without a history, or before its second sample, there are no intervals.
#[must_use]
pub fn history_json(collector: &Collector, request: &HistoryRequest) -> Vec<u8> {
    let reading = collector.history().map(|history| history.read(request)).unwrap_or_default();
    let HistoryReading { intervals, latest, groups } = reading;
    bytes(&Body {
        latest: latest.map(JsonNumber),
        times: intervals.iter().map(|interval| JsonNumber(interval.end.round())).collect(),
        seconds: intervals.iter().map(|interval| short(interval.seconds)).collect(),
        series: groups.iter().map(|group| series(group, request.is_summary)).collect(),
    })
}

type Column = Vec<Option<JsonNumber>>;

#[derive(Serialize)]
struct Body<'a> {
    latest: Option<JsonNumber>,
    times: Vec<JsonNumber>,
    seconds: Vec<JsonNumber>,
    series: Vec<Series<'a>>,
}

#[derive(Serialize)]
struct Series<'a> {
    of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    name: &'a str,
    kind: &'static str,
    #[serde(serialize_with = "as_object")]
    labels: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    /// How many series are merged.
    merged: usize,
    #[serde(flatten)]
    columns: Option<Columns>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<SpanRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<SpanRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<BucketRows>,
}

/// One value for each interval.
#[derive(Serialize)]
#[serde(untagged)]
enum Columns {
    Counter { counts: Column },
    Gauge { values: Column, highest: Column },
    Distribution { counts: Column, sums: Column, p50: Column, p90: Column, p99: Column, max: Column },
}

/// One value for a longer time.
#[derive(Serialize)]
struct SpanRow {
    seconds: JsonNumber,
    #[serde(flatten)]
    values: Option<SpanValues>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SpanValues {
    Count {
        count: JsonNumber,
    },
    Gauge {
        value: JsonNumber,
        highest: JsonNumber,
    },
    Distribution {
        count: JsonNumber,
        sum: JsonNumber,
        p50: JsonNumber,
        p90: JsonNumber,
        p99: JsonNumber,
        max: JsonNumber,
    },
}

#[derive(Serialize)]
struct BucketRows {
    /// The lowest and the highest value of each.
    ranges: Vec<[JsonNumber; 2]>,
    /// For each interval: positions in `ranges` and counts in turn.
    counts: Vec<Vec<JsonNumber>>,
}

fn series(group: &HistoryGroup, is_summary: bool) -> Series<'_> {
    let unit = unit_of(group.kind);
    let [recent, before] = &group.spans;
    let span = |span: &HistorySpan| is_summary.then(|| SpanRow::new(span, group.kind, unit));
    Series {
        of: group.of,
        key: group.key.as_ref().map(|key| format!("{key}#{}", group.kind.name())),
        name: &group.name,
        kind: group.kind.name(),
        labels: &group.labels,
        unit: group.unit.as_deref(),
        merged: group.series,
        columns: (!is_summary).then(|| Columns::new(group, unit)),
        recent: span(recent),
        before: span(before),
        buckets: group.buckets.as_ref().map(|buckets| BucketRows::new(buckets, unit)),
    }
}

/// Timings are in nanoseconds.
fn unit_of(kind: Kind) -> f64 {
    kind.behaviour().unit_size()
}

impl Columns {
    fn new(group: &HistoryGroup, unit: f64) -> Self {
        let counts = || column(group, |values| values.count);
        match group.kind.value_type() {
            ValueType::Count => Self::Counter { counts: counts() },
            ValueType::State => Self::Gauge {
                values: column(group, |values| Some(values.gauge?.0)),
                highest: column(group, |values| Some(values.gauge?.1)),
            },
            ValueType::Distribution => {
                let stats: Vec<Option<Stats>> =
                    group.values.iter().map(|values| Stats::of(values.distribution.as_ref()?, unit)).collect();
                let of =
                    |read: fn(&Stats) -> f64| stats.iter().map(|it| it.as_ref().map(|it| short(read(it)))).collect();
                Self::Distribution {
                    counts: counts(),
                    sums: of(|it| it.sum),
                    p50: of(|it| it.quantiles[0]),
                    p90: of(|it| it.quantiles[1]),
                    p99: of(|it| it.quantiles[2]),
                    max: of(|it| it.max),
                }
            }
        }
    }
}

fn column(group: &HistoryGroup, read: impl Fn(&HistoryValues) -> Option<f64>) -> Column {
    group.values.iter().map(|values| read(values).map(JsonNumber)).collect()
}

impl SpanRow {
    fn new(span: &HistorySpan, kind: Kind, unit: f64) -> Self {
        let HistoryValues { count, gauge, distribution } = &span.values;
        let values = match kind.value_type() {
            ValueType::Count => count.map(|count| SpanValues::Count { count: JsonNumber(count) }),
            ValueType::State => gauge
                .map(|(value, highest)| SpanValues::Gauge { value: JsonNumber(value), highest: JsonNumber(highest) }),
            ValueType::Distribution => {
                distribution.as_ref().and_then(|distribution| Stats::of(distribution, unit)).map(|it| {
                    let [p50, p90, p99] = it.quantiles.map(short);
                    let (count, sum, max) = (JsonNumber(it.count), short(it.sum), short(it.max));
                    SpanValues::Distribution { count, sum, p50, p90, p99, max }
                })
            }
        };
        Self { seconds: short(span.seconds), values }
    }
}

impl BucketRows {
    fn new(buckets: &HistoryBuckets, unit: f64) -> Self {
        let range = |(lowest, highest): &(f64, f64)| [short(lowest / unit), short(highest / unit)];
        let pair = |(at, count): &(usize, f64)| [JsonNumber(*at as f64), JsonNumber(*count)];
        Self {
            ranges: buckets.ranges.iter().map(range).collect(),
            counts: buckets.counts.iter().map(|counts| counts.iter().flat_map(pair).collect()).collect(),
        }
    }
}

struct Stats {
    count: f64,
    sum: f64,
    max: f64,
    quantiles: [f64; 3],
}

impl Stats {
    fn of(distribution: &Distribution, unit: f64) -> Option<Self> {
        let (_, max) = distribution.extremes()?;
        let quantiles = distribution.quantiles(&[0.5, 0.9, 0.99])?;
        let quantiles = <[f64; 3]>::try_from(quantiles).ok()?.map(|value| value / unit);
        Some(Self { count: distribution.count(), sum: distribution.sum() / unit, max: max / unit, quantiles })
    }
}

/// A number with nine significant digits, which is more than a chart shows, and takes half the bytes.
fn short(value: f64) -> JsonNumber {
    const DIGITS: i32 = 9;
    if value == 0.0 || !value.is_finite() {
        return JsonNumber(value);
    }
    let size = value.abs().log10().floor() as i32;
    if size.abs() > DIGITS {
        // a scale would not be exact
        return JsonNumber(format!("{value:.8e}").parse().unwrap_or(value));
    }
    let scale = 10_f64.powi((DIGITS - 1 - size).abs());
    let rounded = if size < DIGITS { (value * scale).round() / scale } else { (value / scale).round() * scale };
    JsonNumber(rounded)
}

fn as_object<S: serde::Serializer>(pairs: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    Map(pairs).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_nine_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (12.0, "12"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333"),
            (-123_456_789_123.0, "-123456789000"),
            (1e300 / 3.0, "3.33333333e+299"),
            (f64::NAN, "null"),
        ] {
            assert_eq!(String::from_utf8(bytes(&short(value))).unwrap(), expected);
        }
    }
}
