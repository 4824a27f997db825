//! The series of a history. A slot is a key, so that a series that is removed and comes back continues its own history.

use hashbrown::{HashMap, HashSet};

use super::super::family::Family;
use super::super::key::series_key;
use super::super::kinds::Kind;
use super::super::names::{NamesView, Series};
use super::frames::SampledBucket;
use super::frames::ZEROS;
use crate::histogram::{BucketCount, BucketLayout, Distribution, LogLinear, Precision};
use crate::sorting;

/// The most series of a history at one time.
pub const MAX_SERIES: usize = 2000;
/// The most slots: those series, and the ones that ended and still are in a frame.
const MAX_SLOTS: usize = 2 * MAX_SERIES;

const NO_SLOT: u32 = u32::MAX;

/// The families that are sampled first: what the overview of the page shows. Default metrics may have a prefix.
const FIRST: [&str; 10] = [
    "http.server.request.duration",
    "nodejs_eventloop_lag_seconds",
    "nodejs_eventloop_utilization_histogram",
    "nodejs_eventloop_delay",
    "nodejs_heap_size_used_bytes",
    "nodejs_gc_duration",
    "nodejs_thread_cpu_seconds_total",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "http.server.active_requests",
];

/// The buckets of a sampled distribution: those of its family, at most 16 for each power of two.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledLayout {
    layout: BucketLayout,
    // how many bits of a bucket's position are dropped
    shift: u32,
}

impl SampledLayout {
    fn new(family: &Family, labelled: bool) -> Self {
        match family.bucket_layout(labelled) {
            BucketLayout::LogLinear(finer) => {
                let layout = BucketLayout::LogLinear(family.behaviour().log_linear(Precision::One));
                Self { layout, shift: finer.precision().bits() - Precision::One.bits() }
            }
            layout @ BucketLayout::Bounds(_) => Self { layout, shift: 0 },
        }
    }

    /// The buckets of a distribution, ascending by their numbers.
    pub fn sampled(&self, distribution: &Distribution) -> Vec<SampledBucket> {
        let mut sampled: Vec<SampledBucket> = Vec::new();
        for bucket in distribution.counts() {
            let number = bucket.number >> self.shift;
            let count = bucket.count as u32;
            match sampled.last_mut().filter(|last| last.0 == number) {
                Some(last) => last.1 = last.1.saturating_add(count),
                None => sampled.push((number, count)),
            }
        }
        if distribution.zeros() > 0.0 {
            sampled.push((ZEROS, distribution.zeros() as u32));
        }
        sampled
    }

    /// The distribution with these buckets.
    pub fn distribution(&self, (sum, min, max): (f64, f64, f64), buckets: &[(u32, f64)]) -> Distribution {
        let mut distribution = Distribution::empty(self.layout.clone());
        let zeros = buckets.iter().filter(|bucket| bucket.0 == ZEROS).map(|bucket| bucket.1).sum();
        distribution.add_head(sum, min, max, zeros);
        for &(number, count) in buckets.iter().filter(|bucket| bucket.0 != ZEROS) {
            distribution.add_counts(&[BucketCount { number, count }]);
        }
        distribution
    }

    /// The lowest and the highest value of a bucket; the outer ones of declared bounds end at these extremes.
    pub fn range(&self, number: u32, (min, max): (f64, f64)) -> (f64, f64) {
        if number == ZEROS {
            return (0.0, 0.0);
        }
        match &self.layout {
            BucketLayout::Bounds(bounds) => {
                let at = number as usize;
                let lowest = at.checked_sub(1).and_then(|below| bounds.get(below)).copied();
                let highest = bounds.get(at).copied();
                (lowest.unwrap_or(min.min(highest.unwrap_or(min))), highest.unwrap_or(max.max(lowest.unwrap_or(max))))
            }
            BucketLayout::LogLinear(layout) => range_of(*layout, number),
        }
    }
}

fn range_of(layout: LogLinear, number: u32) -> (f64, f64) {
    let (entry, at) = (number >> Precision::One.bits(), number & (Precision::One.buckets() - 1));
    (layout.lowest(entry, at), layout.highest(entry, at))
}

/// A series of a history, which may have ended.
#[derive(Clone, Debug)]
pub struct Slot {
    /// As in a snapshot, without the kind.
    pub key: String,
    pub name: String,
    pub kind: Kind,
    pub labels: Vec<(String, String)>,
    pub unit: Option<String>,
    /// Of a distribution.
    pub layout: SampledLayout,
    /// When it was first sampled: milliseconds since the epoch.
    pub since: f64,
}

