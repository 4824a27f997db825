//! Readings as bytes: the Prometheus text format and JSON. Everything here works on a reading, never on live cells.

mod distribution_lines;
mod escaping;
mod exposed_names;
mod family_labels;
mod json;
mod line;
mod numbers;
mod prometheus;

pub use json::{json_snapshot, json_value};
pub use prometheus::{CONTENT_TYPE, DEFAULT_BUCKETS_MILLIS, prometheus_text, prometheus_text_in};
