//! Sources: numbers that Rust determines when a collector is read, instead of JavaScript when something happens.
//!
//! A source has a shard of its own. It is updated before each reading, by the reading thread and under the value lock, so its cells
//! have one writer at a time.

use std::fmt;

use hashbrown::HashMap;

use super::family::{FamilyOptions, Merge};
use super::kinds::{Kind, ValueType};
use super::{Collector, Values};
use crate::cells::sync::{Arc, Ordering};
use crate::cells::{CellIndex, Shard};
use crate::histogram::Distribution;

/// Updates cells before a reading.
pub trait Source: Send + Sync {
    /// Called under the value lock: it must not read the collector in any other way than through `update`.
    fn update(&self, update: &mut SourceUpdate<'_>);
}

// Not a supertrait, which would link the `Debug` of all that a source holds, a collector among it.
impl fmt::Debug for dyn Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

/// The collector during an update.
#[derive(Debug)]
pub struct SourceUpdate<'a> {
    collector: &'a Collector,
    values: &'a mut Values,
}

impl SourceUpdate<'_> {
    /// What one timing or histogram holds, over all threads.
    pub fn distribution(&mut self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Distribution> {
        let series = self.collector.names.lock().find_series(kind, name, labels)?;
        self.collector.distribution_under_lock(self.values, series)
    }

    /// Removes the series of a family whose labels include all of these.
    pub fn remove_with(&mut self, cells: &SourceCells, kind: Kind, name: &str, labels: &[(String, String)]) {
        self.values.changes += 1;
        self.collector.remove_with_under_lock(self.values, &cells.shard, kind, name, labels);
    }
}

impl Collector {
    /// Updates a source before each reading from now on.
    pub fn add_source(&self, source: Arc<dyn Source>) {
        self.sources.lock().push(source);
    }

    /// Stops updating a source, after an update in progress.
    pub fn remove_source(&self, source: &Arc<dyn Source>) {
        let values = self.values();
        self.sources.lock().retain(|other| !Arc::ptr_eq(other, source));
        drop(values);
    }

    /// Before a reading.
    pub(super) fn update_sources(&self, values: &mut Values) {
        let sources = self.sources.lock().clone();
        for source in sources {
            source.update(&mut SourceUpdate { collector: self, values });
        }
    }

    /// Removes the series of a family whose labels include all of these, of whatever threads have them, and the one without labels;
    /// then the family too if it has no other series.
    pub fn remove_with(&self, cells: &SourceCells, kind: Kind, name: &str, labels: &[(String, String)]) {
        self.remove_with_under_lock(&mut self.values_to_change(), &cells.shard, kind, name, labels);
        self.remove_unlabelled(&cells.shard, kind, name);
    }

    fn remove_with_under_lock(
        &self,
        values: &mut Values,
        mine: &Shard,
        kind: Kind,
        name: &str,
        labels: &[(String, String)],
    ) {
        let found = self.names.lock().matching_series(kind, name, labels);
        for series in found {
            self.remove_under_lock(values, mine, series, kind);
        }
    }
}

/// A family that a source writes.
#[derive(Debug)]
pub struct SourceFamily {
    /// A counter or a gauge.
    pub kind: Kind,
    /// Without a prefix.
    pub name: &'static str,
    /// For `# HELP`.
    pub help: &'static str,
    /// How a gauge's values in several processes are merged; it has one value in each.
    pub merge: Merge,
}

/// The cells of a source: a shard that Rust writes.
#[derive(Debug)]
pub struct SourceCells {
    shard: Arc<Shard>,
    // before all names
    prefix: String,
    // by the family, and the owner of the series
    known: HashMap<(&'static str, u64), CellIndex>,
}

impl SourceCells {
    /// A shard for the families whose names begin with a prefix.
    pub fn open(collector: &Collector, prefix: &str) -> Self {
        Self { shard: collector.open_shard(), prefix: prefix.to_owned(), known: HashMap::new() }
    }

    /// To be called at the beginning of an update: what users have removed meanwhile is registered again.
    pub fn begin(&mut self, update: &mut SourceUpdate<'_>) {
        if self.shard.removals().swap(0, Ordering::Acquire) != 0 {
            update.values.changes += 1;
            update.collector.release_removed_under_lock(update.values, &self.shard);
            self.known.clear();
        }
    }

    /// Sets the value of an owner's series. A counter's never goes down.
    pub fn set(
        &mut self,
        update: &SourceUpdate<'_>,
        family: &'static SourceFamily,
        (owner, labels): (u64, &[(String, String)]),
        value: f64,
    ) {
        let cell = match self.known.get(&(family.name, owner)) {
            Some(cell) => *cell,
            None => match self.register(update.collector, family, labels) {
                Some(cell) => *self.known.entry((family.name, owner)).or_insert(cell),
                None => return,
            },
        };
        if let Some(chunk) = self.shard.chunk_of(cell) {
            let offset = cell.offset();
            chunk.write(
                offset,
                if family.kind.value_type() == ValueType::Count { value.max(chunk.read(offset)) } else { value },
            );
        }
    }

    fn register(&self, collector: &Collector, family: &SourceFamily, labels: &[(String, String)]) -> Option<CellIndex> {
        let options = FamilyOptions { help: Some(family.help.to_owned()), ..FamilyOptions::default() };
        let merge = (family.merge != Merge::default()).then_some(family.merge);
        let name = format!("{}{}", self.prefix, family.name);
        let hold = |options| collector.hold_family(&self.shard, family.kind, &name, options);
        // one that exists may be merged in another way
        let number = hold(FamilyOptions { merge, ..options.clone() }).or_else(|_| hold(options)).ok()?;
        let labels: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Some(collector.register(&self.shard, number, &labels))
    }

    /// Forgets the series of an owner, which were removed.
    pub fn forget(&mut self, owner: u64) {
        self.known.retain(|(_, known), _| *known != owner);
    }

    /// Takes the shard out of the collector.
    pub fn close(&self, collector: &Collector) {
        collector.flush(&self.shard);
    }
}
