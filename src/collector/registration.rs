//! Registration of shards, families, label sets and series.

use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::Collector;
use super::family::{Family, FamilyConflict, FamilyOptions};
use super::kinds::Kind;
use super::kinds::distribution::shape;
use super::names::{Label, Names, Place, Symbol};
use crate::cells::sync::Arc;
use crate::cells::{CellIndex, ClaimRole, ClaimTemplate, LabelSet, Room, Shard};
use crate::histogram::BucketLayout;

impl Collector {
    /// Opens a shard for a new thread. Readings include it until [`Collector::flush`].
    pub fn open_shard(&self) -> Arc<Shard> {
        static NEXT_THREAD: AtomicU64 = AtomicU64::new(1 << 32);
        self.open_shard_of(NEXT_THREAD.fetch_add(1, Ordering::Relaxed))
    }

    /// Opens a shard for the given thread.
    pub fn open_shard_of(&self, thread: u64) -> Arc<Shard> {
        let mut shards = self.shards.lock();
        // under the lock, so that ids ascend: `shard` searches by id
        let shard = Arc::new(Shard::new(self.next_shard.fetch_add(1, Ordering::Relaxed), thread));
        shards.push(shard.clone());
        shard
    }

    pub(super) fn shard(&self, id: u32) -> Option<Arc<Shard>> {
        let shards = self.shards.lock();
        let at = shards.binary_search_by_key(&id, |shard| shard.id()).ok()?;
        shards.get(at).cloned()
    }

    /// The number of a family. Creates the family if it is new.
    ///
    /// # Errors
    /// If the options contradict those of the existing family.
    pub fn family(&self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        self.names.lock().family(kind, name, options)
    }

    /// Like [`Collector::family`], for a thread that keeps the number: the family is not freed before the thread releases it.
    ///
    /// # Errors
    /// See [`Collector::family`].
    pub fn hold_family(
        &self,
        shard: &Shard,
        kind: Kind,
        name: &str,
        options: FamilyOptions,
    ) -> Result<u32, FamilyConflict> {
        let is_summary = options.is_summary;
        let mut names = self.names.lock();
        let family = names.family(kind, name, options)?;
        let mut families = shard.families().lock();
        families.held.insert(family);
        // supersedes a removal by another thread that this one has not processed yet
        families.removed.remove(&family);
        drop(families);
        let window = if is_summary {
            names.get_family(family).and_then(|known| Some((known.declared(), known.summary_window()?)))
        } else {
            None
        };
        drop(names);
        if let Some((declared, window)) = window {
            self.add_summary(family, declared, window);
        }
        Ok(family)
    }

