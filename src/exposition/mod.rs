//! Encodes readings as expositions and JSON. Nothing here reads live cells.
//!
//! An exposition takes two steps: [`ExposedFamilies`] holds families as data under their final names, and a [`Format`] writes
//! them. A new format is one file, and one line in `formats.rs`.

mod cardinality;
mod collector_families;
mod exposed_family;
pub(crate) mod exposed_names;
mod families_json;
mod family_labels;
mod formats;
mod history;
pub(crate) mod json;
mod json_text;
mod legal_names;
mod line;
mod name_clashes;
pub(crate) mod numbers;
mod prometheus;
mod series;
mod units;

pub use cardinality::cardinality_json;
pub use collector_families::DEFAULT_BUCKETS_MILLIS;
use collector_families::Exposure;
pub use exposed_family::{ExposedFamilies, ExposedFamily, ExposedLabel, Sample, SeriesLabels, SeriesSource};
use exposed_names::ExposedNames;
pub use families_json::{FamilyQuery, families_json};
pub use formats::{Format, PROMETHEUS_TEXT};
pub use history::history_json;
pub use json::{json_snapshot, trace_json};
pub use json_text::{snapshot_text, value_text};
pub use name_clashes::{NameClash, name_clashes};
pub use series::{SeriesQuery, list_series, series_detail, series_lines};

use crate::collector::Collector;

/// A collector's cumulative values in the Prometheus text format. `buckets` are upper bounds in milliseconds, strictly
/// increasing, for timings without their own.
#[must_use]
pub fn prometheus_text(collector: &Collector, buckets: &[f64]) -> Vec<u8> {
    exposition(&PROMETHEUS_TEXT, Some(collector), buckets, Vec::new())
}

/// Like [`prometheus_text`], in any format. Reuses the allocation of `memory`.
#[must_use]
pub fn exposition(format: &Format, collector: Option<&Collector>, buckets: &[f64], memory: Vec<u8>) -> Vec<u8> {
    exposition_after(ExposedFamilies::default(), &mut ExposedNames::default(), format, collector, buckets, memory)
}

/// Like [`exposition`], after the families of another source. `names` holds the names of those.
pub(crate) fn exposition_after(
    others: ExposedFamilies,
    names: &mut ExposedNames,
    format: &Format,
    collector: Option<&Collector>,
    default_millis: &[f64],
    memory: Vec<u8>,
) -> Vec<u8> {
    let reading = collector.map(|collector| (collector.read(), collector.labels()));
    let mut exposed = others;
    if let Some((reading, constant)) = &reading {
        exposed.families.extend(Exposure { reading, constant, default_millis }.families(names));
    }
    (format.encode)(&exposed, memory)
}
