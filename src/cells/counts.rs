//! The live counts of one page. They may increase while they are read.

use std::ops::Range;

use super::layout::{COUNTS_PER_CELL, FULL};
use super::sync::{AtomicU64, Ordering};

/// The cells of a row of counts.
const ROW: usize = 8;

/// The counts of a page.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    cells: &'a [AtomicU64],
}

impl<'a> Counts<'a> {
    pub(super) fn new(cells: &'a [AtomicU64]) -> Self {
        Self { cells }
    }

    /// One count; 0 beyond the page.
    #[must_use]
    pub fn get(self, at: u32) -> f64 {
        let cell = self.cells.get((at / COUNTS_PER_CELL) as usize).map_or(0, word);
        f64::from((cell >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32)
    }

    /// Calls `visit` with the positions of the counts that are not 0, and the counts. A branch for eight cells: most of the pages of a
    /// flat distribution are empty, and most counts of others are 0, without a pattern.
    pub fn each(self, mut visit: impl FnMut(u32, f64)) {
        let mut first = 0;
        for row in self.cells.chunks(ROW) {
            let mut words = [0; ROW];
            words.iter_mut().zip(row).for_each(|(copy, cell)| *copy = word(cell));
            if words.iter().fold(0, |all, word| all | word) != 0 {
                let found = |word: u64| u32::from(word as u32 != 0) | u32::from(word >> u32::BITS != 0) << 1;
                let mut left = 0;
                for (at, word) in (0..).zip(words) {
                    left |= found(word) << (COUNTS_PER_CELL * at);
                }
                while left != 0 {
                    let at = left.trailing_zeros();
                    left &= left - 1;
                    let word = words[(at / COUNTS_PER_CELL) as usize];
                    visit(first + at, f64::from((word >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32));
                }
            }
            first += ROW as u32 * COUNTS_PER_CELL;
        }
    }

    /// The sum of all counts.
    #[must_use]
    pub fn total(self) -> f64 {
        sum(self.cells)
    }

    /// The sum of a range of counts. Both ends must be even.
    #[must_use]
    pub fn sum(self, of: Range<u32>) -> f64 {
        let cells = (of.start / COUNTS_PER_CELL) as usize..(of.end / COUNTS_PER_CELL) as usize;
        self.cells.get(cells).map_or(0.0, sum)
    }
}

fn sum(cells: &[AtomicU64]) -> f64 {
    let (rows, rest) = cells.as_chunks::<8>();
    // independent sums do not wait for each other
    let mut sums = [Halves::default(); 4];
    for row in rows {
        let (pairs, _) = row.as_chunks::<2>();
        // neither half overflows, because counts are at most `FULL`
        sums.iter_mut().zip(pairs).for_each(|(sum, [one, other])| sum.add(word(one).wrapping_add(word(other))));
    }
    for cell in rest {
        sums[0].add(word(cell));
    }
    sums.iter().map(Halves::total).sum::<u64>().cast_signed() as f64
}

// two counts fit into one half
const _: () = assert!(FULL <= u32::MAX / 2);

/// The wrapping sum of whole cells, and the sum of their upper halves. Subtracting the second from the first leaves the sum of the lower
/// halves. This takes fewer instructions per cell than separating the halves.
#[derive(Clone, Copy, Default)]
struct Halves {
    both: u64,
    upper: u64,
}

impl Halves {
    fn add(&mut self, cell: u64) {
        self.both = self.both.wrapping_add(cell);
        self.upper += cell >> u32::BITS;
    }

    fn total(&self) -> u64 {
        self.both.wrapping_sub(self.upper << u32::BITS) + self.upper
    }
}

/// Relaxed suffices, as in [`Chunk::read`](super::Chunk::read).
fn word(cell: &AtomicU64) -> u64 {
    cell.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_and_summed_exactly_whatever_their_halves_are() {
        for pairs in [
            &[][..],
            &[(0, 0)],
            &[(1, 2), (3, 4)],
            &[(FULL, 1), (FULL, FULL), (7, 0)],
            &[(FULL, FULL); 512],
            &[(FULL, 0); 13],
            &[(0, FULL); 7],
        ] {
            let cells: Vec<AtomicU64> =
                pairs.iter().map(|(low, high)| AtomicU64::new(u64::from(*high) << 32 | u64::from(*low))).collect();
            let counts = Counts::new(&cells);
            let expected: u64 = pairs.iter().map(|(low, high)| u64::from(*low) + u64::from(*high)).sum();
            assert_eq!(counts.total(), expected as f64);
            let all = 0..cells.len() as u32 * 2;
            assert_eq!(all.clone().map(|at| counts.get(at)).sum::<f64>(), expected as f64);
            let mut visited = Vec::new();
            counts.each(|at, count| visited.push((at, count)));
            let counted = all.map(|at| (at, counts.get(at))).filter(|(_, count)| *count > 0.0);
            assert_eq!(visited, counted.collect::<Vec<_>>());
        }
        let cells = [1, 2 | 3 << 32, 5 | 4 << 32].map(AtomicU64::new);
        let counts = Counts::new(&cells);
        assert_eq!((counts.sum(2..6), counts.get(3), counts.get(6)), (14.0, 3.0, 0.0));
    }
}
