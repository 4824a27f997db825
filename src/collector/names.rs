//! What the numbers in claims mean: texts, families, and series as a family with labels. Values are not here.

use std::hash::BuildHasher;
use std::sync::Arc;

use compact_str::CompactString;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use smallvec::SmallVec;

use super::family::{Family, FamilyConflict, FamilyOptions, Kind, Merge};
use super::segments::Segments;
use crate::histogram::Form;

/// A text's number. 0 is the empty text.
pub type Symbol = u32;

/// A label: its name and its value, which is not empty.
pub type Label = (Symbol, Symbol);

/// A family with labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// The family's number.
    pub family: u32,
    /// Sorted by the names' texts.
    pub labels: SmallVec<[Label; 2]>,
}

/// All names of a collector as they were at one moment: a reader's copy.
#[derive(Clone, Debug, Default)]
pub struct NamesView {
    texts: Segments<CompactString>,
    families: Segments<Arc<Family>>,
    series: Segments<Series>,
}

impl NamesView {
    /// The families, by their numbers.
    pub fn families(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.families.iter()
    }

    /// The series, by their numbers.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.iter()
    }

    /// A series and its family.
    #[must_use]
    pub fn get(&self, series: u32) -> Option<(&Series, &Arc<Family>)> {
        let series = self.series.get(series)?;
        Some((series, self.families.get(series.family)?))
    }

    /// A symbol's text.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol).map_or("", CompactString::as_str)
    }
}

/// What a thread claims for a series.
#[derive(Clone, Debug)]
pub(super) enum SeriesCells {
    Counter,
    Gauge,
    /// A gauge, and when it was set.
    TimedGauge,
    Distribution(Form),
}

/// A series in the table of those that are known: with its hash, so that a table that grows reads no series.
#[derive(Clone, Copy, Debug)]
struct SeriesEntry {
    hash: u32,
    number: u32,
}

impl SeriesEntry {
    /// The table takes its position from the lower half and its tags from the upper one.
    fn table_hash(self) -> u64 {
        u64::from(self.hash) << u32::BITS | u64::from(self.hash)
    }
}

/// All names of a collector, growing.
#[derive(Debug, Default)]
pub(super) struct Names {
    view: NamesView,
    hasher: DefaultHashBuilder,
    symbols: HashTable<Symbol>,
    series: HashTable<SeriesEntry>,
    families: HashMap<(Kind, String), u32>,
    // help and unit for families to come, by name
    descriptions: HashMap<String, FamilyOptions>,
}

impl Names {
    pub fn new() -> Self {
        let mut names = Self::default();
        names.symbol(""); // number 0
        names
    }

    pub fn view(&self) -> NamesView {
        self.view.clone()
    }

    pub fn symbol(&mut self, text: &str) -> Symbol {
        let hash = self.hasher.hash_one(text);
        let texts = &self.view.texts;
        if let Some(known) = self.symbols.find(hash, |known| texts.get(*known).is_some_and(|known| known == text)) {
            return *known;
        }
        let symbol = self.view.texts.push(CompactString::new(text));
        let (texts, hasher) = (&self.view.texts, &self.hasher);
        self.symbols.insert_unique(hash, symbol, |known| hasher.hash_one(texts.get(*known).map_or("", |text| text)));
        symbol
    }

    fn find_symbol(&self, text: &str) -> Option<Symbol> {
        let texts = &self.view.texts;
        let is_text = |known: &Symbol| texts.get(*known).is_some_and(|known| known == text);
        self.symbols.find(self.hasher.hash_one(text), is_text).copied()
    }

    pub fn family(&mut self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        if let Some(&known) = self.families.get(&(kind, name.to_owned())) {
            if let Some(family) = self.view.families.get(known) {
                let mut changed = Family::clone(family);
                changed.adopt(options)?;
                self.put_family(known, changed);
            }
            return Ok(known);
        }
        let mut family = Family::new(kind, name, options);
        if let Some(description) = self.descriptions.get(name) {
            family.options.help = family.options.help.or_else(|| description.help.clone());
            let described = FamilyOptions { unit: description.unit.clone(), ..FamilyOptions::default() };
            if kind != Kind::Timing {
                family.adopt(described)?;
            }
        }
        let number = self.view.families.push(Arc::new(family));
        self.families.insert((kind, name.to_owned()), number);
        Ok(number)
    }

    fn put_family(&mut self, number: u32, family: Family) {
        if let Some(slot) = self.view.families.get_mut(number) {
            *slot = Arc::new(family);
        }
    }

    pub fn get_family(&self, number: u32) -> Option<Arc<Family>> {
        self.view.families.get(number).cloned()
    }

