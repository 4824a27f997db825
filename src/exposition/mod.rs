//! Readings as bytes: the Prometheus text format and JSON. Everything here works on a reading, never on live cells.

mod distribution_lines;
pub(crate) mod escaping;
pub(crate) mod exposed_names;
mod family_labels;
pub(crate) mod json;
mod line;
pub(crate) mod numbers;
mod prometheus;
mod series;
mod units;

pub use json::{json_snapshot, json_value, trace_json};
pub(crate) use prometheus::append_prometheus_text;
pub use prometheus::{CONTENT_TYPE, DEFAULT_BUCKETS_MILLIS, prometheus_text, prometheus_text_in};
pub use series::{SeriesQuery, series_detail, series_lines, series_page};
