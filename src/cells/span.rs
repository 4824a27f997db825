//! Where the pages of a distribution are in its span, the room beside its head: pages of neighbouring powers of two lie side by
//! side, so that JavaScript finds a value's count among them by one addition.
//!
//! The upper half is for the neighbours of the page that comes first, and the lower half for those below. What is done for the
//! first time is often slow and nothing like what comes after: if the first page below or above the upper half is nowhere near,
//! the lower half is for its neighbours.

use std::ops::Range;

/// How many pages a span has room for.
pub(super) const SPAN: u32 = 2 * HALF;

const HALF: u32 = 7;
const LOWER: Range<u32> = 0..HALF;
const UPPER: Range<u32> = HALF..SPAN;

/// The slot of the page that comes first.
const FIRST: u32 = UPPER.start + 2;
/// The slot of the first page that is nowhere near: some slots are below it and some above.
const OTHER: u32 = LOWER.start + 4;

/// A page that is there: its power of two and its slot.
pub(super) type Known = (u32, u32);

/// The slot of the page of a power of two. `None` where it does not belong in the span.
pub(super) fn slot_of(entry: u32, known: &[Known]) -> Option<u32> {
    let upper = origin_in(UPPER, known).unwrap_or_else(|| origin_of((entry, FIRST)));
    let lower = origin_in(LOWER, known).unwrap_or_else(|| match slot(entry, upper, LOWER) {
        Some(_) => upper,
        None => origin_of((entry, OTHER)),
    });
    slot(entry, upper, UPPER).or_else(|| slot(entry, lower, LOWER))
}

/// The powers of two from that of a new page to those with which it lies in one row.
pub(super) fn row_of(new: Known, known: &[Known]) -> Range<u32> {
    let entries = known.iter().filter(|page| origin_of(**page) == origin_of(new)).map(|(entry, _)| *entry);
    let (first, last) = entries.fold((new.0, new.0), |(first, last), entry| (first.min(entry), last.max(entry)));
    first..last + 1
}

/// The power of two whose page would be in slot 0.
fn origin_of((entry, slot): Known) -> i64 {
    i64::from(entry) - i64::from(slot)
}

fn origin_in(slots: Range<u32>, known: &[Known]) -> Option<i64> {
    known.iter().find(|(_, slot)| slots.contains(slot)).copied().map(origin_of)
}

fn slot(entry: u32, origin: i64, slots: Range<u32>) -> Option<u32> {
    u32::try_from(i64::from(entry) - origin).ok().filter(|slot| slots.contains(slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slots that pages get one after the other.
    fn slots<const N: usize>(entries: [u32; N]) -> [Option<u32>; N] {
        let mut known = Vec::new();
        entries.map(|entry| {
            let slot = slot_of(entry, &known);
            known.extend(slot.map(|slot| (entry, slot)));
            slot
        })
    }

    #[test]
    fn pages_lie_in_the_order_of_their_values_about_the_first_one() {
        let expected = [Some(9), Some(13), Some(7), Some(6), Some(4), Some(0), None];
        assert_eq!(slots([20, 24, 18, 17, 15, 11, 10]), expected);
    }

    #[test]
    fn where_the_first_value_was_nothing_like_the_others_these_have_slots_of_their_own() {
        assert_eq!(slots([30, 10, 12, 6, 13, 5, 31]), [Some(9), Some(4), Some(6), Some(0), None, None, Some(10)]);
        assert_eq!(slots([3, 20, 22, 4, 16]), [Some(9), Some(4), Some(6), Some(10), Some(0)]);
    }

    #[test]
    fn small_powers_of_two_have_slots_too() {
        assert_eq!(slots([0, 4, 5]), [9, 13, 4].map(Some));
        assert_eq!(slots([12, 0]), [Some(9), Some(4)]);
    }

    #[test]
    fn a_row_is_of_pages_that_lie_side_by_side() {
        assert_eq!(row_of((20, 9), &[]), 20..21);
        assert_eq!(row_of((17, 6), &[(20, 9), (24, 13)]), 17..25);
        assert_eq!(row_of((8, 2), &[(30, 9), (10, 4), (31, 10)]), 8..11);
    }
}
