//! The families with which a collector reports on itself, exposed after its own.

use super::exposed_family::{ExposedFamily, Sample, SeriesLabels, SeriesSource};
use super::exposed_names::ExposedNames;
use crate::collector::{MetricType, SelfReport};

const LABELS: [&str; 2] = ["family", "label"];

/// The families of a report. Without anything to show, a family is absent.
pub fn self_families<'a>(report: &'a SelfReport, names: &mut ExposedNames) -> Vec<ExposedFamily<'a>> {
    let by_family = |rows: &'a [(String, f64)]| rows.iter().map(|(family, value)| row(&[family], *value)).collect();
    let labels = &report.label_values;
    let scrape = |read: fn(&crate::collector::Scrape) -> f64| report.last_scrape.iter().map(read).map(alone).collect();
    let families: [(&str, &str, MetricType, Vec<Row<'a>>); 7] = [
        ("series", "Series of the families with most, and of all others", MetricType::Gauge, by_family(&report.series)),
        (
            "label_values",
            "Values that the folded label of a family had when the family was full",
            MetricType::Gauge,
            labels.iter().map(|(family, label, values)| row(&[family, label], *values)).collect(),
        ),
        (
            "folded_recordings_total",
            "Look-ups of label sets for which their family had no room",
            MetricType::Counter,
            by_family(&report.folded),
        ),
        ("cells_bytes", "Memory of all cells", MetricType::Gauge, vec![alone(report.cell_bytes)]),
        (
            "callback_failures_total",
            "Callbacks before a reading that have failed or took too long",
            MetricType::Counter,
            vec![alone(report.callback_failures)],
        ),
        (
            "scrape_duration_seconds",
            "Time that the previous exposition took",
            MetricType::Gauge,
            scrape(|scrape| scrape.duration.as_secs_f64()),
        ),
        (
            "scrape_size_bytes",
            "Size of the previous exposition, before compression",
            MetricType::Gauge,
            scrape(|scrape| scrape.bytes as f64),
        ),
    ];
    let expose = |(name, help, metric_type, rows): (&str, &'static str, MetricType, Vec<Row<'a>>)| ExposedFamily {
        name: names.assign_plain(&format!("tallystick_{name}")),
        counter_name: None,
        unit: String::new(),
        help: Some(help),
        metric_type,
        label_names: LABELS.map(str::to_owned).to_vec(),
        common: Vec::new(),
        bounds: Vec::new(),
        series: Box::new(Rows(rows)),
    };
    families.into_iter().filter(|(.., rows)| !rows.is_empty()).map(expose).collect()
}

/// A series: the values of its first labels, and its own.
type Row<'a> = (Vec<(usize, &'a str)>, f64);

fn row<'a>(values: &[&'a String], value: f64) -> Row<'a> {
    (values.iter().map(|value| value.as_str()).enumerate().collect(), value)
}

fn alone<'a>(value: f64) -> Row<'a> {
    (Vec::new(), value)
}

struct Rows<'a>(Vec<Row<'a>>);

impl SeriesSource for Rows<'_> {
    fn size_hint(&self) -> usize {
        self.0.len()
    }

    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        for (labels, value) in &self.0 {
            visit(SeriesLabels { own: labels, ..SeriesLabels::NONE }, Sample::Number(*value));
        }
    }
}