    /// Sets help and unit of all families of a name, those that exist (or none of them) and those to come.
    pub fn describe(&mut self, name: &str, description: &FamilyOptions) -> Result<(), FamilyConflict> {
        let known = Kind::ALL.iter().filter_map(|kind| self.families.get(&(*kind, name.to_owned())).copied());
        let mut changed = Vec::new();
        for number in known {
            let Some(family) = self.view.families.get(number) else {
                continue;
            };
            let mut family = Family::clone(family);
            let unit = description.unit.clone().filter(|_| family.kind != Kind::Timing);
            family.adopt(FamilyOptions { unit, ..description.clone() })?;
            changed.push((number, family));
        }
        for (number, family) in changed {
            self.put_family(number, family);
        }
        let kept = self.descriptions.entry(name.to_owned()).or_default();
        kept.help = description.help.clone().or_else(|| kept.help.take());
        kept.unit = description.unit.clone().or_else(|| kept.unit.take());
        Ok(())
    }

    /// The number of a series, which is entered if it is new. Labels may come in any order; empty values are absent.
    pub fn series(&mut self, family: u32, labels: &[Label]) -> u32 {
        let series = Series { family, labels: self.canonical(labels) };
        let hash = self.hash(&series);
        if let Some(known) = self.find_canonical(&series, hash) {
            return known;
        }
        let labelled = !series.labels.is_empty();
        if let Some(owner) = self.view.families.get(family).filter(|owner| !owner.is_used(labelled)) {
            let mut used = Family::clone(owner);
            used.set_used(labelled);
            self.put_family(family, used);
        }
        let number = self.view.series.push(series);
        let entry = SeriesEntry { hash, number };
        self.series.insert_unique(entry.table_hash(), entry, |known| known.table_hash());
        number
    }

    /// The number of a series, which is entered if it is new, and what its thread claims for it; `None` for an unknown family.
    pub fn register(&mut self, family: u32, labels: &[Label]) -> Option<(u32, SeriesCells)> {
        self.view.families.get(family)?;
        let number = self.series(family, labels);
        let (series, family) = self.view.get(number)?;
        let cells = match family.kind {
            Kind::Counter => SeriesCells::Counter,
            Kind::Gauge if family.merge() == Merge::Last => SeriesCells::TimedGauge,
            Kind::Gauge => SeriesCells::Gauge,
            Kind::Timing | Kind::Histogram => SeriesCells::Distribution(family.form(!series.labels.is_empty())),
        };
        Some((number, cells))
    }

    /// The number of a series if it is known, by texts.
    pub fn find_series(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        let family = *self.families.get(&(kind, name.to_owned()))?;
        let given = labels.iter().filter(|(_, value)| !value.is_empty());
        let symbols = given.map(|(name, value)| Some((self.find_symbol(name)?, self.find_symbol(value)?)));
        let symbols: Vec<Label> = symbols.collect::<Option<_>>()?;
        let series = Series { family, labels: self.canonical(&symbols) };
        self.find_canonical(&series, self.hash(&series))
    }

    fn find_canonical(&self, series: &Series, hash: u32) -> Option<u32> {
        let all = &self.view.series;
        let is_same = |known: &SeriesEntry| {
            known.hash == hash
                && all.get(known.number).is_some_and(|it| it.family == series.family && it.labels == series.labels)
        };
        let table_hash = SeriesEntry { hash, number: 0 }.table_hash();
        self.series.find(table_hash, is_same).map(|known| known.number)
    }

    /// Series of the same labels but for the first one's value, and there of texts that came one after the other, are
    /// near each other in the table: a new one finds its place in the processor's cache.
    fn hash(&self, series: &Series) -> u32 {
        const NEAR: u32 = 8;
        let Some(((name, value), rest)) = series.labels.split_first() else {
            return self.hasher.hash_one(series.family) as u32;
        };
        let mixed = self.hasher.hash_one((series.family, name, value / NEAR, rest)) as u32;
        mixed - mixed % NEAR + value % NEAR
    }

    fn canonical(&self, labels: &[Label]) -> SmallVec<[Label; 2]> {
        let is_before =
            |(one, value): &Label, (other, _): &Label| *value != 0 && self.view.text(*one) < self.view.text(*other);
        if labels.is_sorted_by(is_before) && labels.last().is_none_or(|(_, value)| *value != 0) {
            return SmallVec::from_slice(labels);
        }
        let mut labels: SmallVec<[Label; 2]> = labels.iter().rev().copied().collect();
        labels.sort_by(|(one, _), (other, _)| self.view.text(*one).cmp(self.view.text(*other)));
        // of a name that was given twice the later value counts, which the stable sort left before
        labels.dedup_by_key(|(name, _)| *name);
        labels.retain(|(_, value)| *value != 0);
        labels
    }
}
