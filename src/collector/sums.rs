//! Sums by the numbers of their series.

use hashbrown::HashMap;

use crate::histogram::Sum;

/// Dense, because counters are many and a number is all most have.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    // NaN where there is none
    rounded: Vec<f64>,
    // never 0; whole numbers have no entry here
    lost: HashMap<u32, f64>,
}

impl Sums {
    pub fn is_empty(&self) -> bool {
        self.rounded.is_empty()
    }

    pub fn get(&self, series: u32) -> Option<Sum> {
        let rounded = *self.rounded.get(series as usize).filter(|rounded| !rounded.is_nan())?;
        let lost = if self.lost.is_empty() { 0.0 } else { self.lost.get(&series).copied().unwrap_or(0.0) };
        Some(Sum { rounded, lost })
    }

    pub fn set(&mut self, series: u32, sum: Sum) {
        let at = series as usize;
        if at >= self.rounded.len() {
            self.rounded.resize(at + 1, f64::NAN);
        }
        self.rounded[at] = sum.rounded;
        if sum.lost != 0.0 {
            self.lost.insert(series, sum.lost);
        } else if !self.lost.is_empty() {
            self.lost.remove(&series);
        }
    }

    pub fn forget(&mut self, series: u32) {
        if let Some(rounded) = self.rounded.get_mut(series as usize) {
            *rounded = f64::NAN;
            self.lost.remove(&series);
        }
    }

    pub fn add(&mut self, series: u32, more: Sum) {
        self.set(series, self.get(series).map_or(more, |sum| sum.plus(more)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_a_sum_once_something_was_added() {
        let mut sums = Sums::default();
        sums.add(2, Sum::from(0.0));
        assert_eq!((sums.get(1), sums.get(2), sums.get(3)), (None, Some(Sum::from(0.0)), None));
    }

    #[test]
    fn what_rounding_lost_is_kept_and_forgotten_with_its_sum() {
        let mut sums = Sums::default();
        for part in [0.1, 0.2, 0.3] {
            sums.add(0, Sum::from(part));
        }
        assert_ne!(sums.get(0).unwrap().lost, 0.0);
        sums.set(0, Sum::from(1.0));
        assert_eq!(sums.get(0), Some(Sum::from(1.0)));
    }
}
