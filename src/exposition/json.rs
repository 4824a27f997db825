//! Snapshots and values as JSON bytes, for any reader. A gauge that is not finite becomes `null`, as with `JSON.stringify`.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::numbers::JsonNumber;
use crate::collector::{Collector, Snapshot, Stats, TraceEvent, Value};

/// A snapshot as UTF-8 JSON.
#[must_use]
pub fn json_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    bytes(&Json(snapshot))
}

/// A collector's newest events after the sequence number `after`, at most `limit`, as UTF-8 JSON.
#[must_use]
pub fn trace_json(collector: &Collector, after: u64, limit: usize) -> Vec<u8> {
    let (events, seq) = collector.newest_trace(after, limit);
    let missed = seq.saturating_sub(after) - events.len() as u64;
    bytes(&Trace { seq, missed, events: &events })
}

struct Trace<'a> {
    seq: u64,
    missed: u64,
    events: &'a [TraceEvent],
}

impl Serialize for Trace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("missed", &self.missed)?;
        map.serialize_entry("events", &Json(self.events))?;
        map.end()
    }
}

/// Serializes a value. Infallible: memory accepts all writes, and all keys are strings.
pub(crate) fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Serializes a type of another module.
pub(crate) struct Json<'a, T: ?Sized>(pub &'a T);

impl Serialize for Json<'_, f64> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonNumber(*self.0).serialize(serializer)
    }
}

impl Serialize for Json<'_, (f64, f64)> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Json(&self.0.0), Json(&self.0.1)).serialize(serializer)
    }
}

impl<T> Serialize for Json<'_, [T]>
where
    for<'a> Json<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        self.0.iter().try_for_each(|item| list.serialize_element(&Json(item)))?;
        list.end()
    }
}

/// Pairs as an object.
pub(crate) struct Map<'a, T>(pub &'a [(String, T)]);

impl<T> Serialize for Map<'_, T>
where
    for<'a> Json<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Json(value))))
    }
}

impl Serialize for Json<'_, String> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// Statistics, with the kind's name for the sum.
pub(super) struct WithSum<'a>(pub &'a Stats, pub &'static str);

impl WithSum<'_> {
    /// Adds the statistics to an object.
    pub fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let stats = self.0;
        let [p50, p90, p99] = &stats.quantiles;
        let numbers = [
            ("count", &stats.count),
            (self.1, &stats.sum),
            ("min", &stats.min),
            ("max", &stats.max),
            ("mean", &stats.mean),
            ("p50", p50),
            ("p90", p90),
            ("p99", p99),
        ];
        numbers.iter().try_for_each(|(name, number)| map.serialize_entry(name, &Json(*number)))?;
        stats.buckets.as_ref().map_or(Ok(()), |buckets| map.serialize_entry("buckets", &Json(buckets.as_slice())))
    }
}

impl Serialize for WithSum<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

impl Serialize for Json<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => Json(number).serialize(serializer),
            Value::Stats(stats) => WithSum(stats, stats.sum_name).serialize(serializer),
        }
    }
}

impl Serialize for Json<'_, TraceEvent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = self.0;
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("seq", &event.seq)?;
        map.serialize_entry("time", &Json(&event.time))?;
        map.serialize_entry("name", &event.name)?;
        map.serialize_entry("fields", &Map(&event.fields))?;
        map.end()
    }
}

/// Distributions of one kind as an object.
struct Distributions<'a>(&'a [(String, Stats)]);

impl Serialize for Distributions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, stats)| (key, WithSum(stats, stats.sum_name))))
    }
}

/// A snapshot as an object. The caller decides how gauges that are not finite are written.
pub(super) fn snapshot_parts<S: Serializer>(
    snapshot: &Snapshot,
    gauges: &impl Serialize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(5))?;
    map.serialize_entry("counters", &Map(&snapshot.counters))?;
    map.serialize_entry("gauges", gauges)?;
    map.serialize_entry("timings", &Distributions(&snapshot.timings))?;
    map.serialize_entry("histograms", &Distributions(&snapshot.histograms))?;
    map.serialize_entry("trace", &Json(snapshot.trace.as_slice()))?;
    map.end()
}

impl Serialize for Json<'_, Snapshot> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        snapshot_parts(self.0, &Map(&self.0.gauges), serializer)
    }
}
