//! Timings: durations, recorded in whole nanoseconds, reported in milliseconds and exposed in seconds.

use super::super::family::Family;
use super::super::value::Section;
use super::distribution::DistributionKind;
use super::{ExposedBuckets, FixedUnit, MetricType};
use crate::histogram::{LogLinear, Precision};

const NANOS_PER_MILLI: f64 = 1e6;
const NANOS_PER_SECOND: f64 = 1e9;
const MILLIS_PER_SECOND: f64 = 1e3;

/// A bound in seconds: its decimal with the point three digits to the left. The quotient of 123.4 would be 0.12340000000000001.
fn seconds_of(millis: f64) -> f64 {
    format!("{millis}e-3").parse().unwrap_or(millis / MILLIS_PER_SECOND)
}

/// The default upper bounds of a timing's buckets, in milliseconds.
pub const DEFAULT_BUCKETS_MILLIS: [f64; 13] =
    [1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0];

/// [`Kind::Timing`](super::Kind::Timing)
pub struct Timing;

impl DistributionKind for Timing {
    const NAME: &'static str = "timing";
    const SECTION: Section = Section::Timings;
    const SUM: &'static str = "total";
    const FIXED_UNIT: Option<FixedUnit> = Some(FixedUnit {
        word: "seconds",
        replaced_suffixes: &["_ms", "_millis", "_milliseconds"],
        size: NANOS_PER_SECOND,
    });
    const UNIT_SIZE: f64 = NANOS_PER_MILLI;
    const RECORDS_DECLARED_BUCKETS: bool = false;

    fn log_linear(precision: Precision) -> LogLinear {
        LogLinear::nanoseconds(precision)
    }

    fn metric_type(_: &Family) -> MetricType {
        MetricType::Histogram
    }

    fn exposed_buckets(family: &Family, default_millis: &[f64]) -> ExposedBuckets {
        let millis = Self::declared_bounds(family, default_millis);
        ExposedBuckets {
            bounds: millis.iter().map(|bound| seconds_of(*bound)).collect(),
            cuts: Some(millis.iter().map(|bound| Self::cut(*bound)).collect()),
        }
    }

    fn declared_bounds<'a>(family: &'a Family, default_millis: &'a [f64]) -> &'a [f64] {
        family.options.buckets.as_deref().unwrap_or(default_millis)
    }

    fn cut(bound: f64) -> f64 {
        (bound * NANOS_PER_MILLI).round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_digits_of_the_user() {
        for (millis, seconds) in [
            (1.0, "0.001"),
            (2.5, "0.0025"),
            (70.0, "0.07"),
            (123.4, "0.1234"),
            (0.005, "0.000005"),
            (1e10, "10000000"),
            (1000.0 / 3.0, "0.3333333333333333"),
        ] {
            assert_eq!(seconds_of(millis).to_string(), seconds);
        }
    }
}
