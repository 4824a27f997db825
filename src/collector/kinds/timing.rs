//! Timings: durations in whole nanoseconds. Users read milliseconds; an exposition has seconds.

use super::super::family::Family;
use super::super::value::Section;
use super::distribution::DistributionKind;
use super::{ExposedBuckets, FixedUnit, MetricType};
use crate::histogram::{LogLinear, Precision};

const NANOS_PER_MILLI: f64 = 1e6;
const NANOS_PER_SECOND: f64 = 1e9;
const MILLIS_PER_SECOND: f64 = 1e3;

/// [`Kind::Timing`](super::Kind::Timing)
pub struct Timing;

impl DistributionKind for Timing {
    const WORD: &'static str = "timing";
    const SECTION: Section = Section::Timings;
    const SUM: &'static str = "total";
    const FIXED_UNIT: Option<FixedUnit> =
        Some(FixedUnit { word: "seconds", endings: &["_ms", "_millis", "_milliseconds"], size: NANOS_PER_SECOND });
    const UNIT_SIZE: f64 = NANOS_PER_MILLI;
    const CELLS_OF_BUCKETS: bool = false;

    fn log_linear(precision: Precision) -> LogLinear {
        LogLinear::nanoseconds(precision)
    }

    fn metric_type(_: &Family) -> MetricType {
        MetricType::Histogram
    }

    fn exposed_buckets(family: &Family, default_millis: &[f64]) -> ExposedBuckets {
        let millis = family.options.buckets.as_deref().unwrap_or(default_millis);
        ExposedBuckets {
            bounds: millis.iter().map(|bound| bound / MILLIS_PER_SECOND).collect(),
            // rounded as values are: one that equals a bound is not beyond it
            cuts: Some(millis.iter().map(|bound| (bound * NANOS_PER_MILLI).round()).collect()),
        }
    }
}
