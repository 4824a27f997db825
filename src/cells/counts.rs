//! The live counts of one page. They may increase while they are read.

use std::ops::Range;

use super::layout::COUNTS_PER_CELL;
use super::sync::{AtomicU64, Ordering};

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
    let (rows, rest) = cells.as_chunks::<4>();
    // independent sums use SIMD
    let mut sums = [Halves::default(); 4];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, cell)| sum.add(cell));
    }
    sums.iter_mut().zip(rest).for_each(|(sum, cell)| sum.add(cell));
    sums.iter().map(Halves::total).sum::<u64>().cast_signed() as f64
}

/// The wrapping sum of whole cells, and the sum of their upper halves. Subtracting the second from the first leaves the sum of the lower
/// halves. This takes fewer instructions per cell than separating the halves.
#[derive(Clone, Copy, Default)]
struct Halves {
    both: u64,
    upper: u64,
}

impl Halves {
    fn add(&mut self, cell: &AtomicU64) {
        let cell = word(cell);
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
    fn the_sum_of_counts_is_exact_whatever_their_halves_are() {
        for pairs in [
            &[][..],
            &[(0, 0)],
            &[(1, 2), (3, 4)],
            &[(u32::MAX, 1), (u32::MAX, u32::MAX), (7, 0)],
            &[(0x7fff_fffe, 0x7fff_fffe); 512],
        ] {
            let cells: Vec<AtomicU64> =
                pairs.iter().map(|(low, high)| AtomicU64::new(u64::from(*high) << 32 | u64::from(*low))).collect();
            let counts = Counts::new(&cells);
            let expected: u64 = pairs.iter().map(|(low, high)| u64::from(*low) + u64::from(*high)).sum();
            assert_eq!(counts.total(), expected as f64);
            let each: f64 = (0..cells.len() as u32 * 2).map(|at| counts.get(at)).sum();
            assert_eq!(each, expected as f64);
        }
        let cells = [1, 2 | 3 << 32, 5 | 4 << 32].map(AtomicU64::new);
        let counts = Counts::new(&cells);
        assert_eq!((counts.sum(2..6), counts.get(3), counts.get(6)), (14.0, 3.0, 0.0));
    }
}
