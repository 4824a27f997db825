//! The `OpenMetrics` text format, version 1.0.0. Its text is also valid in version 0.0.1.
//!
//! Samples have the names that they have in every format. Where its rules allow no counter of such a name (without `_total`, or
//! where what is before that is another family), the family is of the type `unknown`.

use super::exposed_family::{ExposedFamilies, ExposedFamily};
use super::numbers::canonical_text;
use super::text::{LineStyle, empty_text, type_name, write_series, write_title};
use crate::collector::MetricType;
use crate::escaping::escape;

pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
pub(super) const CONTENT_TYPE_0: &str = "application/openmetrics-text; version=0.0.1; charset=utf-8";

/// Encodes families. Reuses the allocation of `memory` and discards its content.
pub(super) fn encode(exposed: &ExposedFamilies, memory: Vec<u8>) -> Vec<u8> {
    let mut text = empty_text(memory);
    let style = LineStyle { bound_text: canonical_text, has_created: exposed.has_created, sums_negatives: false };
    for family in &exposed.families {
        write_titles(&mut text, family);
        write_series(&mut text, family, style);
    }
    text.push_str("# EOF\n");
    text.into_bytes()
}

fn write_titles(text: &mut String, family: &ExposedFamily) {
    let name = family.counter_name.as_ref().unwrap_or(&family.name);
    let is_unknown = family.metric_type == MetricType::Counter && family.counter_name.is_none();
    write_title(text, "TYPE", name, if is_unknown { "unknown" } else { type_name(family.metric_type) });
    if let Some(unit) = family.unit_of(name) {
        write_title(text, "UNIT", name, unit);
    }
    if let Some(help) = family.help {
        let mut escaped = String::new();
        escape(&mut escaped, help);
        write_title(text, "HELP", name, &escaped);
    }
}
