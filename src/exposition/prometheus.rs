//! The Prometheus text format, version 0.0.4.

use std::borrow::Cow;

use super::exposed_family::{ExposedFamilies, ExposedFamily, ExposedLabel, Sample};
use super::line::Line;
use super::numbers::number_text;
use crate::collector::MetricType;
use crate::escaping::write_to_quote;

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The number of a family's first series whose text length serves to estimate that of the others.
const LENGTH_SAMPLES: usize = 64;

/// Encodes families. Reuses the allocation of `memory` and discards its content.
pub(super) fn encode(exposed: &ExposedFamilies, memory: Vec<u8>) -> Vec<u8> {
    let mut text = empty_text(memory);
    if let Some(comment) = exposed.comment {
        for part in ["# ", comment, "\n"] {
            text.push_str(part);
        }
    }
    for family in &exposed.families {
        write_family(&mut text, family);
    }
    text.into_bytes()
}

/// Memory that may have been used before, as empty text.
pub(super) fn empty_text(mut memory: Vec<u8>) -> String {
    memory.clear();
    String::from_utf8(memory).unwrap_or_default()
}

fn write_family(text: &mut String, family: &ExposedFamily) {
    write_title(text, family);
    let lines = Lines::new(family);
    let labels = LabelWriter::new(family);
    let start = text.len();
    let mut written = 0;
    let mut label_text = String::new();
    family.series.each(&mut |series, sample| {
        if written == LENGTH_SAMPLES {
            // reserving too much is cheap because unused memory is never mapped; growing copies the text
            let each = (text.len() - start).div_ceil(LENGTH_SAMPLES);
            text.reserve((each + each / 4) * (family.series.size_hint().saturating_sub(written)));
        }
        written += 1;
        label_text.clear();
        labels.write(&mut label_text, series.own);
        labels.write_common(&mut label_text);
        labels.write(&mut label_text, series.added);
        lines.write(text, &label_text, sample);
    });
}

fn write_title(text: &mut String, family: &ExposedFamily) {
    if let Some(help) = family.help {
        for part in ["# HELP ", &family.name, " ", &escape_help(help), "\n"] {
            text.push_str(part);
        }
    }
    for part in ["# TYPE ", &family.name, " ", type_word(family.metric_type), "\n"] {
        text.push_str(part);
    }
}

pub(super) fn type_word(metric_type: MetricType) -> &'static str {
    match metric_type {
        MetricType::Counter => "counter",
        MetricType::Gauge | MetricType::NetGauge => "gauge",
        MetricType::Histogram => "histogram",
        MetricType::Summary => "summary",
    }
}

pub(super) fn escape_help(help: &str) -> Cow<'_, str> {
    if help.contains(['\\', '\n']) { help.replace('\\', "\\\\").replace('\n', "\\n").into() } else { help.into() }
}

/// Writes the labels of one family's series. Holds the text before each value (`,name="`), and the common labels as text.
struct LabelWriter {
    openings: Vec<String>,
    common: String,
}

impl LabelWriter {
    fn new(family: &ExposedFamily) -> Self {
        let openings = family.label_names.iter().map(|name| format!(",{name}=\"")).collect();
        let mut writer = Self { openings, common: String::new() };
        let mut common = String::new();
        writer.write(&mut common, &family.common);
        writer.common = common;
        writer
    }

    fn write(&self, text: &mut String, labels: &[ExposedLabel]) {
        for (name, value) in labels {
            let Some(opening) = self.openings.get(*name) else { continue };
            // the first label has no comma before it
            text.push_str(if text.is_empty() { opening.trim_start_matches(',') } else { opening });
            write_to_quote(text, value);
        }
    }

    fn write_common(&self, text: &mut String) {
        if !self.common.is_empty() {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&self.common);
        }
    }
}

/// The lines of each series of a family.
enum Lines {
    Number(Line),
    Distribution {
        at_bounds: Vec<Line>,
        /// The `+Inf` bucket of a histogram.
        infinity: Option<Line>,
        sum: Line,
        count: Line,
    },
}

impl Lines {
    fn new(family: &ExposedFamily) -> Self {
        let name = family.name.as_str();
        let (suffix, label) = match family.metric_type {
            MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => {
                return Self::Number(Line::new(name, "", None));
            }
            MetricType::Histogram => ("_bucket", "le"),
            MetricType::Summary => ("", "quantile"),
        };
        let at_bound = |bound| Line::new(name, suffix, Some((label, &number_text(bound))));
        Self::Distribution {
            at_bounds: family.bounds.iter().copied().map(at_bound).collect(),
            infinity: (family.metric_type == MetricType::Histogram).then(|| at_bound(f64::INFINITY)),
            sum: Line::new(name, "_sum", None),
            count: Line::new(name, "_count", None),
        }
    }

    fn write(&self, text: &mut String, labels: &str, sample: Sample) {
        match (self, sample) {
            (Self::Number(line), Sample::Number(value)) => line.write(text, labels, value),
            (
                Self::Distribution { at_bounds, infinity, sum, count },
                Sample::Distribution { at_bounds: values, sum: sum_value, count: count_value },
            ) => {
                at_bounds.iter().zip(values).for_each(|(line, value)| line.write(text, labels, *value));
                if let Some(line) = infinity {
                    line.write(text, labels, count_value);
                }
                sum.write(text, labels, sum_value);
                count.write(text, labels, count_value);
            }
            // unreachable: a source has only samples of its family's type
            _ => {}
        }
    }
}
