//! The Prometheus text format: version 0.0.4 with legal names, and version 1.0.0, which is the same but that other names are quoted.

use std::borrow::Cow;

use super::exposed_family::{ExposedFamilies, ExposedFamily};
use super::numbers::number_text;
use super::text::{LineStyle, empty_text, type_name, write_series, write_title};

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
pub(super) const CONTENT_TYPE_1: &str = "text/plain; version=1.0.0; charset=utf-8";

const STYLE: LineStyle = LineStyle { bound_text: number_text, has_created: false, sums_negatives: true };

/// Encodes families. Reuses the allocation of `memory` and discards its content.
pub(super) fn encode(exposed: &ExposedFamilies, memory: Vec<u8>) -> Vec<u8> {
    let mut text = empty_text(memory);
    if let Some(comment) = exposed.comment {
        for part in ["# ", comment, "\n"] {
            text.push_str(part);
        }
    }
    for family in &exposed.families {
        write_titles(&mut text, family);
        write_series(&mut text, family, STYLE);
    }
    text.into_bytes()
}

fn write_titles(text: &mut String, family: &ExposedFamily) {
    if let Some(help) = family.help {
        write_title(text, "HELP", &family.name, &escape_help(help));
    }
    write_title(text, "TYPE", &family.name, type_name(family.metric_type));
}

pub(super) fn escape_help(help: &str) -> Cow<'_, str> {
    if help.contains(['\\', '\n']) { help.replace('\\', "\\\\").replace('\n', "\\n").into() } else { help.into() }
}
