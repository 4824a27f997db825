//! The frames of a history: what happened in each interval. Frames of one second are merged into frames of ten when they are five
//! minutes old, and dropped after an hour, or earlier if all frames together would exceed [`BUDGET`].
//!
//! A frame has increments, not totals, so that merging is adding, and only the gauges that changed. The slots in a frame are
//! ascending.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};

/// The age until which frames keep the interval of the sampler, which is a second.
pub const FINE_MILLIS: f64 = 300_000.0;
/// The interval of older frames.
pub const COARSE_STEP_MILLIS: f64 = 10_000.0;
/// The age at which a frame is dropped.
pub const KEPT_MILLIS: f64 = 3_600_000.0;
/// The most bytes of all frames of a collector.
pub const BUDGET: usize = 32 * 1024 * 1024;

/// The number of a bucket that counts zeros.
pub(super) const ZEROS: u32 = u32::MAX;

/// A bucket's number (see `SampledLayout`) and its count.
pub type SampledBucket = (u32, u32);

/// A gauge that changed in an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaugeChange {
    pub slot: u32,
    /// The value at the end; NaN if the gauge is gone.
    pub last: f64,
    /// The highest value since the change.
    pub highest: f64,
    /// Whether the gauge changed in the first second of the interval, so that its earlier value is not one of this interval.
    pub from_start: bool,
}

/// The values that a distribution recorded in an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledDistribution {
    pub slot: u32,
    pub sum: f64,
    pub min: f64,
    pub max: f64,
    // the range in `Frame::buckets`
    first: u32,
    len: u32,
}

/// What happened in one interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Its end, in milliseconds since the epoch.
    pub end: f64,
    /// Its length.
    pub millis: f64,
    /// Increments of counters that have any.
    pub counts: Vec<(u32, f64)>,
    pub gauges: Vec<GaugeChange>,
    pub distributions: Vec<SampledDistribution>,
    buckets: Vec<SampledBucket>,
}

impl Frame {
    /// An interval in which nothing happened yet.
    pub fn new(end: f64, millis: f64) -> Self {
        Self { end, millis, ..Self::default() }
    }

    /// Adds a distribution after those of smaller slots. `buckets` are ascending.
    pub fn push_distribution(&mut self, slot: u32, (sum, min, max): (f64, f64, f64), buckets: &[SampledBucket]) {
        let first = self.buckets.len() as u32;
        self.buckets.extend_from_slice(buckets);
        self.distributions.push(SampledDistribution { slot, sum, min, max, first, len: buckets.len() as u32 });
    }

    /// The buckets of one of its distributions, ascending.
    pub fn buckets(&self, of: &SampledDistribution) -> &[SampledBucket] {
        let first = of.first as usize;
        self.buckets.get(first..first + of.len as usize).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(self.counts.as_slice())
            + size_of_val(self.gauges.as_slice())
            + size_of_val(self.distributions.as_slice())
            + size_of_val(self.buckets.as_slice())
    }

    /// Adds the interval that follows this one.
    fn merge(&mut self, next: &Self) {
        self.end = next.end;
        self.millis += next.millis;
        let sum = |one: &(u32, f64), other: &(u32, f64)| (one.0, one.1 + other.1);
        self.counts = join(&self.counts, &next.counts, |count| count.0, sum);
        let later: Vec<GaugeChange> =
            next.gauges.iter().map(|change| GaugeChange { from_start: false, ..*change }).collect();
        self.gauges = join(&self.gauges, &later, |change| change.slot, GaugeChange::followed_by);
        self.merge_distributions(next);
    }

    fn merge_distributions(&mut self, next: &Self) {
        let before = std::mem::take(self);
        let ones: Vec<_> = before.distributions.iter().map(|it| (it.slot, Some(it), None)).collect();
        let others: Vec<_> = next.distributions.iter().map(|it| (it.slot, None, Some(it))).collect();
        for (slot, one, other) in join(&ones, &others, |it| it.0, |one, other| (one.0, one.1, other.2)) {
            match (one, other) {
                (Some(one), Some(other)) => {
                    let sum = |one: &SampledBucket, other: &SampledBucket| (one.0, one.1.saturating_add(other.1));
                    let joined = join(before.buckets(one), next.buckets(other), |bucket| bucket.0, sum);
                    let numbers = (one.sum + other.sum, one.min.min(other.min), one.max.max(other.max));
                    self.push_distribution(slot, numbers, &joined);
                }
                (Some(it), None) => self.push_distribution(slot, (it.sum, it.min, it.max), before.buckets(it)),
                (None, Some(it)) => self.push_distribution(slot, (it.sum, it.min, it.max), next.buckets(it)),
                (None, None) => {}
            }
        }
        let Self { end, millis, counts, gauges, .. } = before;
        *self = Self { end, millis, counts, gauges, ..std::mem::take(self) };
    }
}

impl GaugeChange {
    fn followed_by(&self, next: &Self) -> Self {
        Self { last: next.last, highest: self.highest.max(next.highest), ..*self }
    }
}

/// Two ascending lists as one. `both` makes one item of two with the same number.
pub(super) fn join<T: Copy>(one: &[T], other: &[T], number: impl Fn(&T) -> u32, both: impl Fn(&T, &T) -> T) -> Vec<T> {
    let mut joined = Vec::with_capacity(one.len() + other.len());
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    loop {
        match (ones.peek(), others.peek()) {
            (Some(first), Some(second)) if number(first) == number(second) => {
                joined.push(both(first, second));
                ones.next();
                others.next();
            }
            (Some(first), Some(second)) if number(first) > number(second) => joined.extend(others.next()),
            (Some(_), _) => joined.extend(ones.next()),
            (None, Some(_)) => joined.extend(others.next()),
            (None, None) => return joined,
        }
    }
}

