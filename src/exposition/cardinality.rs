//! Which families and labels have the most series, as JSON for the web page.

use hashbrown::HashMap;
use serde::Serialize;

use super::json::bytes;
use crate::collector::{Collector, NamesView, Series, Symbol};
use crate::sorting;

/// The most families, labels of a family, and values of a label that are listed.
const MAX_FAMILIES: usize = 100;
const MAX_LABELS: usize = 20;
const MAX_VALUES: usize = 5;

/// Values that stand for all values beyond a limit: those of HTTP metrics, and of a family that is full.
const FOLDED_VALUES: [&str; 2] = ["_OTHER", "…"];
/// The label of a series that stands for all series beyond a limit, in OpenTelemetry's terms.
const FOLDED_LABEL: &str = "otel_metric_overflow";

/// The families with the most series, each with its labels, the values of each label, and the most frequent ones.
#[must_use]
pub fn cardinality_json(collector: &Collector) -> Vec<u8> {
    let names = collector.read_names();
    let mut families: HashMap<u32, FamilyCount> = HashMap::new();
    for series in names.series() {
        families.entry(series.family).or_default().add(&names, series);
    }
    let mut rows: Vec<FamilyRow> = (0..)
        .zip(names.families())
        .filter_map(|(number, family)| {
            let count = families.remove(&number)?;
            Some(count.into_row(&names, &family.name, family.kind.name()))
        })
        .collect();
    let series = rows.iter().map(|row| row.series).sum();
    let total = rows.len();
    sorting::sort_by(&mut rows, |one, other| other.series.cmp(&one.series).then_with(|| one.name.cmp(&other.name)));
    rows.truncate(MAX_FAMILIES);
    bytes(&Body { series, total, families: rows })
}

#[derive(Serialize)]
struct Body {
    series: usize,
    /// The number of families.
    total: usize,
    families: Vec<FamilyRow>,
}

#[derive(Serialize)]
struct FamilyRow {
    name: String,
    kind: &'static str,
    series: usize,
    /// Series that stand for others, beyond a limit.
    folded: usize,
    labels: Vec<LabelRow>,
}

#[derive(Serialize)]
struct LabelRow {
    name: String,
    /// The number of distinct values.
    values: usize,
    /// The most frequent values, each with the number of series.
    top: Vec<(String, usize)>,
}

#[derive(Default)]
struct FamilyCount {
    series: usize,
    folded: usize,
    labels: HashMap<Symbol, HashMap<Symbol, usize>>,
}

impl FamilyCount {
    fn add(&mut self, names: &NamesView, series: &Series) {
        self.series += 1;
        let is_folded = |label: &(Symbol, Symbol)| {
            names.text(label.0) == FOLDED_LABEL || FOLDED_VALUES.contains(&names.text(label.1))
        };
        self.folded += usize::from(series.labels.iter().any(is_folded));
        for (name, value) in &series.labels {
            *self.labels.entry(*name).or_default().entry(*value).or_default() += 1;
        }
    }

    fn into_row(self, names: &NamesView, name: &str, kind: &'static str) -> FamilyRow {
        let mut labels: Vec<LabelRow> =
            self.labels.into_iter().map(|(name, values)| label_row(names, name, values)).collect();
        sorting::sort_by(&mut labels, |one, other| {
            other.values.cmp(&one.values).then_with(|| one.name.cmp(&other.name))
        });
        labels.truncate(MAX_LABELS);
        FamilyRow { name: name.to_owned(), kind, series: self.series, folded: self.folded, labels }
    }
}

fn label_row(names: &NamesView, name: Symbol, values: HashMap<Symbol, usize>) -> LabelRow {
    let count = values.len();
    let mut top: Vec<(&str, usize)> = values.into_iter().map(|(value, series)| (names.text(value), series)).collect();
    sorting::sort_by(&mut top, |one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    top.truncate(MAX_VALUES);
    let top = top.into_iter().map(|(value, series)| (value.to_owned(), series)).collect();
    LabelRow { name: names.text(name).to_owned(), values: count, top }
}
