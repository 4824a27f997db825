//! The formats of an exposition: one line each here, and one file each beside this one.

use super::exposed_family::ExposedFamilies;
use super::{openmetrics, prometheus, protobuf};

/// A way to write families, and what it can write.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The value of the `Content-Type` header, in lower case but for values of parameters. Clients request the format by its type
    /// and its parameters, other than `charset`.
    pub content_type: &'static str,
    /// Whether names may have any characters.
    pub has_any_names: bool,
    /// Whether histograms may be native.
    pub has_native_histograms: bool,
    /// Whether counters and buckets may have exemplars.
    pub has_exemplars: bool,
    /// Encodes families. Reuses the allocation of the given bytes and discards their content.
    pub encode: fn(&ExposedFamilies, Vec<u8>) -> Vec<u8>,
}

impl Format {
    const fn prometheus(content_type: &'static str, has_any_names: bool) -> Self {
        let encode = prometheus::encode;
        Self { content_type, has_any_names, has_native_histograms: false, has_exemplars: false, encode }
    }

    const fn openmetrics(content_type: &'static str, has_any_names: bool) -> Self {
        let encode = openmetrics::encode;
        Self { content_type, has_any_names, has_native_histograms: false, has_exemplars: true, encode }
    }
}

/// The Prometheus text format, version 0.0.4.
pub const PROMETHEUS_TEXT: Format = Format::prometheus(prometheus::CONTENT_TYPE, false);

/// The `OpenMetrics` text format, version 0.0.1.
pub(super) const OPENMETRICS_TEXT: Format = Format::openmetrics(openmetrics::CONTENT_TYPE_0, false);

/// The formats that clients may request. The first one is the default, and the first one of a media type is the default of that type.
pub static FORMATS: [Format; 5] = [
    PROMETHEUS_TEXT,
    Format::prometheus(prometheus::CONTENT_TYPE_1, true),
    OPENMETRICS_TEXT,
    Format::openmetrics(openmetrics::CONTENT_TYPE, true),
    Format {
        content_type: protobuf::CONTENT_TYPE,
        has_any_names: true,
        has_native_histograms: true,
        has_exemplars: true,
        encode: protobuf::encode,
    },
];
