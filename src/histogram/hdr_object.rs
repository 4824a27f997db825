//! The memory of an `HdrHistogram` object: JavaScript owns and writes it (`lib/events/cells.js`), and lends it for one call.
//!
//! It is an array of counts that begins with a head, and a directory: for each power of two the place of its page in that
//! array, 0 where there is none. Pages are in the order of their first use. Nothing of it is kept here.

use super::HdrCounts;

/// The head begins with the smallest value, +∞ while there is none. `lib/events/layout.js` says the same of all of these.
pub const MIN: usize = 0;
/// The largest value, −∞ while there is none.
pub const MAX: usize = 1;
/// How many zeros.
pub const ZERO: usize = 2;

impl HdrCounts {
    /// What an object holds; `None` for other than 1 to 5 significant digits.
    #[must_use]
    pub fn of_object(cells: &[f64], directory: &[u32], digits: u32) -> Option<Self> {
        let mut counts = Self::empty(digits)?;
        let head = |at| cells.get(at).copied().unwrap_or(0.0);
        counts.add(0, head(ZERO));
        for (exponent, &place) in (0..).zip(directory) {
            let place = place as usize;
            let page = cells.get(place..).and_then(|cells| cells.get(..counts.cells()));
            if let Some(page) = page.filter(|_| place != 0) {
                counts.add_page(exponent, page);
            }
        }
        if counts.count() > 0.0 {
            counts.set_extremes(head(MIN) as u64, head(MAX) as u64);
        }
        Some(counts)
    }
}
