//! What the latest minute or so says of the delays of an event loop, in seconds.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::histogram::Distribution;

/// Statistics are of at least this time, if the thread is that old.
const SPAN: Duration = Duration::from_mins(1);
/// Baselines are at least this far apart.
const STEP: Duration = Duration::from_secs(10);

const NANOS_PER_SECOND: f64 = 1e9;

/// Statistics of delays, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LagStatistics {
    /// The smallest, the largest, their mean, and the standard deviation.
    pub min: f64,
    pub max: f64,
    pub mean: f64,
    pub stddev: f64,
    /// Quantiles.
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
}

impl LagStatistics {
    /// Of one delay.
    pub fn of_one(lag: f64) -> Self {
        Self { min: lag, max: lag, mean: lag, stddev: 0.0, p50: lag, p90: lag, p99: lag }
    }

    /// Of delays in nanoseconds; `None` without one.
    pub fn of(delays: &Distribution) -> Option<Self> {
        let (min, max) = delays.extremes()?;
        let quantiles = delays.quantiles(&[0.5, 0.9, 0.99])?;
        let [p50, p90, p99] = <[f64; 3]>::try_from(quantiles).ok()?.map(|nanos| nanos / NANOS_PER_SECOND);
        let mean = delays.sum() / delays.count();
        let squares = delays.middles().into_iter().map(|(middle, count)| (middle - mean).powi(2) * count);
        let stddev = (squares.sum::<f64>() / delays.count()).sqrt();
        let [min, max, mean, stddev] = [min, max, mean, stddev].map(|nanos| nanos / NANOS_PER_SECOND);
        Some(Self { min, max, mean, stddev, p50, p90, p99 })
    }
}

/// Earlier readings of the delays of one thread, so that all scrapers see the same minute.
#[derive(Debug)]
pub struct LatestMinute {
    // the oldest first; never empty; nothing was recorded at `None`
    baselines: VecDeque<(Instant, Option<Distribution>)>,
}

impl LatestMinute {
    /// Of a thread that starts now.
    pub fn starting(now: Instant) -> Self {
        Self { baselines: VecDeque::from([(now, None)]) }
    }

    /// What was recorded in the latest minute or so, or since the previous reading if that is longer ago. `all` is what was recorded
    /// since the start.
    pub fn of(&mut self, all: &Distribution, now: Instant) -> Distribution {
        let age = |taken: Instant| now.saturating_duration_since(taken);
        if self.baselines.iter().any(|(_, before)| before.as_ref().is_some_and(|it| it.count() > all.count())) {
            // the series was removed, and recorded again
            *self = Self::starting(now);
        }
        while self.baselines.get(1).is_some_and(|(taken, _)| age(*taken) >= SPAN) {
            self.baselines.pop_front();
        }
        let mut latest = all.clone();
        if let Some((_, Some(before))) = self.baselines.front() {
            latest.subtract(before);
            latest.narrow_extremes();
        }
        if self.baselines.back().is_none_or(|(taken, _)| age(*taken) >= STEP) {
            self.baselines.push_back((now, Some(all.clone())));
        }
        latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::{BucketCount, BucketLayout, LogLinear, Precision};

    /// Delays in nanoseconds.
    fn delays(values: &[f64]) -> Distribution {
        let layout = LogLinear::nanoseconds(Precision::Two);
        let mut delays = Distribution::empty(BucketLayout::LogLinear(layout));
        for value in values {
            let (entry, bucket) = layout.place(*value);
            delays.add_counts(&[BucketCount { number: layout.number(entry, bucket), count: 1.0 }]);
            delays.add_head(*value, *value, *value, 0.0);
        }
        delays
    }

    #[test]
    fn statistics_are_in_seconds() {
        let of = LagStatistics::of(&delays(&[1e6, 3e6])).unwrap();
        for (actual, expected) in
            [(of.min, 0.001), (of.max, 0.003), (of.mean, 0.002), (of.stddev, 0.001), (of.p50, 0.001), (of.p99, 0.003)]
        {
            assert!((actual - expected).abs() < 0.01 * expected, "{actual} is not {expected}");
        }
        assert_eq!(LagStatistics::of(&delays(&[])), None);
    }

    #[test]
    fn a_delay_is_seen_for_a_minute_by_all_who_read_meanwhile() {
        let start = Instant::now();
        let mut minute = LatestMinute::starting(start);
        let mut all = vec![];
        let mut seen = vec![];
        for second in 0..200 {
            all.push(if second == 50 { 1e9 } else { 1e3 });
            let latest = minute.of(&delays(&all), start + Duration::from_secs(second));
            if latest.extremes().unwrap().1 > 9e8 {
                seen.push(second);
            }
        }
        assert_eq!(seen.first(), Some(&50));
        assert!((109..=121).contains(seen.last().unwrap()), "it was last seen at {:?}", seen.last());
        assert_eq!(seen.len() as u64, seen.last().unwrap() - 49);
    }

    #[test]
    fn rare_readings_have_all_since_the_one_before() {
        let start = Instant::now();
        let mut minute = LatestMinute::starting(start);
        let counts = [3, 5, 9].map(|count| delays(&vec![1e3; count]));
        let read: Vec<f64> =
            (1..).zip(&counts).map(|(at, all)| minute.of(all, start + Duration::from_mins(5 * at)).count()).collect();
        assert_eq!(read, [3.0, 2.0, 4.0]);
    }
}
