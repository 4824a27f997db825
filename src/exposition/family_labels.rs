//! The labels of one family's series, under legal names and with the collector's labels.

use hashbrown::{HashMap, HashSet};

use super::exposed_family::ExposedLabel;
use super::exposed_names::label_names;
use super::legal_names::Escaping;
use crate::collector::{FamilyReading, Label, MetricType, NamesView, Symbol};

/// Looks up the labels of a family's series.
pub struct FamilyLabels<'a> {
    names: &'a NamesView,
    /// The label names in the order of [`LegalNames::label_names`]: mostly that of the labels of each series.
    symbols: Vec<Symbol>,
    /// The collector's labels that only some series of the family override, by the series that do not.
    missing: HashMap<u32, Vec<Label>>,
}

/// What all series of a family share.
pub struct LegalNames<'a> {
    /// Legal and distinct.
    pub label_names: Vec<String>,
    /// The collector's labels that no series overrides.
    pub common: Vec<ExposedLabel<'a>>,
}

impl<'a> FamilyLabels<'a> {
    /// `series` are the exposed series of `family`.
    pub fn new(
        names: &'a NamesView,
        constant: &[Label],
        family: &FamilyReading,
        (metric_type, escaping): (MetricType, Escaping),
        series: &[u32],
    ) -> (Self, LegalNames<'a>) {
        let used = family.label_names.iter().chain(constant.iter().map(|(name, _)| name));
        let legal = label_names(used.map(|name| (*name, names.text(*name))), metric_type, escaping);
        let (symbols, label_names): (Vec<Symbol>, Vec<String>) = legal.into_iter().unzip();
        let (own, common): (Vec<Label>, Vec<Label>) =
            constant.iter().partition(|(name, _)| family.label_names.contains(name));
        let missing = if own.is_empty() { HashMap::new() } else { missing_labels(names, &own, series) };
        let labels = Self { names, symbols, missing };
        let mut common_labels = Vec::new();
        labels.push(&mut common_labels, &common);
        (labels, LegalNames { label_names, common: common_labels })
    }

    /// Replaces `labels` with the series' own, and returns when it began.
    #[inline]
    pub fn own(&self, labels: &mut Vec<ExposedLabel<'a>>, number: u32) -> Option<u64> {
        labels.clear();
        let series = self.names.get_series(number)?;
        self.push(labels, &series.labels);
        Some(series.created)
    }

    /// Replaces `labels` with those of the collector that this series inherits and others of its family override.
    #[inline]
    pub fn added(&self, labels: &mut Vec<ExposedLabel<'a>>, number: u32) {
        labels.clear();
        if !self.missing.is_empty() {
            self.push(labels, self.missing.get(&number).map_or(&[], Vec::as_slice));
        }
    }

    #[inline]
    fn push(&self, to: &mut Vec<ExposedLabel<'a>>, labels: &[Label]) {
        for ((name, value), place) in labels.iter().zip(0..) {
            let is_there = self.symbols.get(place) == Some(name);
            let at = if is_there { Some(place) } else { self.symbols.iter().position(|symbol| symbol == name) };
            if let Some(at) = at {
                to.push((at, self.names.text(*value)));
            }
        }
    }
}

/// A series' own label overrides the collector's. A series without that label inherits the collector's, unless the result would equal
/// another series.
fn missing_labels(names: &NamesView, constant: &[Label], series: &[u32]) -> HashMap<u32, Vec<Label>> {
    let own = |number: u32| -> Vec<Label> {
        let mut labels = names.get(number).map_or_else(Vec::new, |(series, _)| series.labels.to_vec());
        labels.sort_unstable();
        labels
    };
    let mut taken: HashSet<Vec<Label>> = series.iter().map(|number| own(*number)).collect();
    let mut missing = HashMap::new();
    for &number in series {
        let mut labels = own(number);
        let is_missing = |label: &&Label| !labels.iter().any(|(name, _)| *name == label.0);
        let added: Vec<Label> = constant.iter().filter(is_missing).copied().collect();
        labels.extend(&added);
        labels.sort_unstable();
        if !added.is_empty() && taken.insert(labels) {
            missing.insert(number, added);
        }
    }
    missing
}
