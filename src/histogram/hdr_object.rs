//! The memory of an `HdrHistogram` object. JavaScript owns and writes it (`lib/events/cells.js`), and passes it to each call.
//!
//! It consists of an array of counts, which begins with a head, and of a directory, which has the position of each page in that array,
//! or 0 if there is none. A power of two has one page, or several if it has more buckets than a page. Pages are in any
//! order.

use super::HdrCounts;

/// The offset of the smallest value, +∞ if there is none. `lib/events/layout.js` has the same constants.
pub const MIN: usize = 0;
/// The offset of the largest value, −∞ if there is none.
pub const MAX: usize = 1;
/// The offset of the number of zeros.
pub const ZERO: usize = 2;
/// A page has `2^PAGE_BITS` buckets, or all buckets of a power of two if these are fewer.
pub const PAGE_BITS: u32 = 7;

impl HdrCounts {
    /// The counts of an object. `None` unless it has 1 to 5 significant digits.
    #[must_use]
    pub fn of_object(cells: &[f64], directory: &[u32], digits: u32) -> Option<Self> {
        let mut counts = Self::empty(digits)?;
        let head = |at| cells.get(at).copied().unwrap_or(0.0);
        counts.add(0, head(ZERO));
        let page_bits = counts.bits().min(PAGE_BITS);
        for (entry, &start) in (0_u32..).zip(directory).filter(|(_, start)| **start != 0) {
            let page = cells.get(start as usize..).and_then(|cells| cells.get(..1 << page_bits));
            counts.add_buckets(entry << page_bits, page.unwrap_or_default());
        }
        if counts.count() > 0.0 {
            counts.set_extremes(head(MIN) as u64, head(MAX) as u64);
        }
        Some(counts)
    }
}
