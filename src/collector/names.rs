//! What the numbers in claims mean: texts, families, and series as a family with labels. Values are not here.

use std::hash::BuildHasher;
use std::sync::Arc;

use compact_str::CompactString;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet, HashTable};
use smallvec::SmallVec;

use super::family::{Family, FamilyConflict, FamilyOptions};
use super::kinds::Kind;
use super::segments::Segments;
use crate::cells::{CellIndex, ClaimTemplate};

/// A text's number. 0 is the empty text.
pub type Symbol = u32;

/// A label: its name and its value, which is not empty.
pub type Label = (Symbol, Symbol);

/// A family with labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// The family's number, of no family once the series is freed.
    pub family: u32,
    /// How many readings there were before it was made, or last removed: what an earlier reading has at its number is not of
    /// this life of it.
    pub born: u32,
    /// Sorted by the names' texts.
    pub labels: SmallVec<[Label; 2]>,
}

const NO_FAMILY: u32 = u32::MAX;

/// All names of a collector as they were at one moment: a reader's copy.
#[derive(Clone, Debug, Default)]
pub struct NamesView {
    texts: Segments<CompactString>,
    // a freed one has no name: JavaScript may hold the number, so it is never another family's
    families: Segments<Arc<Family>>,
    series: Segments<Series>,
    // how many readings there were
    epoch: u32,
    // how often a series came or was freed
    changes: u64,
}

impl NamesView {
    /// The families by their numbers. One that was freed is in use by no series and has no name.
    pub fn families(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.families.iter()
    }

    fn family(&self, number: u32) -> Option<&Arc<Family>> {
        self.families.get(number)
    }

    /// The series, by their numbers.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.iter()
    }

    /// A series and its family.
    #[must_use]
    pub fn get(&self, series: u32) -> Option<(&Series, &Arc<Family>)> {
        let series = self.series.get(series)?;
        Some((series, self.family(series.family)?))
    }

    /// How many readings there were before.
    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Another number whenever the series are others.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether what a reading of `epoch` has at this number is of this life of the series that has the number now.
    pub(super) fn is_since(&self, series: u32, epoch: u32) -> bool {
        self.series.get(series).is_some_and(|series| series.born <= epoch)
    }

    /// A symbol's text.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol).map_or("", CompactString::as_str)
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

/// Where a series has cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The shard's number.
    pub shard: u32,
    /// The first cell of a claim there.
    pub cell: CellIndex,
}

/// No claim is in cell 0, which is nobody's in any chunk.
const NOWHERE: Place = Place { shard: 0, cell: 0 };
const SEVERAL: Place = Place { shard: 1, cell: 0 };

/// The claims of a series: mostly one.
pub(super) type Places = SmallVec<[Place; 2]>;

/// All names of a collector, growing.
#[derive(Debug, Default)]
pub(super) struct Names {
    view: NamesView,
    hasher: DefaultHashBuilder,
    symbols: HashTable<Symbol>,
    // how often each symbol is used, by labels of series, label sets and the collector's own labels
    uses: Vec<u32>,
    series: HashTable<SeriesEntry>,
    // by the numbers of series: the only claim of most
    places: Vec<Place>,
    // the claims of those that have several
    many_places: HashMap<u32, Vec<Place>>,
    families: HashMap<(Kind, String), u32>,
    // how many series each family has, by its number
    sizes: Vec<u32>,
    // families that were removed and are held by some thread
    removed: HashSet<u32>,
    // help and unit for families to come, by name
    descriptions: HashMap<String, FamilyOptions>,
    // numbers to be given again
    free_series: Vec<u32>,
    free_symbols: Vec<Symbol>,
}

impl Names {
    pub fn new() -> Self {
        let mut names = Self::default();
        let empty = names.symbol(""); // number 0
        names.hold(empty);
        names
    }

    pub fn view(&self) -> NamesView {
        self.view.clone()
    }

    /// The names for one more reading: what is made after it is told apart from what it has.
    pub fn read(&mut self) -> NamesView {
        let view = self.view.clone();
        self.view.epoch += 1;
        view
    }

