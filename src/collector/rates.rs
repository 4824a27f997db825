//! Rates, for readers that read every second or so and keep no window: how fast series grow, and the latest values of the
//! distributions that somebody looks at.

use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::{NamesView, Reading};
use crate::histogram::Distribution;

/// A baseline is replaced at this age: rates are those of once to twice this time.
const BASELINE_AGE: Duration = Duration::from_secs(5);
/// A rate over less than this is meaningless.
const SHORTEST: Duration = Duration::from_millis(20);
/// The baseline of a distribution that nobody looks at is dropped after this time.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// Two baselines of the same thing, taken at least five seconds apart.
#[derive(Debug)]
pub struct RollingBaseline<T> {
    older: Option<(Instant, T)>,
    newer: (Instant, T),
}

impl<T> RollingBaseline<T> {
    /// Starts with a first baseline.
    pub fn new(now: Instant, first: T) -> Self {
        Self { older: None, newer: (now, first) }
    }

    /// Takes a new baseline if the newer one is old enough.
    pub fn note(&mut self, now: Instant, baseline: impl FnOnce() -> T) {
        if now.saturating_duration_since(self.newer.0) >= BASELINE_AGE {
            let earlier = std::mem::replace(&mut self.newer, (now, baseline()));
            self.older = Some(earlier);
        }
    }

    /// The baseline to compare with, and how many seconds ago it was taken.
    pub fn baseline(&self, now: Instant) -> Option<(f64, &T)> {
        let (taken, baseline) = self.older.as_ref().unwrap_or(&self.newer);
        let age = now.saturating_duration_since(*taken);
        (age >= SHORTEST).then_some((age.as_secs_f64(), baseline))
    }
}

/// What one reader compares a collector's readings with.
#[derive(Debug, Default)]
pub struct Recent {
    counts: Option<RollingBaseline<Counts>>,
    looked_at: HashMap<u32, LookedAt>,
}

/// How often each series was recorded.
#[derive(Debug)]
struct Counts {
    // of the reading, because numbers are given again
    epoch: u32,
    // by the numbers of the series, NaN where there is none
    counts: Vec<f64>,
}

impl Counts {
    fn of(reading: &Reading) -> Self {
        Self { epoch: reading.names.epoch(), counts: counts_of(reading) }
    }

    /// 0 for a series that was not there.
    fn get(&self, names: &NamesView, series: u32) -> f64 {
        let known = names.is_since(series, self.epoch).then(|| self.counts.get(series as usize)).flatten();
        known.copied().filter(|count| !count.is_nan()).unwrap_or(0.0)
    }
}

/// A distribution that somebody looks at.
#[derive(Debug)]
struct LookedAt {
    // when it was looked at first
    epoch: u32,
    last: Instant,
    rolling: RollingBaseline<Distribution>,
}

impl Recent {
    /// Notes a reading. To be called before [`Recent::rate`] and [`Recent::look_at`] with the same one.
    pub fn note(&mut self, reading: &Reading, now: Instant) {
        match &mut self.counts {
            Some(counts) => counts.note(now, || Counts::of(reading)),
            None => self.counts = Some(RollingBaseline::new(now, Counts::of(reading))),
        }
    }

    /// How much a series' count grew a second.
    #[must_use]
    pub fn rate(&self, names: &NamesView, series: u32, count: f64, now: Instant) -> Option<f64> {
        let (seconds, counts) = self.counts.as_ref()?.baseline(now)?;
        // less than before: the collector was cleared
        Some((count - counts.get(names, series)).max(0.0) / seconds)
    }

