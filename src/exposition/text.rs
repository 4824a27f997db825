//! The common part of the text formats: the lines of series. Each format writes its own titles and end.

use super::exposed_family::{ExposedExemplar, ExposedFamily, ExposedLabel, Sample, SeriesLabels};
use super::legal_names::is_legal_name;
use super::line::{Line, Pieces};
use super::numbers::write_number;
use crate::collector::MetricType;
use crate::escaping::{write_label, write_quoted, write_to_quote};

/// After this many series of a family, the length of the others is estimated.
const LENGTH_SAMPLES: usize = 64;

/// The differences between the lines of text formats.
#[derive(Clone, Copy)]
pub struct LineStyle {
    /// Formats the bound of a bucket, or a quantile, as a label's value.
    pub bound_text: fn(f64) -> String,
    /// Whether each series has a line with its creation time.
    pub has_created: bool,
    /// Whether a histogram with negative bounds has a sum, which may go down.
    pub sums_negatives: bool,
}

/// The name of a type.
pub fn type_name(metric_type: MetricType) -> &'static str {
    match metric_type {
        MetricType::Counter => "counter",
        MetricType::Gauge | MetricType::NetGauge => "gauge",
        MetricType::Histogram => "histogram",
        MetricType::Summary => "summary",
    }
}

/// Appends `# KEYWORD name text`.
pub fn write_title(text: &mut String, keyword: &str, name: &str, value: &str) {
    for part in ["# ", keyword, " "] {
        text.push_str(part);
    }
    if is_legal_name(name, true) {
        text.push_str(name);
    } else {
        write_quoted(text, name);
    }
    for part in [" ", value, "\n"] {
        text.push_str(part);
    }
}

/// An empty text that reuses the allocation of `memory`.
pub fn empty_text(mut memory: Vec<u8>) -> String {
    memory.clear();
    String::from_utf8(memory).unwrap_or_default()
}

/// Appends the lines of a family's series.
pub fn write_series(text: &mut String, family: &ExposedFamily, style: LineStyle) {
    let labels = LabelWriter::new(family);
    let lines = Lines::new(family, style, &labels);
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
        if let Some((pieces, value)) = lines.only(series, sample) {
            return pieces.write(text, series.own, value);
        }
        label_text.clear();
        labels.write_all(&mut label_text, series);
        lines.write(text, &label_text, sample, series.exemplars);
        lines.write_created(text, &label_text, series.created);
    });
}

/// Writes the labels of one family's series.
struct LabelWriter {
    /// The text before each value: `name="`.
    openings: Vec<String>,
    /// The common labels as text.
    common: String,
}

impl LabelWriter {
    fn new(family: &ExposedFamily) -> Self {
        let openings = family.label_names.iter().map(|name| opening(name)).collect();
        let mut writer = Self { openings, common: String::new() };
        let mut common = String::new();
        writer.write(&mut common, 0, &family.common);
        writer.common = common;
        writer
    }

    /// Appends `a="x",b="y"`.
    #[inline]
    fn write_all(&self, text: &mut String, series: SeriesLabels) {
        let start = text.len();
        self.write(text, start, series.own);
        self.write_common(text, start);
        self.write(text, start, series.added);
    }

    /// The labels of the series begin at `start`.
    #[inline]
    fn write(&self, text: &mut String, start: usize, labels: &[ExposedLabel]) {
        for (name, value) in labels {
            let Some(opening) = self.openings.get(*name) else { continue };
            if text.len() > start {
                text.push(',');
            }
            text.push_str(opening);
            write_to_quote(text, value);
        }
    }

    #[inline]
    fn write_common(&self, text: &mut String, start: usize) {
        if !self.common.is_empty() {
            if text.len() > start {
                text.push(',');
            }
            text.push_str(&self.common);
        }
    }
}

fn opening(name: &str) -> String {
    if is_legal_name(name, false) {
        return format!("{name}=\"");
    }
    let mut opening = String::new();
    write_quoted(&mut opening, name);
    opening.push_str("=\"");
    opening
}

/// Appends an exemplar to a line that has not ended.
pub fn write_exemplar(text: &mut String, exemplar: &ExposedExemplar, write_number: impl Fn(&mut String, f64)) {
    text.push_str(" # {");
    for ((name, value), at) in exemplar.labels.iter().zip(0..) {
        if at > 0 {
            text.push(',');
        }
        write_label(text, name, value);
    }
    text.push_str("} ");
    write_number(text, exemplar.value);
    text.push(' ');
    write_number(text, exemplar.time as f64 / 1e3);
}

