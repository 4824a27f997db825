//! JavaScript's half, for tests: a thread that records through `Shard::write` as `lib/record` does through its arrays.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use tallystick::cells::{CellIndex, ClaimRole, DirectoryEntry, Shard, layout};
use tallystick::collector::{Collector, FamilyOptions, Kind, Label, Merge, NewCollector};
use tallystick::histogram::{Form, LogLinear, Precision};

/// Labels of a series.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

type Name = (Kind, String, Vec<(String, String)>);

/// A collector of its own.
pub fn collector() -> Arc<Collector> {
    Arc::new(Collector::new(NewCollector::default()))
}

/// A collector whose series all have these labels.
pub fn collector_with_labels(labels: Labels) -> Arc<Collector> {
    Arc::new(Collector::new(NewCollector { labels: texts(labels), ..NewCollector::default() }))
}

/// Labels as the collector takes them.
pub fn texts(labels: Labels) -> Vec<(String, String)> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The options of a family with bounds.
pub fn bounds(bounds: &[f64]) -> FamilyOptions {
    FamilyOptions { buckets: Some(bounds.to_vec()), ..FamilyOptions::default() }
}

/// The options of a family of this precision.
pub fn precision(precision: Precision) -> FamilyOptions {
    FamilyOptions { precision: Some(precision), ..FamilyOptions::default() }
}

/// One thread of a collector. `end` folds what it recorded, as the finalisers of its arrays do.
pub struct Thread {
    pub collector: Arc<Collector>,
    pub shard: Arc<Shard>,
    heads: RefCell<HashMap<Name, CellIndex>>,
    beside: RefCell<HashMap<(CellIndex, u8), CellIndex>>,
    let_go: RefCell<Vec<u32>>,
}

impl Thread {
    /// A thread that has recorded nothing.
    pub fn of(collector: &Arc<Collector>) -> Self {
        let shard = collector.open_shard();
        Self {
            collector: collector.clone(),
            shard,
            heads: RefCell::default(),
            beside: RefCell::default(),
            let_go: RefCell::default(),
        }
    }

    /// Makes a family before its first series.
    pub fn family(&self, kind: Kind, name: &str, options: FamilyOptions) -> u32 {
        self.collector.family(kind, name, options).expect("the options agree with those before")
    }

    /// The first cell of a series, claimed at first use.
    pub fn head(&self, kind: Kind, name: &str, labels: Labels) -> CellIndex {
        let key = (kind, name.to_owned(), texts(labels));
        *self.heads.borrow_mut().entry(key).or_insert_with(|| {
            let family = self.family(kind, name, FamilyOptions::default());
            let symbol = |text| self.collector.symbol(&self.shard, text);
            let labels: Vec<Label> = labels.iter().map(|(name, value)| (symbol(name), symbol(value))).collect();
            self.collector.register(&self.shard, family, &labels)
        })
    }

    /// Counts up, down, or for zero makes visible.
    pub fn inc(&self, name: &str, labels: Labels, delta: f64) {
        let ups = self.head(Kind::Counter, name, labels);
        if delta > 0.0 {
            self.add(ups, delta);
        } else if delta < 0.0 {
            self.add(self.beside(ups, ClaimRole::Downs), -delta);
        } else {
            self.add(self.beside(ups, ClaimRole::Touches), 1.0);
        }
    }

    /// Sets a gauge.
    pub fn set(&self, name: &str, labels: Labels, value: f64) {
        self.set_at(name, labels, value, 0.0);
    }

    /// Sets a gauge that remembers when.
    pub fn set_at(&self, name: &str, labels: Labels, value: f64, time: f64) {
        let cell = self.head(Kind::Gauge, name, labels);
        self.shard.write(cell, value);
        let family = self.collector.get_family(self.family(Kind::Gauge, name, FamilyOptions::default()));
        if family.is_some_and(|family| family.merge() == Merge::Last) {
            self.shard.write(cell + 1, time);
        }
    }

    /// Records whole nanoseconds.
    pub fn observe_nanos(&self, name: &str, labels: Labels, nanos: f64) {
        self.observe_in(Kind::Timing, name, labels, nanos);
    }

