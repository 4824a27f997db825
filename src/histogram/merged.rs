//! Merges distributions with different layouts and units, such as a timing and a histogram of the same name.

use super::Distribution;
use super::Summary;
use super::quantiles::{Bucket, Extremes, Walk};
use crate::sorting;

/// Distributions that are summarized as one.
#[derive(Clone, Debug, Default)]
pub struct MergedDistribution {
    // each with a different layout or unit
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    distribution: Distribution,
    unit: f64,
}

impl MergedDistribution {
    /// Adds a distribution whose values are reported in multiples of `unit`.
    pub fn add(&mut self, distribution: Distribution, unit: f64) {
        let is_alike = |part: &&mut Part| part.unit == unit && part.distribution.layout() == distribution.layout();
        match self.parts.iter_mut().find(is_alike) {
            Some(part) => part.distribution.add(&distribution),
            None => self.parts.push(Part { distribution, unit }),
        }
    }

    /// Extremes and quantiles, as precise as the buckets. `None` if there is no value.
    #[must_use]
    pub fn summary(&self, quantiles: &[f64]) -> Option<Summary> {
        if let [Part { distribution, unit }] = self.parts.as_slice() {
            return distribution.summary(quantiles, *unit);
        }
        let extremes = self.extremes()?;
        let buckets = self.buckets();
        let quantiles = Walk::new(0.0, &buckets, |bucket: &Bucket, _| *bucket).quantiles(extremes, quantiles);
        let overflow = self.parts.iter().map(|part| part.distribution.overflow()).sum();
        Some(Summary { min: extremes.min, max: extremes.max, quantiles, overflow })
    }

    fn extremes(&self) -> Option<Extremes> {
        let extremes = self.parts.iter().filter_map(|Part { distribution, unit }| {
            let (min, max) = distribution.extremes()?;
            Some(Extremes { min: min / unit, max: max / unit })
        });
        extremes.reduce(|one, other| Extremes { min: one.min.min(other.min), max: one.max.max(other.max) })
    }

    /// The non-empty buckets of all parts, ascending by their largest values.
    fn buckets(&self) -> Vec<Bucket> {
        let scaled = |Part { distribution, unit }: &Part| {
            let scale =
                |bucket: Bucket| Bucket { lowest: bucket.lowest / unit, highest: bucket.highest / unit, ..bucket };
            distribution.buckets().map(scale).collect::<Vec<_>>()
        };
        let mut buckets: Vec<Bucket> = self.parts.iter().flat_map(scaled).collect();
        sorting::sort_by(&mut buckets, |one, other| one.highest.total_cmp(&other.highest));
        buckets
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BucketCount, BucketLayout, LogLinear, Precision};
    use super::*;

    const MILLI: f64 = 1e6;
    const QUANTILES: [f64; 5] = [0.0, 0.5, 0.9, 0.99, 1.0];

    fn distribution(layout: LogLinear, values: &[f64]) -> Distribution {
        let mut distribution = Distribution::empty(BucketLayout::LogLinear(layout));
        for &value in values {
            let zeros = if value == 0.0 { 1.0 } else { 0.0 };
            distribution.add_head(value, value, value, zeros);
            if value > 0.0 {
                let (entry, bucket) = layout.place(value);
                distribution.add_counts(&[BucketCount { number: layout.number(entry, bucket), count: 1.0 }]);
            }
        }
        distribution
    }

    #[test]
    fn an_empty_distribution_has_no_summary() {
        let mut merged = MergedDistribution::default();
        assert_eq!(merged.summary(&QUANTILES), None);
        merged.add(distribution(LogLinear::any(Precision::Two), &[]), 1.0);
        assert_eq!(merged.summary(&QUANTILES), None);
    }

    #[test]
    fn durations_and_plain_values_are_one_distribution() {
        let values: Vec<f64> = (0..1000).map(|at| f64::from(at * at % 997) / 10.0).collect();
        let (some, others) = values.split_at(400);
        let nanos: Vec<f64> = some.iter().map(|millis| (millis * MILLI).round()).collect();
        let mut merged = MergedDistribution::default();
        merged.add(distribution(LogLinear::nanoseconds(Precision::Two), &nanos), MILLI);
        merged.add(distribution(LogLinear::any(Precision::Two), others), 1.0);
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let summary = merged.summary(&QUANTILES).unwrap();
        assert_eq!((summary.min, summary.max, summary.overflow), (sorted[0], sorted[999], 0.0));
        for (q, value) in QUANTILES.iter().zip(&summary.quantiles) {
            let exact = sorted[((q * 1000.0).ceil().max(1.0) - 1.0) as usize];
            assert!((value - exact).abs() <= exact / 100.0, "{q}: {value} for {exact}");
        }
    }

    #[test]
    fn distributions_with_the_same_layout_and_unit_are_summed() {
        let layout = LogLinear::any(Precision::Three);
        let (mut merged, mut whole) = (MergedDistribution::default(), MergedDistribution::default());
        merged.add(distribution(layout, &[1.0, 2.0]), 1.0);
        merged.add(distribution(layout, &[0.0, 700.0]), 1.0);
        whole.add(distribution(layout, &[1.0, 2.0, 0.0, 700.0]), 1.0);
        assert_eq!(merged.parts.len(), 1);
        assert_eq!(merged.summary(&QUANTILES), whole.summary(&QUANTILES));
    }

    #[test]
    fn values_beyond_the_range_are_overflow() {
        let mut merged = MergedDistribution::default();
        merged.add(distribution(LogLinear::nanoseconds(Precision::Two), &[1.0, super::super::MAX_NANOS]), MILLI);
        merged.add(distribution(LogLinear::any(Precision::Two), &[1.0, 1e20, 1e30]), 1.0);
        assert_eq!(merged.summary(&[]).map(|summary| summary.overflow), Some(3.0));
    }
}
