//! What the numbers in claims mean: texts, families, and series as a family with labels. Values are not here.

use std::hash::BuildHasher;
use std::sync::Arc;

use compact_str::CompactString;
use fixedbitset::FixedBitSet;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use smallvec::SmallVec;

use super::family::{Family, FamilyConflict, FamilyOptions, Kind, Merge};
use super::segments::Segments;
use crate::cells::ClaimRole;
use crate::histogram::Form;

/// A text's number. 0 is the empty text.
pub type Symbol = u32;

/// A label: its name and its value, which is not empty.
pub type Label = (Symbol, Symbol);

/// A family with labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// The family's number, of no family once the series is freed.
    pub family: u32,
    /// The sweep that it came after: what an earlier reading has at its number was another series.
    pub born: u32,
    /// Sorted by the names' texts.
    pub labels: SmallVec<[Label; 2]>,
}

const NO_FAMILY: u32 = u32::MAX;

/// All names of a collector as they were at one moment: a reader's copy.
#[derive(Clone, Debug, Default)]
pub struct NamesView {
    texts: Segments<CompactString>,
    families: Segments<Arc<Family>>,
    series: Segments<Series>,
    // how many sweeps there were
    epoch: u32,
    // how often a series came or series were freed
    changes: u64,
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

    /// How many sweeps there were.
    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Another number whenever the series are others.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether what a reading of `epoch` has at this number is of the series that has the number now.
    pub(super) fn is_since(&self, series: u32, epoch: u32) -> bool {
        self.series.get(series).is_some_and(|series| series.born <= epoch)
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
    /// And what its cells hold while it is unset.
    Gauge(ClaimRole, &'static [f64]),
    Distribution(Form),
}

impl SeriesCells {
    fn of(family: &Family, labelled: bool) -> Self {
        match family.kind {
            Kind::Counter => Self::Counter,
            Kind::Gauge if family.merge() == Merge::Last => {
                Self::Gauge(ClaimRole::TimedGauge, &[f64::NAN, f64::NEG_INFINITY])
            }
            Kind::Gauge => Self::Gauge(ClaimRole::Gauge, &[f64::NAN]),
            Kind::Timing | Kind::Histogram => Self::Distribution(family.form(labelled)),
        }
    }
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
    // labelled series that are hidden until they are used again
    removed: FixedBitSet,
    removed_count: usize,
    // numbers to be given again
    free_series: Vec<u32>,
    free_symbols: Vec<Symbol>,
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
        let symbol = match self.free_symbols.pop() {
            Some(free) => self.view.texts.put(free, CompactString::new(text)),
            None => self.view.texts.push(CompactString::new(text)),
        };
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

    /// The family of a series, and whether the series has labels.
    pub fn family_of(&self, series: u32) -> Option<(Arc<Family>, bool)> {
        self.view.get(series).map(|(series, family)| (family.clone(), !series.labels.is_empty()))
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

    /// The number of a series, which is entered if it is new.
    fn series(&mut self, family: u32, labels: SmallVec<[Label; 2]>) -> u32 {
        let hash = self.hash(family, &labels);
        if let Some(known) = self.find_canonical(family, &labels, hash) {
            self.forget_removed(known);
            return known;
        }
        let labelled = !labels.is_empty();
        if let Some(owner) = self.view.families.get(family).filter(|owner| !owner.is_used(labelled)) {
            let mut used = Family::clone(owner);
            used.set_used(labelled);
            self.put_family(family, used);
        }
        let series = Series { family, born: self.view.epoch, labels };
        self.view.changes += 1;
        let number = match self.free_series.pop() {
            Some(free) => self.view.series.put(free, series),
            None => self.view.series.push(series),
        };
        self.removed.grow(number as usize + 1);
        let entry = SeriesEntry { hash, number };
        self.series.insert_unique(entry.table_hash(), entry, |known| known.table_hash());
        number
    }

    /// The number of a series, which is entered if it is new, whether it has labels, and what its thread claims for it; `None`
    /// for an unknown family. Labels may come in any order; empty values are absent.
    pub fn register(&mut self, family: u32, labels: &[Label]) -> Option<(u32, bool, SeriesCells)> {
        self.view.families.get(family)?;
        let labels = self.canonical(labels);
        let labelled = !labels.is_empty();
        let number = self.series(family, labels);
        Some((number, labelled, SeriesCells::of(self.view.families.get(family)?, labelled)))
    }

    /// What a thread claims for a series.
    pub fn cells(&self, series: u32) -> Option<SeriesCells> {
        let (series, family) = self.view.get(series)?;
        Some(SeriesCells::of(family, !series.labels.is_empty()))
    }

    pub fn is_labelled(&self, series: u32) -> bool {
        self.view.series.get(series).is_some_and(|series| !series.labels.is_empty())
    }

    /// The number of a series if it is known, by texts.
    pub fn find_series(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        let family = *self.families.get(&(kind, name.to_owned()))?;
        let given = labels.iter().filter(|(_, value)| !value.is_empty());
        let symbols = given.map(|(name, value)| Some((self.find_symbol(name)?, self.find_symbol(value)?)));
        let symbols: Vec<Label> = symbols.collect::<Option<_>>()?;
        let labels = self.canonical(&symbols);
        self.find_canonical(family, &labels, self.hash(family, &labels))
    }

    fn find_canonical(&self, family: u32, labels: &[Label], hash: u32) -> Option<u32> {
        let all = &self.view.series;
        let is_same = |known: &SeriesEntry| {
            known.hash == hash
                && all.get(known.number).is_some_and(|it| it.family == family && it.labels.as_slice() == labels)
        };
        let table_hash = SeriesEntry { hash, number: 0 }.table_hash();
        self.series.find(table_hash, is_same).map(|known| known.number)
    }

    /// Series of the same labels but for the first one's value, and there of texts that came one after the other, are
    /// near each other in the table: a new one finds its place in the processor's cache.
    fn hash(&self, family: u32, labels: &[Label]) -> u32 {
        const NEAR: u32 = 64;
        let Some(((name, value), rest)) = labels.split_first() else {
            return self.hasher.hash_one(family) as u32;
        };
        let mixed = self.hasher.hash_one((family, name, value / NEAR, rest)) as u32;
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

    /// Series that may be freed: those with labels that are hidden, and were not asked for again.
    pub fn removed(&self) -> &FixedBitSet {
        &self.removed
    }

    /// How many series there are, hidden ones included.
    pub fn live(&self) -> usize {
        self.view.series.len() - self.free_series.len()
    }

    /// How many of `removed` there are.
    pub fn removed_count(&self) -> usize {
        self.removed_count
    }

    /// Remembers that a series is hidden, if it has labels: those without are as many as the families.
    pub fn note_removed(&mut self, series: u32) {
        let is_new = !self.removed.contains(series as usize) && self.is_labelled(series);
        self.removed_count += usize::from(is_new);
        if is_new {
            self.removed.insert(series as usize);
        }
    }

    /// The same for all series.
    pub fn note_all_removed(&mut self) {
        for (number, series) in self.view.series.iter().enumerate() {
            self.removed.set(number, !series.labels.is_empty());
        }
        self.removed_count = self.removed.count_ones(..);
    }

    /// A hidden series is used again, or freed.
    pub fn forget_removed(&mut self, series: u32) {
        if self.removed.contains(series as usize) {
            self.removed.set(series as usize, false);
            self.removed_count -= 1;
        }
    }

    /// Frees the numbers of those of the series that nobody has asked for meanwhile, and says which.
    pub fn free(&mut self, series: impl Iterator<Item = u32>) -> Vec<u32> {
        self.view.epoch += 1;
        self.view.changes += 1;
        let mut freed = Vec::new();
        for number in series {
            let Some(gone) = self.view.series.get(number).filter(|_| self.removed.contains(number as usize)) else {
                continue;
            };
            let entry = SeriesEntry { hash: self.hash(gone.family, &gone.labels), number };
            if let Ok(known) = self.series.find_entry(entry.table_hash(), |known| known.number == number) {
                known.remove();
            }
            self.view.series.put(number, Series { family: NO_FAMILY, born: self.view.epoch, labels: SmallVec::new() });
            self.forget_removed(number);
            freed.push(number);
        }
        self.free_series.extend(&freed);
        freed
    }

    /// Frees the numbers of texts that no series has and that are not `used` elsewhere.
    pub fn free_symbols(&mut self, mut used: FixedBitSet) {
        used.grow(self.view.texts.len());
        used.insert(0);
        for (name, value) in self.view.series.iter().flat_map(|series| &series.labels) {
            used.insert(*name as usize);
            used.insert(*value as usize);
        }
        for &free in &self.free_symbols {
            used.insert(free as usize);
        }
        for number in used.zeroes() {
            let symbol = number as Symbol;
            let hash = self.hasher.hash_one(self.view.text(symbol));
            if let Ok(known) = self.symbols.find_entry(hash, |known| *known == symbol) {
                known.remove();
            }
            self.view.texts.put(symbol, CompactString::default());
            self.free_symbols.push(symbol);
        }
    }
}
