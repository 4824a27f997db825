//! A stand-in for JavaScript: a thread that records into its cells as `lib/record` does.

#![allow(dead_code, reason = "each test binary uses only a part")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tallystick::cells::{CellIndex, Chunk, ClaimRole, DirectoryEntry, Shard, layout};
use tallystick::collector::{Collector, Family, FamilyOptions, Kind, Merge, NewCollector, Removed};
use tallystick::histogram::{BucketLayout, LogLinear, Precision};

/// The labels of a series.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// A new collector.
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

/// The options of a family with this precision.
pub fn precision(precision: Precision) -> FamilyOptions {
    FamilyOptions { precision: Some(precision), ..FamilyOptions::default() }
}

/// The options of a gauge with this merge.
pub fn merged(merge: Merge) -> FamilyOptions {
    FamilyOptions { merge: Some(merge), ..FamilyOptions::default() }
}

/// The chunk of a cell.
pub fn chunk_of(shard: &Shard, cell: CellIndex) -> Arc<Chunk> {
    shard.chunk_of(cell).expect("a claimed cell is in a chunk")
}

/// The limits at which cells are flushed, as in `lib/record/layout.js`.
#[derive(Clone, Copy)]
struct Limits {
    full: u32,
    large: f64,
}

const REAL: Limits = Limits { full: layout::FULL, large: layout::LARGE };
const TINY: Limits = Limits { full: 5, large: 1000.0 };

/// The cells of a series.
#[derive(Clone, Copy, Default)]
struct Handle {
    cell: CellIndex,
    /// 0 until they are claimed
    decrements: CellIndex,
    zeros: CellIndex,
}

/// A family as a thread knows it.
#[derive(Default)]
struct KnownFamily {
    number: u32,
    /// the numbers of label sets, by label names
    sets: HashMap<Vec<String>, u32>,
    /// by labels
    series: HashMap<BTreeMap<String, String>, Handle>,
}

/// One thread of a collector.
pub struct Thread {
    pub collector: Arc<Collector>,
    pub shard: Arc<Shard>,
    limits: Limits,
    families: RefCell<HashMap<(Kind, String), KnownFamily>>,
    /// the options of families, in case they are created again
    requests: RefCell<HashMap<(Kind, String), FamilyOptions>>,
    /// the removal word when this thread last applied removals
    released: Cell<u32>,
    is_late: Cell<bool>,
}

impl Thread {
    /// A thread that has recorded nothing.
    pub fn of(collector: &Arc<Collector>) -> Self {
        Self::with(collector, collector.open_shard(), REAL)
    }

    /// A thread that flushes its cells often.
    pub fn tiny(collector: &Arc<Collector>) -> Self {
        Self::with(collector, collector.open_shard(), TINY)
    }

    /// One more loaded copy of the package in the same thread.
    pub fn copy(&self) -> Self {
        Self::with(&self.collector, self.collector.open_shard_of(self.shard.thread()), self.limits)
    }

    fn with(collector: &Arc<Collector>, shard: Arc<Shard>, limits: Limits) -> Self {
        Self {
            collector: collector.clone(),
            shard,
            limits,
            families: RefCell::default(),
            requests: RefCell::default(),
            released: Cell::default(),
            is_late: Cell::default(),
        }
    }

    /// Requests a family, and holds it.
    pub fn family(&self, kind: Kind, name: &str, options: FamilyOptions) -> u32 {
        let requested = self.collector.hold_family(&self.shard, kind, name, options.clone());
        let number = requested.expect("the options agree with earlier ones");
        self.requests.borrow_mut().entry((kind, name.to_owned())).or_insert(options);
        self.families.borrow_mut().entry((kind, name.to_owned())).or_default().number = number;
        number
    }

    fn family_of(&self, kind: Kind, name: &str) -> Arc<Family> {
        let number = self.families.borrow()[&(kind, name.to_owned())].number;
        self.collector.get_family(number).expect("this thread holds it")
    }

