//! The formats of an exposition: a line for each, and a file of its own.

use super::exposed_family::ExposedFamilies;
use super::{openmetrics, prometheus};

/// A way to write families, and what it can write.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The value of the `Content-Type` header, in lower case but for values of parameters. Clients ask for the format by its type
    /// and its parameters, other than `charset`.
    pub content_type: &'static str,
    /// Whether names may have any characters.
    pub has_any_names: bool,
    /// Writes families to memory that may have been used before, in place of what it held.
    pub encode: fn(&ExposedFamilies, Vec<u8>) -> Vec<u8>,
}

/// The Prometheus text format, version 0.0.4.
pub const PROMETHEUS_TEXT: Format =
    Format { content_type: prometheus::CONTENT_TYPE, has_any_names: false, encode: prometheus::encode };

/// The formats that clients may ask for. The first is that of a client that asks for none; of those of one type the first is that of
/// a client that names no version.
pub static FORMATS: [Format; 4] = [
    PROMETHEUS_TEXT,
    Format { content_type: prometheus::CONTENT_TYPE_1, has_any_names: true, encode: prometheus::encode },
    Format { content_type: openmetrics::CONTENT_TYPE_0, has_any_names: false, encode: openmetrics::encode },
    Format { content_type: openmetrics::CONTENT_TYPE, has_any_names: true, encode: openmetrics::encode },
];