    /// The number of a label set: a family and label names in the order in which the shard's log has the values. Equal arguments
    /// always return the same number.
    pub fn label_set<'a>(&self, shard: &Shard, family: u32, label_names: impl Iterator<Item = &'a str>) -> u32 {
        let mut names = self.names.lock();
        let symbols: SmallVec<[Symbol; 4]> = label_names.map(|name| names.symbol(name)).collect();
        let mut families = shard.families().lock();
        if let Some(known) = families.find_label_set(family, &symbols) {
            return known;
        }
        symbols.iter().for_each(|symbol| names.hold(*symbol));
        let room = names.get_family(family).filter(|_| !symbols.is_empty()).map(|family| family.room().clone());
        families.add_label_set(LabelSet {
            family,
            shared: Arc::default(),
            names: symbols,
            room,
            template: None,
            reserved: Arc::default(),
        })
    }

    /// The number of a label set for the series whose first labels have these values. Their records in the log have only the values
    /// of the other labels.
    pub fn label_subset<'a>(&self, shard: &Shard, set: u32, values: impl Iterator<Item = &'a str>) -> Option<u32> {
        let mut names = self.names.lock();
        let mut families = shard.families().lock();
        let LabelSet { family, names: label_names, room, .. } = families.label_set(set)?.clone();
        let common: Arc<[Label]> = label_names.iter().copied().zip(values.map(|value| names.symbol(value))).collect();
        let others = label_names.get(common.len()..).unwrap_or_default();
        let subset =
            LabelSet { family, names: others.into(), shared: common, room, template: None, reserved: Arc::default() };
        subset.symbols().for_each(|symbol| names.hold(symbol));
        Some(families.add_label_set(subset))
    }

    /// Frees the numbers of label sets, which JavaScript no longer holds.
    pub fn drop_label_sets(&self, shard: &Shard, numbers: &[u32]) {
        // the log may still contain their series
        self.read_log(shard);
        let dropped = {
            let mut names = self.names.lock();
            let dropped = shard.families().lock().drop_label_sets(numbers);
            dropped.iter().flat_map(|(_, set)| set.symbols()).for_each(|symbol| names.release(symbol));
            dropped
        };
        if dropped.iter().any(|(_, set)| !set.reserved.is_empty()) {
            let _values = self.values_to_change();
            for (number, set) in dropped {
                shard.release_reserved(number, set);
            }
        }
    }

    /// The family of this number.
    #[must_use]
    pub fn get_family(&self, number: u32) -> Option<Arc<Family>> {
        self.names.lock().get_family(number)
    }

    /// Sets help and unit for all families with this name, existing and future.
    ///
    /// # Errors
    /// If a family with this name has another unit.
    pub fn describe(&self, name: &str, description: &FamilyOptions) -> Result<(), FamilyConflict> {
        self.names.lock().describe(name, description)
    }

    /// Claims cells of a shard for a series. Creates the series if it is new; every later reading includes it. Returns the cell of
    /// increments, the gauge's cell, or the distribution's head; `NONE` for an unknown family.
    pub fn register(&self, shard: &Shard, family: u32, labels: &[(&str, &str)]) -> CellIndex {
        let mut names = self.names.lock();
        let labels: Vec<Label> = labels.iter().map(|(name, value)| (names.symbol(name), names.symbol(value))).collect();
        Self::register_in(&mut names, shard, family, &labels)
    }

    /// Like [`Collector::register`], with the number of a label set and the label values in its order.
    pub fn register_in_set<'a>(&self, shard: &Shard, set: u32, values: impl Iterator<Item = &'a str>) -> CellIndex {
        let mut names = self.names.lock();
        let families = shard.families().lock();
        let Some((family, labels)) = labels_in_set(&mut names, families.label_set(set), values) else {
            return CellIndex::NONE;
        };
        Self::register_in(&mut names, shard, family, &labels)
    }

    fn register_in(names: &mut Names, shard: &Shard, family: u32, labels: &[Label]) -> CellIndex {
        if let Some(series) = names.register(family, labels, false)
            && let Some(template) = names.claim_template(series)
        {
            let cell = shard.claim(series, &template);
            names.add_place(series, Place { shard: shard.id(), cell });
            return cell;
        }
        // of an unregistered family: the thread has cells of its own until it notices
        names
            .claim_template_for_new(family, !labels.is_empty())
            .map_or(CellIndex::NONE, |template| shard.claim_disowned(template))
    }

    /// Claims cells for future series of a label set. The shard's log assigns series to them. Returns fewer cells, or none, if the
    /// family has no room for more series.
    pub fn reserve(&self, shard: &Shard, set: u32, count: u32) -> Vec<CellIndex> {
        let Some((template, room)) = self.claim_template(shard, set) else { return Vec::new() };
        let granted = room.map_or(count, |room| self.take(&room, count));
        let cells = shard.reserve(set, &template, granted);
        if let Some(set) = shard.families().lock().label_set_mut(set) {
            set.reserved = Arc::from(cells.as_slice());
        }
        cells
    }

    /// The claim of a series in a label set. After the first call for a set, this takes no lock that a reader of logs holds.
    fn claim_template(&self, shard: &Shard, set: u32) -> Option<(ClaimTemplate, Option<Arc<Room>>)> {
        let (family, labelled, room) = {
            let families = shard.families().lock();
            let set = families.label_set(set)?;
            if let Some(template) = &set.template {
                return Some((template.clone(), set.room.clone()));
            }
            (set.family, !set.names.is_empty(), set.room.clone())
        };
        let template = self.names.lock().claim_template_for_new(family, labelled)?;
        let mut families = shard.families().lock();
        families.label_set_mut(set)?.template = Some(template.clone());
        Some((template, room))
    }

    /// Takes room for at most `count` series.
    fn take(&self, room: &Room, count: u32) -> u32 {
        let granted = room.take(count);
        if granted > 0 {
            return granted;
        }
        // series in the logs may exist already, and give their room back
        self.read_logs();
        room.take(count)
    }

    /// Whether the series of a label set with these values exists, in any thread.
    pub fn is_known<'a>(&self, shard: &Shard, set: u32, values: impl Iterator<Item = &'a str>) -> bool {
        self.read_logs();
        let names = self.names.lock();
        let families = shard.families().lock();
        let Some(LabelSet { family, shared, names: label_names, .. }) = families.label_set(set) else { return false };
        let others = label_names.iter().zip(values).map(|(name, value)| Some((*name, names.find_symbol(value)?)));
        let labels: Option<SmallVec<[Label; 4]>> = shared.iter().copied().map(Some).chain(others).collect();
        labels.is_some_and(|labels| names.has(*family, &labels))
    }

    /// The series that has claimed a cell.
    #[must_use]
    pub fn series_at(&self, shard: &Shard, cell: CellIndex) -> Option<u32> {
        self.read_log(shard);
        shard.owner(cell)
    }

    /// Claims a sibling cell, for decrements or zeros, for the series that has claimed `cell`. 0 if no series has.
    pub fn claim_sibling(&self, shard: &Shard, cell: CellIndex, role: ClaimRole) -> CellIndex {
        self.read_log(shard);
        let mut names = self.names.lock();
        let Some(claimed) = shard.claim_sibling(cell, role) else { return CellIndex::NONE };
        names.add_place(claimed.claim.series, Place { shard: shard.id(), cell: claimed.cell });
        claimed.cell
    }

    /// Allocates the page of a directory entry. 0 if there is no such distribution or entry.
    pub fn claim_page(&self, shard: &Shard, head: CellIndex, entry: u32) -> CellIndex {
        let Some(BucketLayout::LogLinear(layout)) =
            self.series_at(shard, head).and_then(|series| self.bucket_layout(series))
        else {
            return CellIndex::NONE;
        };
        if entry >= layout.entries() {
            return CellIndex::NONE;
        }
        shard.claim_page(head, entry, shape(layout, true)).unwrap_or(CellIndex::NONE)
    }

    /// Like [`Collector::claim_page`], for a distribution whose label set is known.
    pub fn claim_page_in_set(&self, shard: &Shard, set: u32, head: CellIndex, entry: u32) -> CellIndex {
        let shape = self.claim_template(shard, set).and_then(|(template, _)| template.shape);
        let shape = shape.filter(|shape| entry < shape.entries);
        shape.and_then(|shape| shard.claim_page(head, entry, shape)).unwrap_or(CellIndex::NONE)
    }

    fn bucket_layout(&self, series: u32) -> Option<BucketLayout> {
        let (family, labelled) = self.names.lock().family_of(series)?;
        Some(family.bucket_layout(labelled))
    }
}

