//! A reading as JSON for `read()`: one family a line, in the order of declaration. Numbers are as in [`super::json_text`].

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::WithSum;
use super::json_text::Number;
use crate::collector::{Collector, Delta, FamilyReading, Reading, SeriesReading, Value, Window};

/// What to read of a collector.
#[derive(Clone, Debug, Default)]
pub struct FamilyQuery {
    /// Only families with these names.
    pub names: Option<Vec<String>>,
    /// Whether the window starts over at this reading.
    pub resets: bool,
}

/// The families with their values since the last reset of `window`. Without a window, values are cumulative.
#[must_use]
pub fn families_json(collector: &Collector, window: Option<&Window>, query: &FamilyQuery) -> Vec<u8> {
    if let Some(window) = window {
        return window.read(collector, query.resets, |reading, delta| lines(reading, delta, query));
    }
    let reading = collector.read();
    lines(&reading, &reading.cumulative_values(), query)
}

fn lines<'a>(reading: &'a Reading, delta: &Delta<'a>, query: &FamilyQuery) -> Vec<u8> {
    let is_wanted = |family: &FamilyReading| {
        let name = &family.family.name;
        query.names.as_ref().is_none_or(|names| names.contains(name))
    };
    let mut bytes = Vec::new();
    for family in reading.families(delta).into_iter().filter(is_wanted) {
        if !bytes.is_empty() {
            bytes.push(b'\n');
        }
        // infallible: memory accepts all writes, and all keys are strings
        let _ = serde_json::to_writer(&mut bytes, &FamilyJson(&family));
    }
    bytes
}

struct FamilyJson<'a>(&'a FamilyReading<'a>);

impl Serialize for FamilyJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let family = self.0.family;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &family.name)?;
        map.serialize_entry("kind", family.kind.name())?;
        for (name, text) in [("help", &family.options.help), ("unit", &family.options.unit)] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Some(names) = &family.options.label_names {
            map.serialize_entry("labelNames", names)?;
        }
        map.serialize_entry("series", &SeriesList(self.0))?;
        map.end()
    }
}

struct SeriesList<'a>(&'a FamilyReading<'a>);

impl Serialize for SeriesList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values().map(SeriesJson))
    }
}

struct SeriesJson<'a>(SeriesReading<'a>);

impl Serialize for SeriesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("labels", &LabelsJson(&self.0))?;
        match &self.0.value {
            Value::Number(value) => map.serialize_entry("value", &Number(*value))?,
            Value::Stats(stats) => map.serialize_entry("distribution", &WithSum(stats, stats.sum_name))?,
        }
        map.end()
    }
}

struct LabelsJson<'a>(&'a SeriesReading<'a>);

impl Serialize for LabelsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.labels())
    }
}
