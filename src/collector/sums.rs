//! Sums by series number.

use hashbrown::HashMap;

use crate::histogram::Sum;

/// A dense table, because there may be many counters, and most need only one number.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    // the series of `rounded[0]`, so that the sum of a single series takes no more memory than one entry
    first: usize,
    // NaN where there is no sum
    rounded: Vec<f64>,
    // what rounding lost; sums of whole numbers have no entry
    lost: HashMap<u32, f64>,
}

impl Sums {
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.rounded.is_empty()
    }

    #[inline]
    pub fn get(&self, series: u32) -> Option<Sum> {
        let at = (series as usize).checked_sub(self.first)?;
        let rounded = *self.rounded.get(at).filter(|rounded| !rounded.is_nan())?;
        let lost = if self.lost.is_empty() { 0.0 } else { self.lost.get(&series).copied().unwrap_or(0.0) };
        Some(Sum { rounded, lost })
    }

    #[inline]
    pub fn set(&mut self, series: u32, sum: Sum) {
        *self.place(series as usize) = sum.rounded;
        if sum.lost != 0.0 {
            self.lost.insert(series, sum.lost);
        } else if !self.lost.is_empty() {
            self.lost.remove(&series);
        }
    }

    pub fn remove(&mut self, series: u32) {
        let at = (series as usize).checked_sub(self.first);
        if let Some(rounded) = at.and_then(|at| self.rounded.get_mut(at)) {
            *rounded = f64::NAN;
            self.lost.remove(&series);
        }
    }

    #[inline]
    fn place(&mut self, series: usize) -> &mut f64 {
        if self.rounded.is_empty() {
            self.first = series;
        } else if series < self.first {
            // down to series 0, so that this happens only once
            self.rounded.splice(..0, std::iter::repeat_n(f64::NAN, self.first));
            self.first = 0;
        }
        let at = series - self.first;
        if at >= self.rounded.len() {
            self.rounded.resize(at + 1, f64::NAN);
        }
        &mut self.rounded[at]
    }

    #[inline]
    pub fn add(&mut self, series: u32, more: Sum) {
        let place = self.place(series as usize);
        if place.is_nan() && more.lost == 0.0 {
            // the only addition to most series
            *place = more.rounded;
        } else {
            self.set(series, self.get(series).map_or(more, |sum| sum.plus(more)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_a_sum_after_the_first_addition() {
        let mut sums = Sums::default();
        sums.add(2, Sum::from(0.0));
        assert_eq!((sums.get(1), sums.get(2), sums.get(3)), (None, Some(Sum::from(0.0)), None));
        sums.add(1, Sum::from(5.0));
        sums.add(2, Sum::from(1.0));
        sums.remove(0);
        assert_eq!((sums.get(0), sums.get(1), sums.get(2)), (None, Some(Sum::from(5.0)), Some(Sum::from(1.0))));
    }

    #[test]
    fn rounding_errors_are_kept_and_removed_with_their_sum() {
        let mut sums = Sums::default();
        for part in [0.1, 0.2, 0.3] {
            sums.add(0, Sum::from(part));
        }
        assert_ne!(sums.get(0).unwrap().lost, 0.0);
        sums.set(0, Sum::from(1.0));
        assert_eq!(sums.get(0), Some(Sum::from(1.0)));
    }
}
