//! Series and their numbers. Numbers of freed series are reused.

use std::cmp::Reverse;
use std::hash::BuildHasher;

use smallvec::SmallVec;

use super::super::kinds::Kind;
use super::places::NOWHERE;
use super::view::NO_FAMILY;
use super::{Label, Names, Series};
use crate::cells::ClaimTemplate;
use crate::cells::sync::Arc;
use crate::collector::family::Family;

/// An entry in the table of known series. It contains the hash, so that growing the table reads no series.
#[derive(Clone, Copy, Debug)]
pub struct SeriesEntry {
    hash: u32,
    number: u32,
}

impl SeriesEntry {
    /// The table takes its position from the lower half and its tags from the upper one.
    fn table_hash(self) -> u64 {
        u64::from(self.hash) << u32::BITS | u64::from(self.hash)
    }
}

impl Names {
    /// The number of a series. Creates the series if it is new.
    fn series(&mut self, family: u32, labels: SmallVec<[Label; 2]>, is_granted: bool) -> u32 {
        let hash = self.hash(family, &labels);
        let known = self.find_canonical(family, &labels, hash);
        self.account(family, &labels, known.is_none(), is_granted);
        if let Some(known) = known {
            return known;
        }
        self.mark_used(family, !labels.is_empty());
        for (name, value) in &labels {
            self.hold(*name);
            self.hold(*value);
        }
        let series = Series { family, born: self.view.epoch, created: self.read_at, labels };
        self.view.changes += 1;
        if let Some(size) = self.sizes.get_mut(family as usize) {
            *size += 1;
        }
        if let Some(width) = self.widths.get_mut(family as usize) {
            *width = (*width).max(series.labels.len() as u32);
        }
        let number = match self.free_series.pop() {
            Some(Reverse(free)) => self.view.series.put(free, series),
            None => self.view.series.push(series),
        };
        if self.places.len() <= number as usize {
            self.places.resize(number as usize + 1, NOWHERE);
        }
        let entry = SeriesEntry { hash, number };
        self.series.insert_unique(entry.table_hash(), entry, |known| known.table_hash());
        number
    }

    /// Records that the family has labelled or unlabelled series.
    fn mark_used(&mut self, family: u32, labelled: bool) {
        if let Some(owner) = self.view.family(family).filter(|owner| !owner.is_used(labelled)) {
            let mut used = Family::clone(owner);
            used.set_used(labelled);
            self.put_family(family, used);
        }
    }

    /// The template for claims of new series of a family. From now on, options that determine its cells are final.
    pub fn claim_template_for_new(&mut self, family: u32, labelled: bool) -> Option<ClaimTemplate> {
        self.view.family(family)?;
        self.mark_used(family, labelled);
        let family = self.view.family(family)?;
        Some(family.behaviour().claim_template(family, labelled))
    }

    /// The number of a series. Creates the series if it is new. `None` for an unknown or unregistered family. Labels may be in any
    /// order; empty values count as absent. `is_granted`: room was taken for it.
    pub fn register(&mut self, family: u32, labels: &[Label], is_granted: bool) -> Option<u32> {
        let is_registered = !self.view.family(family)?.is_freed();
        let canonical = self.canonical(labels);
        let number = is_registered.then(|| self.series(family, canonical, is_granted));
        if !is_registered && is_granted {
            self.view.family(family)?.room().give(1);
        }
        for (name, value) in labels {
            self.free_if_unused(*name);
            self.free_if_unused(*value);
        }
        number
    }

    /// The template for what a thread claims for a series.
    pub fn claim_template(&self, series: u32) -> Option<ClaimTemplate> {
        let entry = self.view.series.get(series)?;
        let family = self.view.family(entry.family)?;
        Some(family.behaviour().claim_template(family, !entry.labels.is_empty()))
    }

    /// Whether a series exists, with the labels in any order.
    pub fn has(&self, family: u32, labels: &[Label]) -> bool {
        let canonical = self.canonical(labels);
        self.find_canonical(family, &canonical, self.hash(family, &canonical)).is_some()
    }