/// All series of a history.
#[derive(Debug, Default)]
pub struct Slots {
    all: HashMap<u32, Slot>,
    by_key: HashMap<(Kind, String), u32>,
    next: u32,
    // by the number of the series
    sampled: Vec<u32>,
    // the series among them that the previous sample left out
    added: HashSet<u32>,
    // `NamesView::changes` of the names that these are of
    changes: Option<u64>,
}

impl Slots {
    /// Whether [`Slots::select`] has to be called.
    pub fn are_current(&self, names: &NamesView) -> bool {
        self.changes == Some(names.changes())
    }

    /// Selects the series to sample. `used` has the slots that are in a frame, if there is no room for others.
    pub fn select(&mut self, names: &NamesView, since: f64, used: impl FnOnce() -> HashSet<u32>) {
        let mut found: Vec<(u8, u32)> = (0..)
            .zip(names.series())
            .filter_map(|(number, _)| names.get(number).map(|(series, family)| (rank(series, family), number)))
            .collect();
        if found.len() > MAX_SERIES {
            sorting::sort_by_key(&mut found, |ranked| *ranked);
            found.truncate(MAX_SERIES);
        }
        if self.all.len() + found.len() > MAX_SLOTS {
            let used = used();
            let sampled: HashSet<u32> = self.sampled.iter().copied().collect();
            self.keep(|slot| used.contains(&slot) || sampled.contains(&slot));
        }
        let earlier: HashSet<u32> = self.sampled().into_iter().map(|(_, number)| number).collect();
        self.sampled.clear();
        for (_, number) in found {
            let Some((series, family)) = names.get(number) else { continue };
            let Some(slot) = self.slot_of(names, series, family, since) else { continue };
            let at = number as usize;
            if self.sampled.len() <= at {
                self.sampled.resize(at + 1, NO_SLOT);
            }
            self.sampled[at] = slot;
            if !earlier.contains(&number) {
                self.added.insert(number);
            }
        }
        self.changes = Some(names.changes());
    }

    fn slot_of(&mut self, names: &NamesView, series: &Series, family: &Family, since: f64) -> Option<u32> {
        let text = |symbol| names.text(symbol);
        let labels = series.labels.iter().map(|(name, value)| (text(*name), text(*value)));
        let key = series_key(&family.name, labels.clone());
        let layout = SampledLayout::new(family, !series.labels.is_empty());
        let by_key = (family.kind, key);
        if let Some(known) = self.by_key.get(&by_key) {
            let is_same = self.all.get(known).is_some_and(|slot| slot.layout == layout);
            if is_same {
                return Some(*known);
            }
        }
        if self.all.len() >= MAX_SLOTS {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let slot = Slot {
            key: by_key.1.clone(),
            name: family.name.clone(),
            kind: family.kind,
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            unit: family.options.unit.clone(),
            layout,
            since,
        };
        self.all.insert(number, slot);
        self.by_key.insert(by_key, number);
        Some(number)
    }

    fn keep(&mut self, is_kept: impl Fn(u32) -> bool) {
        self.all.retain(|slot, _| is_kept(*slot));
        self.by_key.retain(|_, slot| is_kept(*slot));
    }

    /// The slot of a series that is sampled.
    pub fn of_series(&self, number: u32) -> Option<u32> {
        self.sampled.get(number as usize).copied().filter(|slot| *slot != NO_SLOT)
    }

    /// Whether the previous sample left a series out. What it had recorded until then is unknown.
    pub fn is_added(&self, number: u32) -> bool {
        self.added.contains(&number)
    }

    /// Called after each sample.
    pub fn end_sample(&mut self) {
        self.added.clear();
    }

    /// The series that are sampled, each with its slot; ascending by slot.
    pub fn sampled(&self) -> Vec<(u32, u32)> {
        let mut sampled: Vec<(u32, u32)> =
            self.sampled.iter().copied().zip(0..).filter(|(slot, _)| *slot != NO_SLOT).collect();
        sorting::sort_by_key(&mut sampled, |of_slot| *of_slot);
        sampled
    }

    pub fn get(&self, slot: u32) -> Option<&Slot> {
        self.all.get(&slot)
    }

    /// All slots, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Slot)> {
        self.all.iter().map(|(number, slot)| (*number, slot))
    }
}

/// Lower ranks are sampled first.
fn rank(series: &Series, family: &Family) -> u8 {
    if FIRST.iter().any(|name| family.name.ends_with(name)) {
        0
    } else if series.labels.is_empty() {
        1
    } else {
        2
    }
}
