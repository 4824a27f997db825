//! Encodes readings as expositions and JSON. Nothing here reads live cells.
//!
//! An exposition takes two steps: [`ExposedFamilies`] holds families as data under their final names, and a [`Format`] writes
//! them. A new format is one file, and one line in `formats.rs`.

mod collector_families;
mod exposed_family;
pub(crate) mod exposed_names;
mod families_json;
mod family_exemplars;
mod family_labels;
mod formats;
pub(crate) mod json;
mod json_text;
mod legal_names;
mod line;
mod name_clashes;
pub(crate) mod numbers;
mod openmetrics;
mod otlp;
mod otlp_data;
mod prom_client;
mod prometheus;
mod protobuf;
mod request;
mod self_metrics;
mod series;
mod text;
mod units;
mod wire;

use collector_families::Exposure;
pub use exposed_family::{
    ExposedExemplar, ExposedFamilies, ExposedFamily, ExposedLabel, Sample, SeriesLabels, SeriesSource,
};
use exposed_names::ExposedNames;
pub use families_json::{FamilyQuery, families_json};
pub use formats::{FORMATS, Format, PROMETHEUS_TEXT};
pub use json::{json_snapshot, trace_json};
pub use json_text::{snapshot_text, value_text};
pub use legal_names::Escaping;
pub use name_clashes::{NameClash, name_clashes};
pub use otlp::{OtlpAttribute, OtlpRequest, otlp_metrics};
pub use prom_client::{ListedFamily, Listing, listing_json, listing_text};
pub use request::{ExpositionRequest, WantedNames};
use self_metrics::self_families;
pub use series::{SeriesQuery, list_series, series_detail, series_lines};
use std::time::Instant;

pub use crate::collector::DEFAULT_BUCKETS_MILLIS;
use crate::collector::{Collector, MetricType, Scrape};

/// A collector's cumulative values in the Prometheus text format. `buckets` are upper bounds in milliseconds, strictly
/// increasing, for timings without their own.
#[must_use]
pub fn prometheus_text(collector: &Collector, buckets: &[f64]) -> Vec<u8> {
    let buckets = Some(buckets.to_vec());
    exposition(&ExpositionRequest { buckets, ..ExpositionRequest::default() }, Some(collector), Vec::new())
}

/// Like [`prometheus_text`], as requested. Reuses the allocation of `memory`.
#[must_use]
pub fn exposition(request: &ExpositionRequest, collector: Option<&Collector>, memory: Vec<u8>) -> Vec<u8> {
    exposition_after(ExposedFamilies::default(), &mut names_for(request), request, collector, memory)
}

/// The names of an exposition, none of them assigned.
pub(crate) fn names_for(request: &ExpositionRequest) -> ExposedNames {
    ExposedNames::new(request.escaping())
}

/// Like [`exposition`], after the families of another source. `names` holds the names of those.
pub(crate) fn exposition_after(
    others: ExposedFamilies,
    names: &mut ExposedNames,
    request: &ExpositionRequest,
    collector: Option<&Collector>,
    memory: Vec<u8>,
) -> Vec<u8> {
    let start = Instant::now();
    let reading = collector.map(Collector::read_with_summaries);
    let report = collector.and_then(|collector| collector.self_report(request.self_metrics));
    let mut exposed = others;
    exposed.has_created = request.has_created;
    if let Some(reading) = &reading {
        let constant = reading.names.constant_labels();
        exposed.families.extend(Exposure { reading, constant, request }.families(names));
    }
    if let Some(report) = &report {
        exposed.families.extend(self_families(report, names));
    }
    for family in exposed.families.iter_mut().filter(|family| family.metric_type == MetricType::Counter) {
        family.counter_name = names.counter_name(&family.name).map(str::to_owned);
    }
    let bytes = (request.format.encode)(&exposed, memory);
    if let Some(collector) = collector {
        collector.note_scrape(Scrape { duration: start.elapsed(), bytes: bytes.len() });
    }
    bytes
}
