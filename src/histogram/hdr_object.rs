//! The memory of an `HdrHistogram` object: JavaScript owns and writes it (`lib/events/cells.js`), and passes it for one call.
//!
//! It is an array of counts that begins with a head, and a directory: for each page's worth of cells the place of the page in
//! that array, 0 where there is none. A power of two has one page, or several where it has more cells than a page. Pages are
//! in any order. Nothing of it is kept here.

use super::HdrCounts;

/// The head begins with the smallest value, +∞ while there is none. `lib/events/layout.js` says the same of all of these.
pub const MIN: usize = 0;
/// The largest value, −∞ while there is none.
pub const MAX: usize = 1;
/// How many zeros.
pub const ZERO: usize = 2;
/// A page has two to the power of this many cells, or those of a power of two where they are fewer.
pub const PAGE_BITS: u32 = 7;

impl HdrCounts {
    /// What an object holds; `None` for other than 1 to 5 significant digits.
    #[must_use]
    pub fn of_object(cells: &[f64], directory: &[u32], digits: u32) -> Option<Self> {
        let mut counts = Self::empty(digits)?;
        let head = |at| cells.get(at).copied().unwrap_or(0.0);
        counts.add(0, head(ZERO));
        let page_bits = counts.bits().min(PAGE_BITS);
        for (entry, &place) in (0_u32..).zip(directory).filter(|(_, place)| **place != 0) {
            let page = cells.get(place as usize..).and_then(|cells| cells.get(..1 << page_bits));
            counts.add_cells(entry << page_bits, page.unwrap_or_default());
        }
        if counts.count() > 0.0 {
            counts.set_extremes(head(MIN) as u64, head(MAX) as u64);
        }
        Some(counts)
    }
}
