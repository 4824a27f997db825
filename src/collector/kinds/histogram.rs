//! Histograms: values of any unit, in log-linear or declared buckets.

use super::super::family::Family;
use super::super::value::Section;
use super::distribution::DistributionKind;
use super::{ExposedBuckets, MetricType};
use crate::histogram::{LogLinear, Precision};

/// [`Kind::Histogram`](super::Kind::Histogram)
pub struct Histogram;

impl DistributionKind for Histogram {
    const NAME: &'static str = "histogram";
    const SECTION: Section = Section::Histograms;
    const SUM: &'static str = "sum";
    const RECORDS_DECLARED_BUCKETS: bool = true;

    fn log_linear(precision: Precision) -> LogLinear {
        LogLinear::any(precision)
    }

    fn metric_type(family: &Family) -> MetricType {
        // no default buckets suit values of any unit
        if family.options.buckets.is_none() { MetricType::Summary } else { MetricType::Histogram }
    }

    fn exposed_buckets(family: &Family, _: &[f64]) -> ExposedBuckets {
        ExposedBuckets { bounds: family.options.buckets.clone().unwrap_or_default(), cuts: None }
    }

    fn declared_bounds<'a>(family: &'a Family, _: &'a [f64]) -> &'a [f64] {
        family.options.buckets.as_deref().unwrap_or_default()
    }
}