    /// A text's number. It stays as long as somebody holds it.
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
        self.uses.resize(self.view.texts.len(), 0);
        let (texts, hasher) = (&self.view.texts, &self.hasher);
        self.symbols.insert_unique(hash, symbol, |known| hasher.hash_one(texts.get(*known).map_or("", |text| text)));
        symbol
    }

    /// A symbol has one use more.
    pub fn hold(&mut self, symbol: Symbol) {
        if let Some(uses) = self.uses.get_mut(symbol as usize) {
            *uses += 1;
        }
    }

    /// A symbol has one use less.
    pub fn release(&mut self, symbol: Symbol) {
        if let Some(uses) = self.uses.get_mut(symbol as usize) {
            *uses = uses.saturating_sub(1);
        }
        self.free_if_unused(symbol);
    }

    /// Frees a symbol that nobody holds.
    fn free_if_unused(&mut self, symbol: Symbol) {
        if self.uses.get(symbol as usize) != Some(&0) {
            return;
        }
        let hash = self.hasher.hash_one(self.view.text(symbol));
        if let Ok(known) = self.symbols.find_entry(hash, |known| *known == symbol) {
            known.remove();
            self.view.texts.put(symbol, CompactString::default());
            self.free_symbols.push(symbol);
        }
    }

    fn find_symbol(&self, text: &str) -> Option<Symbol> {
        let texts = &self.view.texts;
        let is_text = |known: &Symbol| texts.get(*known).is_some_and(|known| known == text);
        self.symbols.find(self.hasher.hash_one(text), is_text).copied()
    }

    pub fn family(&mut self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        if let Some(&known) = self.families.get(&(kind, name.to_owned())) {
            self.removed.remove(&known);
            if let Some(family) = self.view.family(known) {
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
            if kind.behaviour().fixed_unit().is_none() {
                family.adopt(described)?;
            }
        }
        let number = self.view.families.push(Arc::new(family));
        self.sizes.push(0);
        self.families.insert((kind, name.to_owned()), number);
        Ok(number)
    }

    fn put_family(&mut self, number: u32, family: Family) {
        if let Some(slot) = self.view.families.get_mut(number) {
            *slot = Arc::new(family);
        }
    }

    pub fn get_family(&self, number: u32) -> Option<Arc<Family>> {
        self.view.family(number).cloned()
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
            let Some(family) = self.view.family(number) else {
                continue;
            };
            let mut family = Family::clone(family);
            let unit = description.unit.clone().filter(|_| family.behaviour().fixed_unit().is_none());
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
            return known;
        }
        self.note_used(family, !labels.is_empty());
        for (name, value) in &labels {
            self.hold(*name);
            self.hold(*value);
        }
        let series = Series { family, born: self.view.epoch, labels };
        self.view.changes += 1;
        if let Some(size) = self.sizes.get_mut(family as usize) {
            *size += 1;
        }
        let number = match self.free_series.pop() {
            Some(free) => self.view.series.put(free, series),
            None => self.view.series.push(series),
        };
        if self.places.len() <= number as usize {
            self.places.resize(number as usize + 1, NOWHERE);
        }
        let entry = SeriesEntry { hash, number };
        self.series.insert_unique(entry.table_hash(), entry, |known| known.table_hash());
        number
    }

    /// From now on the family has series with labels, or one without.
    fn note_used(&mut self, family: u32, labelled: bool) {
        if let Some(owner) = self.view.family(family).filter(|owner| !owner.is_used(labelled)) {
            let mut used = Family::clone(owner);
            used.set_used(labelled);
            self.put_family(family, used);
        }
    }

    /// What a thread claims for series of a family that it will name.
    pub fn reserve(&mut self, family: u32, labelled: bool) -> Option<ClaimTemplate> {
        self.view.family(family)?;
        self.note_used(family, labelled);
        let family = self.view.family(family)?;
        Some(family.behaviour().claim(family, labelled))
    }

    /// The number of a series, which is entered if it is new, and what its thread claims for it; `None`
    /// for an unknown family. Labels may come in any order; empty values are absent.
    pub fn register(&mut self, family: u32, labels: &[Label]) -> Option<(u32, ClaimTemplate)> {
        self.view.family(family)?;
        let canonical = self.canonical(labels);
        let labelled = !canonical.is_empty();
        let number = self.series(family, canonical);
        for (name, value) in labels {
            self.free_if_unused(*name);
            self.free_if_unused(*value);
        }
        let family = self.view.family(family)?;
        Some((number, family.behaviour().claim(family, labelled)))
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

    /// The claims of a series.
    pub fn places(&self, series: u32) -> &[Place] {
        match self.places.get(series as usize) {
            None | Some(&NOWHERE) => &[],
            Some(&SEVERAL) => self.many_places.get(&series).map_or(&[], Vec::as_slice),
            Some(only) => std::slice::from_ref(only),
        }
    }

    fn set_places(&mut self, series: u32, places: &[Place]) {
        let Some(slot) = self.places.get_mut(series as usize) else { return };
        if *slot == SEVERAL {
            self.many_places.remove(&series);
        }
        *slot = match places {
            [] => NOWHERE,
            [only] => *only,
            several => {
                self.many_places.insert(series, several.to_vec());
                SEVERAL
            }
        };
    }

    /// A series has one claim more.
    pub fn add_place(&mut self, series: u32, place: Place) {
        let mut places = Places::from_slice(self.places(series));
        places.push(place);
        self.set_places(series, &places);
    }

    /// A series has the claims that are to be kept only.
    pub fn keep_places(&mut self, series: u32, keep: impl Fn(&Place) -> bool) {
        let mut places = Places::from_slice(self.places(series));
        places.retain(|place| keep(place));
        self.set_places(series, &places);
    }

    /// What earlier readings have of a series is not of its life from now on.
    pub fn renew(&mut self, series: u32) {
        let epoch = self.view.epoch;
        if let Some(series) = self.view.series.get_mut(series) {
            series.born = epoch;
        }
    }

    /// Frees the number of a series without claims.
    pub fn free(&mut self, number: u32) {
        let Some(gone) = self.view.series.get(number).filter(|series| series.family != NO_FAMILY).cloned() else {
            return;
        };
        self.view.changes += 1;
        let entry = SeriesEntry { hash: self.hash(gone.family, &gone.labels), number };
        if let Ok(known) = self.series.find_entry(entry.table_hash(), |known| known.number == number) {
            known.remove();
        }
        self.view.series.put(number, Series { family: NO_FAMILY, born: self.view.epoch, labels: SmallVec::new() });
        self.free_series.push(number);
        for (name, value) in gone.labels {
            self.release(name);
            self.release(value);
        }
        if let Some(size) = self.sizes.get_mut(gone.family as usize) {
            *size -= 1;
        }
    }

    /// How many series a family has.
    pub fn size(&self, family: u32) -> u32 {
        self.sizes.get(family as usize).copied().unwrap_or(0)
    }

    /// The numbers of all series of a family.
    pub fn series_of(&self, family: u32) -> Vec<u32> {
        let all = (0..).zip(self.view.series.iter()).filter(|(_, series)| series.family == family);
        all.map(|(number, _)| number).take(self.size(family) as usize).collect()
    }

    /// The number of a family, if there is one.
    pub fn find_family(&self, kind: Kind, name: &str) -> Option<u32> {
        self.families.get(&(kind, name.to_owned())).copied()
    }

    /// A family was removed: it is freed when no thread holds it.
    pub fn note_family_removed(&mut self, family: u32) {
        self.removed.insert(family);
    }

    /// The families that wait to be freed.
    pub fn removed_families(&self) -> Vec<u32> {
        self.removed.iter().copied().collect()
    }

    /// Frees a removed family that has no series and that no thread holds.
    pub fn free_family(&mut self, number: u32) {
        if self.sizes.get(number as usize).is_some_and(|size| *size > 0) || !self.removed.remove(&number) {
            return;
        }
        if let Some(slot) = self.view.families.get_mut(number) {
            let family = std::mem::replace(slot, Family::freed());
            self.families.remove(&(family.kind, family.name.clone()));
            self.view.changes += 1;
        }
    }
}
