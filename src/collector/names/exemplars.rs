//! Exemplars: for each bucket of a series, the latest recording that came with the labels of a trace.

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::Names;
use crate::cells::sync::Arc;

/// The most exemplars of a collector. After that, a new bucket's exemplar takes the place of the one that has been there longest.
const MAX_EXEMPLARS: usize = 10_000;

/// A recording, and the labels that lead to more about it, such as the id of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// The recorded value, in the unit in which cells count.
    pub value: f64,
    /// In milliseconds since 1970.
    pub time: u64,
    /// Names and non-empty values.
    pub labels: Vec<(String, String)>,
}

/// The exemplars of a collector.
#[derive(Clone, Debug, Default)]
pub struct Exemplars {
    slots: Vec<Slot>,
    // the slots of each series
    by_series: HashMap<u32, SmallVec<[u32; 2]>>,
    free: Vec<u32>,
    // the slot whose turn it is to be replaced
    oldest: u32,
}

#[derive(Clone, Debug)]
struct Slot {
    series: u32,
    bucket: u32,
    // the number of the shard
    shard: u32,
    exemplar: Arc<Exemplar>,
}

impl Exemplars {
    /// The exemplars of a series, at most one for each bucket, in any order.
    pub fn of(&self, series: u32) -> impl Iterator<Item = &Exemplar> {
        let slots = self.by_series.get(&series).map_or(&[][..], SmallVec::as_slice);
        slots.iter().filter_map(|at| self.slots.get(*at as usize)).map(|slot| &*slot.exemplar)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_series.is_empty()
    }

    fn put(&mut self, slot: Slot) {
        let of_series = self.by_series.get(&slot.series).map_or(&[][..], SmallVec::as_slice);
        let is_same = |at: &&u32| self.slots.get(**at as usize).is_some_and(|known| known.bucket == slot.bucket);
        if let Some(known) = of_series.iter().find(is_same).and_then(|at| self.slots.get_mut(*at as usize)) {
            // the log of a thread is in order, but those of several are read one after the other
            if slot.shard == known.shard || slot.exemplar.time >= known.exemplar.time {
                *known = slot;
            }
            return;
        }
        let series = slot.series;
        let at = self.enter(slot);
        self.by_series.entry(series).or_default().push(at);
    }

    fn enter(&mut self, slot: Slot) -> u32 {
        if let Some(free) = self.free.pop() {
            self.slots[free as usize] = slot;
            return free;
        }
        if self.slots.len() < MAX_EXEMPLARS {
            self.slots.push(slot);
            return self.slots.len() as u32 - 1;
        }
        let at = self.oldest;
        self.oldest = (at + 1) % MAX_EXEMPLARS as u32;
        let replaced = std::mem::replace(&mut self.slots[at as usize], slot).series;
        if let Some(slots) = self.by_series.get_mut(&replaced) {
            slots.retain(|slot| *slot != at);
            if slots.is_empty() {
                self.by_series.remove(&replaced);
            }
        }
        at
    }

    fn remove(&mut self, series: u32) {
        if let Some(slots) = self.by_series.remove(&series) {
            self.free.extend(slots);
        }
        if self.by_series.is_empty() {
            *self = Self::default();
        }
    }
}

impl Names {
    /// Keeps an exemplar until its bucket gets another one.
    pub fn put_exemplar(&mut self, series: u32, shard: u32, exemplar: Exemplar) {
        let Some((family, _)) = self.family_of(series) else { return };
        let bucket = family.behaviour().exemplar_bucket(&family, exemplar.value);
        Arc::make_mut(&mut self.view.exemplars).put(Slot { series, bucket, shard, exemplar: Arc::new(exemplar) });
    }

    /// Drops the exemplars of a series.
    pub(super) fn drop_exemplars(&mut self, series: u32) {
        if !self.view.exemplars.is_empty() {
            Arc::make_mut(&mut self.view.exemplars).remove(series);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(series: u32, bucket: u32, value: f64) -> Slot {
        slot_of(0, 0, series, bucket, value)
    }

    fn slot_of(shard: u32, time: u64, series: u32, bucket: u32, value: f64) -> Slot {
        Slot { series, bucket, shard, exemplar: Arc::new(Exemplar { value, time, labels: Vec::new() }) }
    }

    fn values(exemplars: &Exemplars, series: u32) -> Vec<f64> {
        exemplars.of(series).map(|exemplar| exemplar.value).collect()
    }

    #[test]
    fn a_bucket_keeps_its_latest() {
        let mut exemplars = Exemplars::default();
        for (series, bucket, value) in [(1, 0, 1.0), (1, 1, 2.0), (2, 0, 3.0), (1, 0, 4.0)] {
            exemplars.put(slot(series, bucket, value));
        }
        assert_eq!((values(&exemplars, 1), values(&exemplars, 2)), (vec![4.0, 2.0], vec![3.0]));
        exemplars.put(slot_of(1, 2, 2, 0, 3.0));
        exemplars.put(slot_of(2, 1, 2, 0, 5.0));
        assert_eq!(values(&exemplars, 2), [3.0], "the other thread's was earlier");
        exemplars.put(slot_of(1, 1, 2, 0, 6.0));
        assert_eq!(values(&exemplars, 2), [6.0], "a clock was set back");
        exemplars.put(slot_of(1, 2, 2, 0, 3.0));
        exemplars.remove(1);
        assert_eq!((values(&exemplars, 1), values(&exemplars, 2)), (vec![], vec![3.0]));
        exemplars.put(slot(3, 0, 5.0));
        assert_eq!((exemplars.slots.len(), exemplars.free.len()), (3, 1), "the place of a removed one is used again");
        assert_eq!((values(&exemplars, 2), values(&exemplars, 3)), (vec![3.0], vec![5.0]));
        exemplars.remove(2);
        exemplars.remove(3);
        assert!(exemplars.is_empty() && exemplars.slots.is_empty());
    }

    #[test]
    fn there_are_never_more_than_the_limit() {
        let mut exemplars = Exemplars::default();
        let all = MAX_EXEMPLARS as u32 + 500;
        (0..all).for_each(|series| exemplars.put(slot(series, 0, f64::from(series))));
        let left: Vec<u32> = (0..all).filter(|series| !values(&exemplars, *series).is_empty()).collect();
        assert_eq!(left, (500..all).collect::<Vec<_>>(), "the oldest ones are gone");
        assert_eq!((exemplars.slots.len(), exemplars.by_series.len()), (MAX_EXEMPLARS, MAX_EXEMPLARS));
    }
}