/// The lines of each series of a family.
struct Lines {
    values: ValueLines,
    created: Option<Line>,
    /// Not of the type `unknown`, which has no exemplars.
    is_counter: bool,
}

enum ValueLines {
    Number(Line, Pieces),
    Distribution {
        at_bounds: Vec<Line>,
        /// The `+Inf` bucket of a histogram.
        infinity: Option<Line>,
        /// Sum and count.
        ends: Option<(Line, Line)>,
    },
}

impl Lines {
    fn new(family: &ExposedFamily, style: LineStyle, labels: &LabelWriter) -> Self {
        let of = family.counter_name.as_deref().unwrap_or(&family.name);
        let counts = match family.metric_type {
            MetricType::Counter => family.counter_name.is_some(),
            MetricType::Histogram | MetricType::Summary => true,
            MetricType::Gauge | MetricType::NetGauge => false,
        };
        let created = (style.has_created && counts).then(|| Line::new(of, "_created", None));
        Self { values: ValueLines::new(family, style, labels), created, is_counter: family.counter_name.is_some() }
    }

    /// The line of a series that has only this one, and labels of its own.
    #[inline]
    fn only(&self, series: SeriesLabels, sample: Sample) -> Option<(&Pieces, f64)> {
        let SeriesLabels { own, added, exemplars, .. } = series;
        match (&self.values, sample) {
            (ValueLines::Number(_, pieces), Sample::Number(value)) if self.created.is_none() => {
                (!own.is_empty() && added.is_empty() && exemplars.is_empty()).then_some((pieces, value))
            }
            _ => None,
        }
    }

    #[inline]
    fn write(&self, text: &mut String, labels: &str, sample: Sample, exemplars: &[ExposedExemplar]) {
        let exemplar = |text: &mut String, bucket: usize| {
            if let Ok(at) = exemplars.binary_search_by_key(&bucket, |exemplar| exemplar.bucket) {
                text.truncate(text.trim_end_matches('\n').len());
                write_exemplar(text, &exemplars[at], write_number);
                text.push('\n');
            }
        };
        match (&self.values, sample) {
            (ValueLines::Number(line, _), Sample::Number(value)) => {
                line.write(text, labels, value);
                if self.is_counter {
                    exemplar(text, 0);
                }
            }
            (
                ValueLines::Distribution { at_bounds, infinity, ends },
                Sample::Distribution { at_bounds: values, sum, count, .. },
            ) => {
                for ((line, value), bucket) in at_bounds.iter().zip(values).zip(0..) {
                    line.write(text, labels, *value);
                    exemplar(text, bucket);
                }
                if let Some(line) = infinity {
                    line.write(text, labels, count);
                    exemplar(text, at_bounds.len());
                }
                if let Some((sum_line, count_line)) = ends {
                    sum_line.write(text, labels, sum);
                    count_line.write(text, labels, count);
                }
            }
            // unreachable: a source has only samples of its family's type
            _ => {}
        }
    }

    fn write_created(&self, text: &mut String, labels: &str, created: Option<u64>) {
        if let Some((line, created)) = self.created.as_ref().zip(created) {
            line.write(text, labels, created as f64 / 1e3);
        }
    }
}

impl ValueLines {
    fn new(family: &ExposedFamily, style: LineStyle, labels: &LabelWriter) -> Self {
        let name = family.name.as_str();
        let (suffix, label) = match family.metric_type {
            MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => {
                let line = Line::new(name, "", None);
                let pieces = line.in_pieces(&labels.openings, &labels.common);
                return Self::Number(line, pieces);
            }
            MetricType::Histogram => ("_bucket", "le"),
            MetricType::Summary => ("", "quantile"),
        };
        let at_bound = |bound| Line::new(name, suffix, Some((label, &(style.bound_text)(bound))));
        let has_sum = style.sums_negatives || family.bounds.first().is_none_or(|bound| *bound >= 0.0);
        Self::Distribution {
            at_bounds: family.bounds.iter().copied().map(at_bound).collect(),
            infinity: (family.metric_type == MetricType::Histogram).then(|| at_bound(f64::INFINITY)),
            ends: has_sum.then(|| (Line::new(name, "_sum", None), Line::new(name, "_count", None))),
        }
    }
}
