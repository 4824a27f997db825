//! The values of counters, by series.

use hashbrown::HashMap;

use super::sums::Sums;
use crate::cells::ClaimRole;
use crate::histogram::Sum;

/// The value of a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// The sum of increments.
    pub increments: Sum,
    /// The sum of decrements, positive.
    pub decrements: Sum,
    /// The number of increments by 0, which make the series visible.
    pub zeros: f64,
}

impl Count {
    /// Adds two values.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self {
            increments: self.increments.plus(more.increments),
            decrements: self.decrements.plus(more.decrements),
            zeros: self.zeros + more.zeros,
        }
    }

    /// The change since an earlier reading.
    #[must_use]
    #[inline]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            increments: self.increments.since(earlier.increments),
            decrements: self.decrements.since(earlier.decrements),
            zeros: self.zeros - earlier.zeros,
        }
    }

    /// Increments minus decrements.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.increments.since(self.decrements).rounded
    }
}

/// Counts by series number. Most have increments only.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    increments: Sums,
    decrements: HashMap<u32, Sum>,
    zeros: HashMap<u32, f64>,
}

impl Counts {
    pub fn is_empty(&self) -> bool {
        self.increments.is_empty()
    }

    #[inline]
    pub fn get(&self, series: u32) -> Option<Count> {
        let increments = self.increments.get(series)?;
        Some(Count { increments, decrements: of(&self.decrements, series), zeros: of(&self.zeros, series) })
    }

    #[inline]
    pub fn increments(&self, series: u32) -> Option<Sum> {
        self.increments.get(series)
    }

    pub fn has_decrements(&self, series: u32) -> bool {
        self.decrements.contains_key(&series)
    }

    pub fn has_any_decrements(&self) -> bool {
        !self.decrements.is_empty()
    }

    /// Adds increments, and makes the series visible even if they are 0.
    #[inline]
    pub fn add_increments(&mut self, series: u32, more: Sum) {
        self.increments.add(series, more);
    }

    /// Adds the value of a claim with this role, unless it is 0.
    #[inline]
    pub fn add(&mut self, series: u32, role: ClaimRole, value: f64) {
        if value == 0.0 {
            return;
        }
        match role {
            ClaimRole::Decrements => self.add_decrements(series, Sum::from(value)),
            ClaimRole::Zeros => *self.zeros.entry(series).or_default() += value,
            _ => return self.increments.add(series, Sum::from(value)),
        }
        // a series is visible only if it has increments, even if they are 0
        self.increments.add(series, Sum::default());
    }

    fn add_decrements(&mut self, series: u32, more: Sum) {
        let decrements = self.decrements.entry(series).or_default();
        *decrements = decrements.plus(more);
    }

    /// Adds one series of other counts.
    pub fn add_series(&mut self, series: u32, from: &Self) {
        if let Some(increments) = from.increments.get(series) {
            self.increments.add(series, increments);
        }
        if let Some(decrements) = from.decrements.get(&series) {
            self.add_decrements(series, *decrements);
        }
        if let Some(zeros) = from.zeros.get(&series) {
            *self.zeros.entry(series).or_default() += zeros;
        }
    }

    pub fn remove(&mut self, series: u32) {
        self.increments.remove(series);
        self.decrements.remove(&series);
        self.zeros.remove(&series);
    }
}

/// The entry of a series, or 0. Skips the look-up in an empty map, which is the common case.
fn of<T: Copy + Default>(map: &HashMap<u32, T>, series: u32) -> T {
    if map.is_empty() { T::default() } else { map.get(&series).copied().unwrap_or_default() }
}
