//! The formats of an exposition: a line for each, and a file of its own.

use super::exposed_family::ExposedFamilies;
use super::prometheus;

/// A way to write families.
pub struct Format {
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// Appends families to memory that may have been used before.
    pub(super) encode: fn(&ExposedFamilies, Vec<u8>) -> Vec<u8>,
}

/// The Prometheus text format, version 0.0.4.
pub const PROMETHEUS_TEXT: Format = Format { content_type: prometheus::CONTENT_TYPE, encode: prometheus::encode };
