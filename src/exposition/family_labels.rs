//! The labels of one family's series as text: legal names, and the collector's labels added.

use hashbrown::{HashMap, HashSet};

use super::exposed_names::label_names;
use super::prometheus::Block;
use crate::collector::key::write_to_quote;
use crate::collector::{Label, NamesView, Symbol};

/// What is added to the labels of each series, and what all labels are called.
pub struct FamilyLabels<'a> {
    names: &'a NamesView,
    /// By a name's number, ascending: what stands before its values, `,name="`.
    openings: Vec<(Symbol, String)>,
    /// The collector's labels that no series of the family has itself, as text.
    common: String,
    /// The collector's labels that some series have themselves, for each series that gets them all the same.
    missing: HashMap<u32, Vec<Label>>,
}

impl<'a> FamilyLabels<'a> {
    pub fn new(names: &'a NamesView, constant: &[Label], block: &Block) -> Self {
        let used = block.label_names.iter().chain(constant.iter().map(|(name, _)| name));
        let legal = label_names(used.map(|name| (*name, names.text(*name))), block.form);
        let opening = |(symbol, name)| (symbol, format!(",{name}=\""));
        let mut openings: Vec<(Symbol, String)> = legal.into_iter().map(opening).collect();
        openings.sort_unstable();
        let (own, common): (Vec<Label>, Vec<Label>) =
            constant.iter().partition(|(name, _)| block.label_names.contains(name));
        let missing = if own.is_empty() { HashMap::new() } else { missing_labels(names, &own, &block.series) };
        let mut family = Self { names, openings, common: String::new(), missing };
        let mut text = String::new();
        family.write_each(&mut text, &common);
        family.common = text;
        family
    }

    /// The collector's labels that no series has itself, `a="x",b="y"`: all that a series without labels has.
    pub fn common(&self) -> &str {
        &self.common
    }

    /// Appends `a="x",b="y"` to nothing.
    pub fn write(&self, text: &mut String, number: u32) {
        let Some((series, _)) = self.names.get(number) else { return };
        self.write_each(text, &series.labels);
        if !self.common.is_empty() {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&self.common);
        }
        if !self.missing.is_empty() {
            self.write_each(text, self.missing.get(&number).map_or(&[], Vec::as_slice));
        }
    }

    fn write_each(&self, text: &mut String, labels: &[Label]) {
        for (name, value) in labels {
            let Ok(at) = self.openings.binary_search_by_key(name, |(symbol, _)| *symbol) else { continue };
            let opening = self.openings[at].1.as_str();
            // the first label has no comma before it
            text.push_str(if text.is_empty() { opening.trim_start_matches(',') } else { opening });
            write_to_quote(text, self.names.text(*value));
        }
    }
}

/// A series' own label wins over the collector's. One without it gets the collector's, unless that would make it the same
/// as another series.
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