/// The family of a label set, and its labels with these values.
pub(super) fn labels_in_set<'a>(
    names: &mut Names,
    set: Option<&LabelSet>,
    values: impl Iterator<Item = &'a str>,
) -> Option<(u32, SmallVec<[Label; 4]>)> {
    let LabelSet { family, shared, names: label_names, .. } = set?;
    let others = label_names.iter().copied().zip(values.map(|value| names.symbol(value)));
    Some((*family, shared.iter().copied().chain(others).collect()))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::super::NewCollector;
    use super::*;

    /// Only a thread that waits for ever needs so long.
    const LIMIT: Duration = Duration::from_mins(2);

    #[test]
    fn a_series_is_registered_while_a_reading_holds_the_value_lock() {
        let collector = Arc::new(Collector::new(NewCollector::default()));
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).expect("no options");
        let values = collector.values_to_change();
        let (sender, receiver) = mpsc::channel();
        let registering = collector.clone();
        thread::spawn(move || {
            let cell = registering.register(&shard, family, &[("id", "a")]);
            let set = registering.label_set(&shard, family, ["id"].into_iter());
            sender.send((cell, registering.reserve(&shard, set, 1).len()))
        });
        let (cell, reserved) = receiver.recv_timeout(LIMIT).expect("it does not wait for the reading");
        drop(values);
        assert!(cell != CellIndex::NONE && reserved == 1);
    }
}
