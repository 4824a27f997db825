//! What counters hold, by series.

use hashbrown::HashMap;

use super::sums::Sums;
use crate::cells::ClaimRole;
use crate::histogram::Sum;

/// What a counter's cells hold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Increments.
    pub increments: Sum,
    /// Decrements, positive.
    pub decrements: Sum,
    /// Increments by zero, which make the series visible.
    pub zeros: f64,
}

impl Count {
    /// Both together.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self {
            increments: self.increments.plus(more.increments),
            decrements: self.decrements.plus(more.decrements),
            zeros: self.zeros + more.zeros,
        }
    }

    /// What came after an earlier reading.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            increments: self.increments.since(earlier.increments),
            decrements: self.decrements.since(earlier.decrements),
            zeros: self.zeros - earlier.zeros,
        }
    }

    /// Increments less decrements.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.increments.since(self.decrements).rounded
    }
}

/// Counts by the numbers of their series. Most have increments only.
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

    pub fn get(&self, series: u32) -> Option<Count> {
        let increments = self.increments.get(series)?;
        Some(Count { increments, decrements: of(&self.decrements, series), zeros: of(&self.zeros, series) })
    }

    pub fn increments(&self, series: u32) -> Option<Sum> {
        self.increments.get(series)
    }

    pub fn has_decrements(&self, series: u32) -> bool {
        self.decrements.contains_key(&series)
    }

    /// Adds increments, of which there may be none: from now on the series is there.
    pub fn add_increments(&mut self, series: u32, more: Sum) {
        self.increments.add(series, more);
    }

    /// Adds what a claim of this role holds or has gained, if that is anything.
    pub fn add(&mut self, series: u32, role: ClaimRole, value: f64) {
        if value == 0.0 {
            return;
        }
        match role {
            ClaimRole::Decrements => self.add_decrements(series, Sum::from(value)),
            ClaimRole::Zeros => *self.zeros.entry(series).or_default() += value,
            _ => return self.increments.add(series, Sum::from(value)),
        }
        // the series is shown by its increments, of which there may be none
        self.increments.add(series, Sum::default());
    }

    fn add_decrements(&mut self, series: u32, more: Sum) {
        let decrements = self.decrements.entry(series).or_default();
        *decrements = decrements.plus(more);
    }

    /// Adds one series of another's.
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

    pub fn forget(&mut self, series: u32) {
        self.increments.forget(series);
        self.decrements.remove(&series);
        self.zeros.remove(&series);
    }
}

/// A series' value; a map that most collectors leave empty is not searched.
fn of<T: Copy + Default>(map: &HashMap<u32, T>, series: u32) -> T {
    if map.is_empty() { T::default() } else { map.get(&series).copied().unwrap_or_default() }
}
