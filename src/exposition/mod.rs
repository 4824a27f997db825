//! Readings as bytes: the Prometheus text format and JSON. Everything here works on a reading, never on live cells.

mod distribution_lines;
pub(crate) mod escaping;
pub(crate) mod exposed_names;
mod family_labels;
pub(crate) mod json;
mod json_text;
mod line;
mod name_clashes;
pub(crate) mod numbers;
mod prometheus;
mod series;
mod units;

pub use json::{json_snapshot, trace_json};
pub use json_text::{snapshot_text, value_text};
pub use name_clashes::{NameClash, name_clashes};
pub(crate) use prometheus::append_prometheus_text;
pub use prometheus::{CONTENT_TYPE, DEFAULT_BUCKETS_MILLIS, prometheus_text, prometheus_text_in};
pub use series::{SeriesQuery, series_detail, series_lines, series_page};