    /// The first cell of a series, claimed at first use.
    pub fn head(&self, kind: Kind, name: &str, labels: Labels) -> CellIndex {
        if let Some(cell) = self.known_head(kind, name, labels) {
            return cell;
        }
        self.release_removed();
        if !self.families.borrow().contains_key(&(kind, name.to_owned())) {
            let request = self.requests.borrow().get(&(kind, name.to_owned())).cloned();
            self.family(kind, name, request.unwrap_or_default());
        }
        let mut families = self.families.borrow_mut();
        let family = families.get_mut(&(kind, name.to_owned())).expect("it was requested");
        let labels = canonical(labels);
        let (names, values): (Vec<String>, Vec<String>) = labels.clone().into_iter().unzip();
        let set = *family.sets.entry(names).or_insert_with_key(|names| {
            self.collector.label_set(&self.shard, family.number, names.iter().map(String::as_str))
        });
        let cell = self.collector.register_in_set(&self.shard, set, values.iter().map(String::as_str));
        family.series.insert(labels, Handle { cell, ..Handle::default() });
        cell
    }

    /// The first cell of a series, if it was claimed.
    pub fn known_head(&self, kind: Kind, name: &str, labels: Labels) -> Option<CellIndex> {
        self.handle(kind, name, labels, |handle| handle.cell)
    }

    fn handle<T>(&self, kind: Kind, name: &str, labels: Labels, of: impl FnOnce(&mut Handle) -> T) -> Option<T> {
        let mut families = self.families.borrow_mut();
        let series = &mut families.get_mut(&(kind, name.to_owned()))?.series;
        series.get_mut(&canonical(labels)).map(of)
    }

    /// Increments or decrements; 0 makes the series visible.
    pub fn inc(&self, name: &str, labels: Labels, delta: f64) {
        let cell = self.head(Kind::Counter, name, labels);
        if delta > 0.0 {
            self.add(cell, delta);
        } else if delta < 0.0 {
            self.add(self.sibling(name, labels, ClaimRole::Decrements), -delta);
        } else {
            self.add(self.sibling(name, labels, ClaimRole::Zeros), 1.0);
        }
    }

    fn sibling(&self, name: &str, labels: Labels, role: ClaimRole) -> CellIndex {
        let sibling = self.handle(Kind::Counter, name, labels, |handle| {
            let Handle { cell, decrements, zeros } = handle;
            let sibling = if role == ClaimRole::Decrements { decrements } else { zeros };
            if *sibling == CellIndex::NONE {
                *sibling = self.collector.claim_sibling(&self.shard, *cell, role);
            }
            *sibling
        });
        sibling.expect("its head is claimed")
    }

    /// Sets a gauge.
    pub fn set(&self, name: &str, labels: Labels, value: f64) {
        self.set_at(name, labels, value, 0.0);
    }

