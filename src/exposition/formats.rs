//! The formats of an exposition: one line each here, and one file each beside this one.

use super::exposed_family::ExposedFamilies;
use super::prometheus;

/// A way to write families.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// Encodes families. Reuses the allocation of the given bytes and discards their content.
    pub encode: fn(&ExposedFamilies, Vec<u8>) -> Vec<u8>,
}

/// The Prometheus text format, version 0.0.4.
pub const PROMETHEUS_TEXT: Format = Format { content_type: prometheus::CONTENT_TYPE, encode: prometheus::encode };