    /// What was recorded of a distribution since a baseline, and the age of the baseline in seconds. `None` when nothing was, and at
    /// the first look.
    pub fn look_at(
        &mut self,
        names: &NamesView,
        series: u32,
        distribution: &Distribution,
        now: Instant,
    ) -> Option<(f64, Distribution)> {
        self.looked_at.retain(|_, other| now.saturating_duration_since(other.last) < FORGOTTEN);
        let known = self.looked_at.get_mut(&series).filter(|known| names.is_since(series, known.epoch));
        if let Some(known) = known {
            known.last = now;
            known.rolling.note(now, || distribution.clone());
            let (seconds, before) = known.rolling.baseline(now)?;
            let grown = distribution.count() - before.count();
            if grown >= 0.0 {
                return (grown > 0.0).then(|| (seconds, distribution.since(before)));
            }
        }
        let rolling = RollingBaseline::new(now, distribution.clone());
        self.looked_at.insert(series, LookedAt { epoch: names.epoch(), last: now, rolling });
        None
    }
}

fn counts_of(reading: &Reading) -> Vec<f64> {
    let delta = reading.whole_life();
    let count = |number| reading.names.get(number)?.1.behaviour().recordings(&delta, number);
    (0..).zip(reading.names.series()).map(|(number, _)| count(number).unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::{Collector, FamilyOptions, Kind, NewCollector};
    use crate::histogram::{Form, LogLinear, Precision};

    #[test]
    fn a_rate_is_that_of_the_last_five_to_ten_seconds() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).unwrap();
        let cell = collector.register(&shard, family, &[]);
        let mut recent = Recent::default();
        let start = Instant::now();
        // (seconds, value, rate): the baseline at 0 serves until that of 5 is five seconds old
        for (second, value, expected) in [
            (0, 100.0, None),
            (1, 110.0, Some(10.0)),
            (5, 150.0, Some(10.0)),
            (9, 150.0, Some(50.0 / 9.0)),
            (10, 150.0, Some(0.0)),
            (11, 90.0, Some(0.0)),
        ] {
            shard.write(cell, value);
            let now = start + Duration::from_secs(second);
            let reading = collector.read();
            recent.note(&reading, now);
            assert_eq!(recent.rate(&reading.names, 0, value, now), expected, "after {second} s");
        }
        let names = collector.read().names;
        assert_eq!(
            recent.rate(&names, 7, 6.0, start + Duration::from_secs(11)),
            Some(1.0),
            "a series that was not there"
        );
    }

    #[test]
    fn a_series_with_the_number_of_one_that_was_removed_is_one_that_was_not_there() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).unwrap();
        shard.write(collector.register(&shard, family, &[("id", "old")]), 100.0);
        let mut recent = Recent::default();
        let start = Instant::now();
        recent.note(&collector.read(), start);
        collector.remove(&shard, Kind::Counter, "jobs", &[("id".to_owned(), "old".to_owned())]);
        shard.write(collector.register(&shard, family, &[("id", "new")]), 6.0);
        let names = collector.read().names;
        assert_eq!(names.series().count(), 1, "the number is not used again, so this tests nothing");
        assert_eq!(recent.rate(&names, 0, 6.0, start + Duration::from_secs(2)), Some(3.0));
    }

    #[test]
    fn a_distribution_is_compared_from_the_second_look_on_and_forgotten_in_time() {
        let mut distribution = Distribution::empty(Form::LogLinear(LogLinear::nanoseconds(Precision::One)));
        let mut recent = Recent::default();
        let collector = Collector::new(NewCollector::default());
        let family = collector.family(Kind::Timing, "t", FamilyOptions::default()).unwrap();
        collector.register(&collector.open_shard(), family, &[]);
        let names = collector.read().names;
        let start = Instant::now();
        let mut grow = |zeros: f64| {
            distribution.add_head(0.0, 0.0, 0.0, zeros);
            distribution.clone()
        };
        assert_eq!(recent.look_at(&names, 0, &grow(5.0), start), None);
        assert_eq!(recent.look_at(&names, 0, &grow(0.0), start + Duration::from_secs(1)), None);
        let (seconds, came) = recent.look_at(&names, 0, &grow(2.0), start + Duration::from_secs(2)).unwrap();
        assert_eq!((seconds, came.count()), (2.0, 2.0));
        assert_eq!(recent.look_at(&names, 0, &grow(1.0), start + Duration::from_mins(2)), None);
    }
}
