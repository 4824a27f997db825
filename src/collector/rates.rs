//! Rates for a reader that reads about every second and has no window: how fast series grow, and the recent values of the
//! distributions that it reads.

use std::time::{Duration, Instant};

use hashbrown::HashMap;

use super::{NamesView, Reading};
use crate::histogram::Distribution;

/// The age at which a baseline is replaced. Rates cover once to twice this time.
const BASELINE_AGE: Duration = Duration::from_secs(5);
/// The shortest time that a rate covers.
const MIN_RATE_TIME: Duration = Duration::from_millis(20);
/// The time after which the baselines of a distribution that is not read any more are dropped.
const IDLE_TIME: Duration = Duration::from_mins(1);

/// Two earlier values of the same thing, taken at least five seconds apart.
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
    pub fn update(&mut self, now: Instant, baseline: impl FnOnce() -> T) {
        if now.saturating_duration_since(self.newer.0) >= BASELINE_AGE {
            let earlier = std::mem::replace(&mut self.newer, (now, baseline()));
            self.older = Some(earlier);
        }
    }

    /// The baseline to compare with, and how many seconds ago it was taken.
    pub fn baseline(&self, now: Instant) -> Option<(f64, &T)> {
        let (taken, baseline) = self.older.as_ref().unwrap_or(&self.newer);
        let age = now.saturating_duration_since(*taken);
        (age >= MIN_RATE_TIME).then_some((age.as_secs_f64(), baseline))
    }
}

/// The baselines of one reader of a collector.
#[derive(Debug, Default)]
pub struct Rates {
    counts: Option<RollingBaseline<Counts>>,
    distributions: HashMap<u32, ReadDistribution>,
}

/// The number of recordings of each series.
#[derive(Debug)]
struct Counts {
    // the epoch of the reading, because series numbers are reused
    epoch: u32,
    // by series number; NaN where no series has the number
    counts: Vec<f64>,
}

impl Counts {
    fn of(reading: &Reading) -> Self {
        Self { epoch: reading.names.epoch(), counts: counts_of(reading) }
    }

    /// 0 for a series that did not exist.
    fn get(&self, names: &NamesView, series: u32) -> f64 {
        let known = names.is_since(series, self.epoch).then(|| self.counts.get(series as usize)).flatten();
        known.copied().filter(|count| !count.is_nan()).unwrap_or(0.0)
    }
}

/// A distribution that was read.
#[derive(Debug)]
struct ReadDistribution {
    // at the first read
    epoch: u32,
    last_read: Instant,
    rolling: RollingBaseline<Distribution>,
}

impl Rates {
    /// Updates the baselines of counts. Call this with a reading before [`Rates::rate`].
    pub fn update(&mut self, reading: &Reading, now: Instant) {
        match &mut self.counts {
            Some(counts) => counts.update(now, || Counts::of(reading)),
            None => self.counts = Some(RollingBaseline::new(now, Counts::of(reading))),
        }
    }

    /// The growth of a series' count per second.
    #[must_use]
    pub fn rate(&self, names: &NamesView, series: u32, count: f64, now: Instant) -> Option<f64> {
        let (seconds, counts) = self.counts.as_ref()?.baseline(now)?;
        // a lower count: the collector was cleared
        Some((count - counts.get(names, series)).max(0.0) / seconds)
    }

    /// The age of a distribution's baseline in seconds, and the values since. `None` if there are none, and at the first call for
    /// the series.
    pub fn recent_values(
        &mut self,
        names: &NamesView,
        series: u32,
        distribution: &Distribution,
        now: Instant,
    ) -> Option<(f64, Distribution)> {
        self.distributions.retain(|_, other| now.saturating_duration_since(other.last_read) < IDLE_TIME);
        let known = self.distributions.get_mut(&series).filter(|known| names.is_since(series, known.epoch));
        if let Some(known) = known {
            known.last_read = now;
            known.rolling.update(now, || distribution.clone());
            let (seconds, before) = known.rolling.baseline(now)?;
            let grown = distribution.count() - before.count();
            if grown >= 0.0 {
                return (grown > 0.0).then(|| (seconds, distribution.since(before)));
            }
        }
        let rolling = RollingBaseline::new(now, distribution.clone());
        self.distributions.insert(series, ReadDistribution { epoch: names.epoch(), last_read: now, rolling });
        None
    }
}

fn counts_of(reading: &Reading) -> Vec<f64> {
    let delta = reading.cumulative_values();
    let count = |number| reading.names.get(number)?.1.behaviour().recordings(&delta, number);
    (0..).zip(reading.names.series()).map(|(number, _)| count(number).unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::{Collector, FamilyOptions, Kind, NewCollector};
    use crate::histogram::{BucketLayout, LogLinear, Precision};

    #[test]
    fn a_rate_covers_the_last_five_to_ten_seconds() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).unwrap();
        let cell = collector.register(&shard, family, &[]);
        let mut rates = Rates::default();
        let start = Instant::now();
        // (seconds, value, rate): the baseline of second 0 is used until that of second 5 is five seconds old
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
            rates.update(&reading, now);
            assert_eq!(rates.rate(&reading.names, 0, value, now), expected, "after {second} s");
        }
        let names = collector.read().names;
        assert_eq!(rates.rate(&names, 7, 6.0, start + Duration::from_secs(11)), Some(1.0), "a new series");
    }

    #[test]
    fn a_series_that_reuses_a_number_starts_at_zero() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).unwrap();
        shard.write(collector.register(&shard, family, &[("id", "old")]), 100.0);
        let mut rates = Rates::default();
        let start = Instant::now();
        rates.update(&collector.read(), start);
        collector.remove(&shard, Kind::Counter, "jobs", &[("id".to_owned(), "old".to_owned())]);
        shard.write(collector.register(&shard, family, &[("id", "new")]), 6.0);
        let names = collector.read().names;
        assert_eq!(names.series().count(), 1, "the number is not reused, so this tests nothing");
        assert_eq!(rates.rate(&names, 0, 6.0, start + Duration::from_secs(2)), Some(3.0));
    }

    #[test]
    fn a_distribution_has_recent_values_from_the_second_read_on_until_it_is_idle() {
        let mut distribution = Distribution::empty(BucketLayout::LogLinear(LogLinear::nanoseconds(Precision::One)));
        let mut rates = Rates::default();
        let collector = Collector::new(NewCollector::default());
        let family = collector.family(Kind::Timing, "t", FamilyOptions::default()).unwrap();
        collector.register(&collector.open_shard(), family, &[]);
        let names = collector.read().names;
        let start = Instant::now();
        let mut grow = |zeros: f64| {
            distribution.add_head(0.0, 0.0, 0.0, zeros);
            distribution.clone()
        };
        assert_eq!(rates.recent_values(&names, 0, &grow(5.0), start), None);
        assert_eq!(rates.recent_values(&names, 0, &grow(0.0), start + Duration::from_secs(1)), None);
        let (seconds, recent) = rates.recent_values(&names, 0, &grow(2.0), start + Duration::from_secs(2)).unwrap();
        assert_eq!((seconds, recent.count()), (2.0, 2.0));
        assert_eq!(rates.recent_values(&names, 0, &grow(1.0), start + Duration::from_mins(2)), None);
    }
}
