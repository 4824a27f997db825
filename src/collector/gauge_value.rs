//! What gauges hold.

use super::family::Merge;

/// The value of a gauge, of one thread or merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaugeValue {
    /// Any number, NaN too; never the bits of one that is not set.
    pub value: f64,
    /// When it was set, where the merge depends on it.
    pub time: f64,
}

impl GaugeValue {
    /// Two values of a gauge as one.
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
