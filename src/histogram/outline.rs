//! Extremes and quantiles of log-linear counts that are read where they are: of most pages the sum is all that is asked, and no
//! page is copied. What is told is what [`Distribution`](super::Distribution) tells of the same counts.

use std::ops::Range;

use super::distribution::{Cell, rank};
use super::{Extremes, LogLinear, Summary};

/// Counts are looked through in rows of this many. A page is a whole number of rows.
pub const ROW: u32 = 16;

/// The counts of one power of two. They may go up while they are read.
pub trait LivePage {
    /// Its place in the directory.
    fn entry(&self) -> u32;
    /// The sum of all counts, above 0.
    fn total(&self) -> f64;
    /// The sum of a row.
    fn row(&self, row: u32) -> f64;
    /// One count.
    fn count(&self, at: u32) -> f64;
}

/// What is read of one distribution.
#[derive(Debug)]
pub struct Outline<Page> {
    /// How its values are divided.
    pub layout: LogLinear,
    /// The number of zeros.
    pub zeros: f64,
    /// The life-long smallest and largest value, +∞ and −∞ where they are not known.
    pub extremes: Extremes,
    /// Those with a count, ascending by their entries.
    pub pages: Vec<Page>,
}

impl<Page: LivePage> Outline<Page> {
    /// What is told of it in multiples of `unit`. `None` without a value.
    #[must_use]
    pub fn summary(&self, shares: &[f64], unit: f64) -> Option<Summary> {
        let first = self.first()?;
        let last = self.last().unwrap_or(first);
        let extremes = self.extremes.within(&first, &last);
        let count = self.zeros + self.pages.iter().map(LivePage::total).sum::<f64>();
        let quantile = |share: &f64| {
            if *share <= 0.0 {
                return extremes.min / unit;
            }
            let rank = rank(*share, count);
            let value = self.cell_of_rank(rank).map(|(cell, before)| cell.value_of_rank(rank - before, extremes));
            value.unwrap_or(extremes.max) / unit
        };
        Some(Summary {
            min: extremes.min / unit,
            max: extremes.max / unit,
            quantiles: shares.iter().map(quantile).collect(),
            overflow: self.overflow(),
        })
    }

    fn first(&self) -> Option<Cell> {
        if self.zeros > 0.0 {
            return Some(Cell::of_zeros(self.zeros));
        }
        let page = self.pages.first()?;
        let row = self.rows().find(|row| page.row(*row) > 0.0)?;
        let at = cells_of(row).find(|at| page.count(*at) > 0.0)?;
        Some(self.cell(page, at))
    }

    fn last(&self) -> Option<Cell> {
        let page = self.pages.last()?;
        let row = self.rows().rev().find(|row| page.row(*row) > 0.0)?;
        let at = cells_of(row).rev().find(|at| page.count(*at) > 0.0)?;
        Some(self.cell(page, at))
    }

    /// The cell with the value of this rank, and how many values lie before it.
    fn cell_of_rank(&self, rank: f64) -> Option<(Cell, f64)> {
        if self.zeros >= rank {
            return Some((Cell::of_zeros(self.zeros), 0.0));
        }
        let mut before = self.zeros;
        for page in &self.pages {
            if before + page.total() < rank {
                before += page.total();
                continue;
            }
            for row in self.rows() {
                let sum = page.row(row);
                if before + sum < rank {
                    before += sum;
                    continue;
                }
                for at in cells_of(row) {
                    let count = page.count(at);
                    if count > 0.0 && before + count >= rank {
                        return Some((self.cell(page, at), before));
                    }
                    before += count;
                }
            }
        }
        None
    }

    fn overflow(&self) -> f64 {
        let is_last = |page: &&Page| page.entry() + 1 == self.layout.entries();
        let last = self.pages.last().filter(is_last).filter(|_| self.extremes.max >= self.layout.largest());
        last.map_or(0.0, |page| page.count(self.layout.precision().cells() - 1))
    }

    fn cell(&self, page: &Page, at: u32) -> Cell {
        self.layout.cell(page.entry(), at, page.count(at), self.extremes)
    }

    fn rows(&self) -> Range<u32> {
        0..self.layout.precision().cells() / ROW
    }
}

fn cells_of(row: u32) -> Range<u32> {
    row * ROW..(row + 1) * ROW
}

#[cfg(test)]
mod tests {
    use super::super::{Distribution, Form, Precision, total};
    use super::*;

    struct Copied {
        entry: u32,
        counts: Vec<f64>,
    }

    impl LivePage for Copied {
        fn entry(&self) -> u32 {
            self.entry
        }

        fn total(&self) -> f64 {
            total(&self.counts)
        }

        fn row(&self, row: u32) -> f64 {
            cells_of(row).map(|at| self.count(at)).sum()
        }

        fn count(&self, at: u32) -> f64 {
            self.counts[at as usize]
        }
    }

    #[test]
    fn the_value_of_every_rank_is_that_of_a_distribution() {
        for (digits, zeros) in [(1, 0.0), (2, 3.0), (3, 0.0)] {
            let layout = LogLinear::any(Precision::from_digits(digits).unwrap());
            let cells = layout.precision().cells();
            // some at the ends of rows, and pages at the ends of the range
            let counts = |entry: u32| (0..cells).map(move |at| f64::from(u8::from((at * 7 + entry).is_multiple_of(5))));
            let mut pages = Vec::new();
            let mut distribution = Distribution::empty(Form::LogLinear(layout));
            let extremes = Extremes { min: 1e-30, max: 1e30 };
            distribution.add_head(0.0, extremes.min, extremes.max, zeros);
            for entry in [0, 70, 71, layout.entries() - 1] {
                distribution.add_page(entry, counts(entry).collect::<Vec<_>>().into_iter());
                pages.push(Copied { entry, counts: counts(entry).collect() });
            }
            let count = distribution.count();
            let shares: Vec<f64> = (0..=count as u32).map(|rank| f64::from(rank) / count).collect();
            let told = Outline { layout, zeros, extremes, pages }.summary(&shares, 1.0).unwrap();
            assert_eq!(Some(told.quantiles.to_vec()), distribution.quantiles(&shares));
            assert_eq!(Some((told.min, told.max)), distribution.extremes());
            assert_eq!(told.overflow, distribution.overflow());
        }
    }
}