    /// Records milliseconds.
    pub fn observe_millis(&self, name: &str, labels: Labels, millis: f64) {
        self.observe_nanos(name, labels, (millis * 1e6).round());
    }

    /// Records a value in a histogram.
    pub fn observe(&self, name: &str, labels: Labels, value: f64) {
        self.observe_in(Kind::Histogram, name, labels, value);
    }

    fn observe_in(&self, kind: Kind, name: &str, labels: Labels, value: f64) {
        let head = self.head(kind, name, labels);
        let family = self.collector.get_family(self.family(kind, name, FamilyOptions::default()));
        let labelled = labels.iter().any(|(_, value)| !value.is_empty());
        match family.expect("its head is claimed").form(labelled) {
            Form::Bounds(bounds) => {
                let cell = bounds.partition_point(|bound| *bound < value) as u32;
                self.add(head + layout::BOUNDED + cell, 1.0);
            }
            Form::LogLinear(cells) => self.count(head, cells, value),
        }
        self.note(head, value);
    }

    /// Counts a value in its page, or among the zeros.
    pub fn count(&self, head: CellIndex, cells: LogLinear, value: f64) {
        if value == 0.0 {
            return self.add(head + layout::ZERO, 1.0);
        }
        let (entry, cell) = cells.place(value);
        self.shard.count(self.page(head, entry), cell);
    }

    /// Adds to the sum and moves the extremes.
    pub fn note(&self, head: CellIndex, value: f64) {
        self.add(head + layout::SUM, value);
        let (min, max) = (self.shard.read(head + layout::MIN), self.shard.read(head + layout::MAX));
        if value < min {
            self.shard.write(head + layout::MIN, value);
        }
        if value > max {
            self.shard.write(head + layout::MAX, value);
        }
    }

    fn page(&self, head: CellIndex, entry: u32) -> CellIndex {
        let chunk = self.shard.chunk(head >> layout::CHUNK_BITS).expect("heads are claimed in chunks that exist");
        match chunk.directory_entry(head & (layout::CHUNK_CELLS - 1), entry) {
            DirectoryEntry::Absent => self.collector.claim_page(&self.shard, head, entry),
            DirectoryEntry::Near(offset) => chunk.number() << layout::CHUNK_BITS | offset,
            DirectoryEntry::Far(page) if self.let_go.borrow().contains(&(page >> layout::CHUNK_BITS)) => {
                self.collector.claim_page(&self.shard, head, entry)
            }
            DirectoryEntry::Far(page) => page,
        }
    }

    fn beside(&self, cell: CellIndex, role: ClaimRole) -> CellIndex {
        let claim = || Collector::claim_beside(&self.shard, cell, role);
        *self.beside.borrow_mut().entry((cell, role as u8)).or_insert_with(claim)
    }

    /// Adds to a cell: nobody else writes it.
    pub fn add(&self, cell: CellIndex, delta: f64) {
        self.shard.write(cell, self.shard.read(cell) + delta);
    }

    /// Begins anew: forgets the labelled series, as `lib/record/labels.js` does, and lets go of their chunks.
    pub fn renew(&self) {
        self.heads.borrow_mut().retain(|(_, _, labels), _| labels.is_empty());
        self.beside.borrow_mut().clear();
        self.let_go.borrow_mut().extend(self.collector.renew(&self.shard));
    }

    /// The runtime collects the arrays of the chunks that were let go of, but for those with `kept` cells.
    pub fn collect_garbage(&self, kept: &[CellIndex]) {
        let is_kept = |number: &u32| kept.iter().any(|cell| cell >> layout::CHUNK_BITS == *number);
        let (kept, garbage): (Vec<u32>, _) = self.let_go.take().into_iter().partition(is_kept);
        for chunk in garbage.into_iter().filter_map(|number| self.shard.chunk(number)) {
            self.collector.fold(&self.shard, &chunk);
        }
        self.let_go.replace(kept);
    }

    /// Folds all chunks in the order of their numbers.
    pub fn end(self) {
        fold_all(&self.collector, &self.shard);
    }
}

/// Folds all chunks of a shard, as the end of its thread does.
pub fn fold_all(collector: &Collector, shard: &Arc<Shard>) {
    for chunk in shard.chunks().iter().flatten() {
        collector.fold(shard, chunk);
    }
    collector.retire(shard);
}