    /// Sets a gauge at a given time.
    pub fn set_at(&self, name: &str, labels: Labels, value: f64, time: f64) {
        self.release_removed();
        let cell = self.head(Kind::Gauge, name, labels);
        if self.family_of(Kind::Gauge, name).merge() == Merge::Last {
            chunk_of(&self.shard, cell).set_timed(cell.offset(), value, time);
        } else {
            self.shard.write(cell, value);
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
        let labelled = !canonical(labels).is_empty();
        self.add_to_head(head, value);
        match self.family_of(kind, name).bucket_layout(labelled) {
            BucketLayout::Bounds(bounds) => {
                let bucket = bounds.partition_point(|bound| *bound < value) as u32;
                self.grow(head + layout::BOUNDED + bucket, 1.0);
            }
            BucketLayout::LogLinear(buckets) => self.count(head, buckets, value),
        }
        self.flush_large(head);
    }

    /// Counts a value in its page, or among the zeros.
    pub fn count(&self, head: CellIndex, buckets: LogLinear, value: f64) {
        if value == 0.0 {
            self.grow(head + layout::ZERO, 1.0);
            return;
        }
        let (entry, bucket) = buckets.place(value);
        let (chunk, page) = self.page(head, buckets, entry);
        let count = chunk.count(page, bucket) + 1;
        chunk.set_count(page, bucket, count);
        if count == self.limits.full {
            self.flush_cell(head);
        }
    }

    /// Adds to the sum and the extremes.
    pub fn add_to_head(&self, head: CellIndex, value: f64) {
        self.grow(head + layout::SUM, value);
        let (min, max) = (self.shard.read(head + layout::MIN), self.shard.read(head + layout::MAX));
        if value < min {
            self.shard.write(head + layout::MIN, value);
        }
        if value > max {
            self.shard.write(head + layout::MAX, value);
        }
    }

    /// Flushes a distribution whose sum is large, after the count.
    pub fn flush_large(&self, head: CellIndex) {
        if self.shard.read(head + layout::SUM).abs() > self.limits.large {
            self.flush_cell(head);
        }
    }

    /// The chunk and the offset of a page.
    fn page(&self, head: CellIndex, buckets: LogLinear, entry: u32) -> (Arc<Chunk>, u32) {
        let chunk = chunk_of(&self.shard, head);
        if chunk.is_flat() {
            let offset = entry * buckets.precision().buckets() / layout::COUNTS_PER_CELL;
            return (chunk, head.offset() + layout::PAGES + offset);
        }
        let page = match chunk.directory_entry(head.offset(), entry) {
            DirectoryEntry::Near(offset) => return (chunk, offset),
            DirectoryEntry::Far(page) => page,
            DirectoryEntry::Absent => self.collector.claim_page(&self.shard, head, entry),
        };
        (chunk_of(&self.shard, page), page.offset())
    }

    /// Adds to a counter's cell.
    pub fn add(&self, cell: CellIndex, delta: f64) {
        if self.grow(cell, delta) > self.limits.large {
            self.flush_cell(cell);
        }
    }

    /// Adds to a cell, which only this thread writes.
    fn grow(&self, cell: CellIndex, delta: f64) -> f64 {
        let sum = self.shard.read(cell) + delta;
        self.shard.write(cell, sum);
        sum
    }

    /// Flushes a claimed cell into the totals.
    pub fn flush_cell(&self, cell: CellIndex) {
        self.collector.flush_cell(&self.shard, cell);
    }

    /// Acts as if the removals of other threads came only after this thread's check for them.
    pub fn late<T>(&self, act: impl FnOnce(&Self) -> T) -> T {
        self.set_late(true);
        let result = act(self);
        self.set_late(false);
        result
    }

    pub fn set_late(&self, is_late: bool) {
        self.is_late.set(is_late);
    }

    /// Drops the handles of series that other threads have removed, and releases their cells.
    pub fn release_removed(&self) {
        let word = self.shard.removals().load(Ordering::Relaxed);
        if word == self.released.get() || self.is_late.get() {
            return;
        }
        self.released.set(word);
        for Removed { kind, name, labels, .. } in self.collector.release_removed(&self.shard) {
            match labels {
                None => self.drop_family(kind, &name),
                Some(labels) => self.reset_handle(kind, &name, &labels.into_iter().collect()),
            }
        }
    }

    /// Forgets a family that this thread unregisters.
    pub fn forget_family(&self, kind: Kind, name: &str) {
        self.drop_family(kind, name);
        self.requests.borrow_mut().remove(&(kind, name.to_owned()));
    }

    /// Removes a series from all readings. Without labels, also removes the family if it has no other series.
    pub fn remove(&self, kind: Kind, name: &str, labels: Labels) -> bool {
        let series = canonical(labels);
        if series.is_empty() {
            return self.remove_unlabelled(kind, name).0;
        }
        self.release_removed();
        self.reset_handle(kind, name, &series);
        self.collector.remove(&self.shard, kind, name, &texts(labels))
    }

    /// Whether the series without labels existed, and whether its family was removed with it.
    pub fn remove_unlabelled(&self, kind: Kind, name: &str) -> (bool, bool) {
        self.release_removed();
        self.reset_handle(kind, name, &BTreeMap::new());
        let (was_recorded, is_family) = self.collector.remove_unlabelled(&self.shard, kind, name);
        if is_family {
            self.drop_family(kind, name);
        }
        (was_recorded, is_family)
    }

    /// Removes all series from all readings.
    pub fn clear(&self) {
        for family in self.families.borrow_mut().values_mut() {
            family.series.clear();
            family.sets.clear();
        }
        self.collector.clear(&self.shard);
    }

    fn reset_handle(&self, kind: Kind, name: &str, labels: &BTreeMap<String, String>) {
        if let Some(family) = self.families.borrow_mut().get_mut(&(kind, name.to_owned())) {
            family.series.remove(labels);
        }
    }

    fn drop_family(&self, kind: Kind, name: &str) {
        self.families.borrow_mut().remove(&(kind, name.to_owned()));
    }

    /// Ends the thread, which flushes its shard.
    pub fn end(self) {
        self.collector.flush(&self.shard);
    }
}

/// The labels of a series, without those with empty values.
fn canonical(labels: Labels) -> BTreeMap<String, String> {
    texts(labels).into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