/// All frames of a history, oldest first.
#[derive(Debug, Default)]
pub struct Frames {
    coarse: VecDeque<Frame>,
    fine: VecDeque<Frame>,
    /// The gauges before the oldest frame.
    before: HashMap<u32, f64>,
    bytes: usize,
}

impl Frames {
    /// Adds the latest interval.
    pub fn push(&mut self, frame: Frame) {
        self.push_within(frame, BUDGET);
    }

    fn push_within(&mut self, frame: Frame, budget: usize) {
        let latest = frame.end;
        self.bytes += frame.bytes();
        self.fine.push_back(frame);
        while self.fine.front().is_some_and(|oldest| oldest.end <= latest - FINE_MILLIS) {
            self.make_coarse();
        }
        while self.iter().next().is_some_and(|oldest| oldest.end <= latest - KEPT_MILLIS) || self.bytes > budget {
            if !self.drop_oldest() {
                break;
            }
        }
    }

    fn make_coarse(&mut self) {
        let Some(fine) = self.fine.pop_front() else { return };
        self.bytes -= fine.bytes();
        // an interval of exactly one step ends with it
        let step = |frame: &Frame| (frame.end / COARSE_STEP_MILLIS).ceil();
        let Some(last) = self.coarse.back_mut().filter(|last| step(last) == step(&fine)) else {
            self.bytes += fine.bytes();
            self.coarse.push_back(fine);
            return;
        };
        self.bytes -= last.bytes();
        last.merge(&fine);
        self.bytes += last.bytes();
    }

    /// Keeps the latest frame, whatever its size.
    fn drop_oldest(&mut self) -> bool {
        let only_one = self.coarse.is_empty() && self.fine.len() <= 1;
        let oldest = if only_one { None } else { self.coarse.pop_front().or_else(|| self.fine.pop_front()) };
        let Some(oldest) = oldest else { return false };
        self.bytes -= oldest.bytes();
        for GaugeChange { slot, last, .. } in &oldest.gauges {
            if last.is_nan() {
                self.before.remove(slot);
            } else {
                self.before.insert(*slot, *last);
            }
        }
        true
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Frame> {
        self.coarse.iter().chain(&self.fine)
    }

    /// A gauge before the oldest frame.
    pub fn gauges_before(&self) -> &HashMap<u32, f64> {
        &self.before
    }

    /// The slots that have a value in any frame.
    pub fn used_slots(&self) -> HashSet<u32> {
        let mut used: HashSet<u32> = self.before.keys().copied().collect();
        for frame in self.iter() {
            used.extend(frame.counts.iter().map(|count| count.0));
            used.extend(frame.gauges.iter().map(|change| change.slot));
            used.extend(frame.distributions.iter().map(|it| it.slot));
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(second: f64) -> Frame {
        let gauges = vec![GaugeChange { slot: 1, last: second, highest: second, from_start: true }];
        let mut frame =
            Frame { end: second * 1000.0, millis: 1000.0, counts: vec![(0, 2.0)], gauges, ..Frame::default() };
        frame.push_distribution(3, (second, second, second), &[(second as u32 % 7, 1), (ZEROS, 1)]);
        frame
    }

    fn filled(seconds: u32) -> Frames {
        let mut frames = Frames::default();
        for second in 1..=seconds {
            frames.push(frame(f64::from(second)));
        }
        frames
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn an_hour_is_kept_in_seconds_and_then_in_tens() {
        let frames = filled(5000);
        let ends: Vec<f64> = frames.iter().map(|frame| frame.end / 1000.0).collect();
        assert_eq!(ends.last(), Some(&5000.0));
        assert_eq!(ends.iter().filter(|end| **end > 4700.0).count(), 300);
        assert!(ends.iter().filter(|end| **end <= 4700.0).all(|end| end % 10.0 == 0.0), "{ends:?}");
        assert_eq!(ends.first(), Some(&1410.0));
        assert_eq!(frames.iter().map(|frame| frame.millis).sum::<f64>(), 3_600_000.0);
    }

    #[test]
    fn a_frame_of_ten_seconds_has_all_that_happened_in_them() {
        let frames = filled(320);
        let first = frames.iter().next().unwrap();
        assert_eq!((first.end, first.millis, first.counts.as_slice()), (10_000.0, 10_000.0, &[(0, 20.0)][..]));
        assert_eq!(first.gauges, [GaugeChange { slot: 1, last: 10.0, highest: 10.0, from_start: true }]);
        let sampled = first.distributions[0];
        assert_eq!((sampled.sum, sampled.min, sampled.max), (55.0, 1.0, 10.0));
        let buckets = [(0, 1), (1, 2), (2, 2), (3, 2), (4, 1), (5, 1), (6, 1), (ZEROS, 10)];
        assert_eq!(first.buckets(&sampled), buckets);
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn memory_is_bounded_and_the_oldest_frames_go_first() {
        let mut frames = Frames::default();
        for second in 1..=1000 {
            frames.push_within(frame(f64::from(second)), 40_000);
            let real: usize = frames.iter().map(Frame::bytes).sum();
            assert_eq!(frames.bytes, real);
            assert!(real <= 40_000);
        }
        assert_eq!(frames.iter().last().unwrap().end, 1_000_000.0);
        assert!(frames.gauges_before()[&1] > 600.0);
    }
}
