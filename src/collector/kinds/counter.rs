//! Counters: a cell of increments, and from the first use on, one of decrements and one that counts increments by 0. All three
//! only go up.

use super::super::delta::Delta;
use super::super::family::Family;
use super::super::totals::Totals;
use super::super::value::{Section, Value, saturated};
use super::{Baseline, LiveClaim, MetricKind, MetricType, ValueType};
use crate::cells::{ClaimRole, ClaimTemplate};
use crate::histogram::Sum;

/// [`Kind::Counter`](super::Kind::Counter)
pub struct Counter;

impl MetricKind for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn claim_template(&self, _: &Family, _: bool) -> ClaimTemplate {
        ClaimTemplate::cell(ClaimRole::Increments)
    }

    fn add_claim(&self, totals: &mut Totals, claim: &LiveClaim) {
        let series = claim.claim.series;
        match claim.claim.role {
            // even if 0, so that the series is visible from its registration on
            ClaimRole::Increments => totals.counts.add_increments(series, Sum::from(claim.read())),
            role => totals.counts.add(series, role, claim.read()),
        }
    }

    fn add_claim_since(&self, totals: &mut Totals, claim: &LiveClaim, before: &Baseline) {
        if let Baseline::Number(before) = before {
            totals.counts.add(claim.claim.series, claim.claim.role, claim.read() - before);
        }
    }

    fn baseline(&self, claim: &LiveClaim, _: Option<&Baseline>) -> Baseline {
        Baseline::Number(claim.read())
    }

    fn reset(&self, claim: &LiveClaim) {
        claim.chunk.write(claim.head(), 0.0);
    }

    fn value_type(&self) -> ValueType {
        ValueType::Count
    }

    fn is_visible(&self, delta: &Delta, series: u32) -> bool {
        delta.increments(series).is_some()
    }

    fn recordings(&self, delta: &Delta, series: u32) -> Option<f64> {
        delta.count(series).map(|count| count.increments.rounded)
    }

    fn section(&self) -> Section {
        Section::Counters
    }

    fn value(&self, delta: &Delta, series: u32) -> Option<Value> {
        delta.count(series).map(|count| Value::Number(saturated(count.net())))
    }

    fn metric_type(&self, _: &Family) -> MetricType {
        MetricType::Counter
    }

    fn exposed_number(&self, delta: &Delta, series: u32) -> Option<f64> {
        delta.increments(series)
    }

    fn net(&self, delta: &Delta, series: u32) -> Option<f64> {
        if delta.has_decrements(series) { delta.count(series).map(|count| count.net()) } else { None }
    }
}
