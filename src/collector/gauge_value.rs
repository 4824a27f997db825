//! The values of gauges.

use super::family::Merge;

/// The value of a gauge in one thread, or merged over threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaugeValue {
    /// Any number, including NaN, but never the bit pattern of an unset gauge.
    pub value: f64,
    /// The time of setting, or 0 if the merge does not depend on it.
    pub time: f64,
}

impl GaugeValue {
    /// Merges two values of a gauge.
    #[must_use]
    pub fn merged(self, other: Self, merge: Merge) -> Self {
        match merge {
            Merge::Sum => Self { value: self.value + other.value, time: 0.0 },
            Merge::Min => Self { value: self.value.min(other.value), ..self },
            Merge::Max => Self { value: self.value.max(other.value), ..self },
            Merge::Last if other.time >= self.time => other,
            Merge::Last => self,
        }
    }
}