    /// The number of an existing series.
    pub fn find_series(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        let family = self.find_family(kind, name)?;
        let labels = self.canonical(&self.find_labels(labels)?);
        self.find_canonical(family, &labels, self.hash(family, &labels))
    }

    /// The series of a family whose labels include all of these.
    pub fn matching_series(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Vec<u32> {
        let Some((family, labels)) = self.find_family(kind, name).zip(self.find_labels(labels)) else {
            return Vec::new();
        };
        let labels = self.canonical(&labels);
        // no series has these labels and others
        if self.widths.get(family as usize).is_none_or(|width| *width as usize <= labels.len()) {
            return self.find_canonical(family, &labels, self.hash(family, &labels)).into_iter().collect();
        }
        let has_all = |number: &u32| {
            let known = self.view.series.get(*number).map_or(&[][..], |series| series.labels.as_slice());
            labels.iter().all(|label| known.contains(label))
        };
        self.series_of(family).into_iter().filter(has_all).collect()
    }

    /// The symbols of labels. `None` if one of them is in no series.
    fn find_labels(&self, labels: &[(String, String)]) -> Option<Vec<Label>> {
        let given = labels.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| Some((self.find_symbol(name)?, self.find_symbol(value)?))).collect()
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

    /// Hashes a series. Series that differ only in the value of their first label are near each other in the table if the symbols of
    /// those values are, so that a series of consecutive insertions stays in the processor's cache.
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
        // of a duplicate name, the last value wins, which the stable sort has put first
        labels.dedup_by_key(|(name, _)| *name);
        labels.retain(|(_, value)| *value != 0);
        labels
    }

    /// Makes a series start at 0: later deltas ignore its values in earlier readings.
    pub fn restart(&mut self, number: u32) {
        let (epoch, read_at) = (self.view.epoch, self.read_at);
        if let Some(series) = self.view.series.get_mut(number) {
            series.born = epoch;
            series.created = read_at;
        }
        self.drop_exemplars(number);
        self.set_hidden(number, false);
    }

    /// Whether readings leave a series out, though it has values.
    pub fn set_hidden(&mut self, number: u32, is_hidden: bool) {
        if is_hidden {
            Arc::make_mut(&mut self.view.hidden).insert(number);
        } else if self.view.hidden.contains(&number) {
            Arc::make_mut(&mut self.view.hidden).remove(&number);
        }
    }

    /// Frees a series without claims.
    pub fn free(&mut self, number: u32) {
        let Some(gone) = self.view.series.get(number).filter(|series| series.family != NO_FAMILY).cloned() else {
            return;
        };
        self.view.changes += 1;
        let entry = SeriesEntry { hash: self.hash(gone.family, &gone.labels), number };
        if let Ok(known) = self.series.find_entry(entry.table_hash(), |known| known.number == number) {
            known.remove();
        }
        self.give_room_back(gone.family, &gone.labels);
        self.view
            .series
            .put(number, Series { family: NO_FAMILY, born: self.view.epoch, created: 0, labels: SmallVec::new() });
        self.free_series.push(Reverse(number));
        self.drop_exemplars(number);
        self.set_hidden(number, false);
        for (name, value) in gone.labels {
            self.release(name);
            self.release(value);
        }
        if let Some(size) = self.sizes.get_mut(gone.family as usize) {
            *size -= 1;
        }
    }

    /// The number of series of a family.
    pub fn size(&self, family: u32) -> u32 {
        self.sizes.get(family as usize).copied().unwrap_or(0)
    }

    /// All families and the number of their series.
    pub fn families_and_sizes(&self) -> impl Iterator<Item = (&Arc<Family>, u32)> {
        self.view.families().zip(self.sizes.iter().copied())
    }

    /// The numbers of all series of a family.
    pub fn series_of(&self, family: u32) -> Vec<u32> {
        let all = (0..).zip(self.view.series.iter()).filter(|(_, series)| series.family == family);
        all.map(|(number, _)| number).take(self.size(family) as usize).collect()
    }
}
