//! Gauges: the latest value of each thread, merged into one. With merge `last`, two more cells have the time of
//! setting and a check word.

use super::super::delta::Delta;
use super::super::family::{Family, Merge};
use super::super::gauge_value::GaugeValue;
use super::super::totals::Totals;
use super::super::value::{Section, Value};
use super::{Baseline, LiveClaim, MetricKind, MetricType, ValueType};
use crate::cells::sync::Arc;
use crate::cells::{ClaimRole, ClaimTemplate};

/// The content of an unset gauge's cell: a NaN that JavaScript never writes.
const UNSET: f64 = f64::from_bits(0x7ff8_7a11_7571_c401);
const UNSET_TIMED: [f64; 3] = [UNSET, 0.0, UNSET];

/// [`Kind::Gauge`](super::Kind::Gauge)
pub struct Gauge;

impl MetricKind for Gauge {
    fn name(&self) -> &'static str {
        "gauge"
    }

    fn claim_template(&self, family: &Family, _: bool) -> ClaimTemplate {
        let (role, initial): (_, &[f64]) = match family.merge() {
            Merge::Last => (ClaimRole::TimedGauge, &UNSET_TIMED),
            _ => (ClaimRole::Gauge, &[UNSET]),
        };
        ClaimTemplate { role, initial: Arc::from(initial), shape: None }
    }

    fn add_claim(&self, totals: &mut Totals, claim: &LiveClaim) {
        let (value, time) = match claim.claim.role {
            ClaimRole::TimedGauge => claim.chunk.read_timed(claim.head()),
            _ => (claim.read(), 0.0),
        };
        if value.to_bits() == UNSET.to_bits() {
            return;
        }
        let (state, merge) = (GaugeValue { value, time }, claim.family.merge());
        let merged = totals.gauges.entry(claim.claim.series);
        merged.and_modify(|merged| *merged = merged.merged(state, merge)).or_insert(state);
    }

    /// Adds nothing: the gauge is hidden until its thread sets it again, in another cell.
    fn add_claim_since(&self, _: &mut Totals, _: &LiveClaim, _: &Baseline) {}

    fn baseline(&self, _: &LiveClaim, _: Option<&Baseline>) -> Baseline {
        Baseline::Hidden
    }

    /// A state is never flushed.
    fn reset(&self, _: &LiveClaim) {}

    fn value_type(&self) -> ValueType {
        ValueType::State
    }

    fn is_set(&self, claim: &LiveClaim) -> bool {
        claim.read().to_bits() != UNSET.to_bits()
    }

    fn is_visible(&self, delta: &Delta, series: u32) -> bool {
        delta.gauge(series).is_some()
    }

    fn section(&self) -> Section {
        Section::Gauges
    }

    fn value(&self, delta: &Delta, series: u32) -> Option<Value> {
        self.exposed_number(delta, series).map(Value::Number)
    }

    fn metric_type(&self, _: &Family) -> MetricType {
        MetricType::Gauge
    }

    fn exposed_number(&self, delta: &Delta, series: u32) -> Option<f64> {
        delta.gauge(series).map(|state| state.value)
    }
}
