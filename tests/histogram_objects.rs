//! The Rust half of `HdrHistogram` objects compared with the `hdrhistogram` crate, and the memory layout that it shares with the
//! JavaScript half.

use std::fs;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};
use proptest::collection::vec;
use proptest::prelude::*;
use tallystick::histogram::{BucketCount, BucketLayout, Distribution, HdrCounts, LogLinear, Precision, hdr_object};

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

#[test]
fn both_halves_agree_on_the_layout_of_the_head() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lib/events/layout.js");
    let text = fs::read_to_string(path).expect("the package has this file");
    for (name, place) in [("MIN", hdr_object::MIN), ("MAX", hdr_object::MAX), ("ZERO", hdr_object::ZERO)] {
        assert!(text.contains(&format!("\nconst {name} = {place}\n")), "{name}");
    }
    assert!(text.contains(&format!("\nconst PAGE_BITS = {}\n", hdr_object::PAGE_BITS)));
}

/// Values of every size, with their counts.
fn recordings() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let value = (0..53_u32, any::<u64>()).prop_map(|(bits, random)| random >> 11 >> (52 - bits));
    vec((value, 1..1_000_000_u64), 0..60)
}

/// The same recordings in our histogram and in theirs.
fn both(digits: u8, recordings: &[(u64, u64)]) -> (HdrCounts, Histogram<u64>) {
    let mut ours = HdrCounts::empty(u32::from(digits)).unwrap();
    let mut theirs = Histogram::new_with_bounds(1, HdrCounts::LARGEST, digits).unwrap();
    for &(value, count) in recordings {
        ours.add(value, count as f64);
        theirs.record_n(value, count).unwrap();
    }
    (ours, theirs)
}

fn theirs_encoded(histogram: &Histogram<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    V2Serializer::new().serialize(histogram, &mut bytes).unwrap();
    bytes
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn another_hdr_histogram_reads_our_encoding(digits in 1..=4_u8, recordings in recordings()) {
        let (ours, theirs) = both(digits, &recordings);
        let read: Histogram<u64> = Deserializer::new().deserialize(&mut ours.encode().as_slice()).unwrap();
        prop_assert_eq!(read, theirs);
    }

    #[test]
    fn the_encoding_of_another_hdr_histogram_is_read(digits in 1..=4_u8, recordings in recordings()) {
        let (ours, theirs) = both(digits, &recordings);
        let read = HdrCounts::decode(&theirs_encoded(&theirs)).unwrap();
        prop_assert_eq!(read.buckets(), ours.buckets());
        prop_assert_eq!((read.zeros(), read.count()), (ours.zeros(), ours.count()));
        if !recordings.is_empty() {
            let (min, max) = ours.extremes();
            prop_assert_eq!(read.extremes(), (theirs.lowest_equivalent(min), theirs.highest_equivalent(max)));
        }
    }

    #[test]
    fn values_in_coarser_units_are_decoded_into_their_buckets(unit in 1..30_u32, recordings in recordings()) {
        let mut theirs = Histogram::<u64>::new_with_bounds(1 << unit, HdrCounts::LARGEST, 2).unwrap();
        for &(value, count) in &recordings {
            theirs.record_n(value, count).unwrap();
        }
        let read = HdrCounts::decode(&theirs_encoded(&theirs)).unwrap();
        let mut expected = HdrCounts::empty(2).unwrap();
        for cell in theirs.iter_recorded() {
            let value = cell.value_iterated_to();
            let middle = if value < 1 << unit { 0 } else { theirs.median_equivalent(value) };
            expected.add(middle, cell.count_at_value() as f64);
        }
        prop_assert_eq!(read.buckets(), expected.buckets());
        prop_assert_eq!(read.zeros(), expected.zeros());
    }

    #[test]
    fn mean_and_deviation_equal_those_of_hdr_histogram(digits in 1..=4_u8, recordings in recordings()) {
        prop_assume!(!recordings.is_empty());
        let (ours, theirs) = both(digits, &recordings);
        let (mean, deviation) = ours.moments();
        prop_assert!((mean - theirs.mean()).abs() <= 1e-9 * mean, "{mean} {}", theirs.mean());
        prop_assert!((deviation - theirs.stdev()).abs() <= 1e-6 * mean, "{deviation} {}", theirs.stdev());
    }

    #[test]
    fn any_bytes_are_read_or_rejected(bytes in vec(any::<u8>(), 0..200)) {
        let _ = HdrCounts::decode(&bytes);
    }

    #[test]
    fn a_damaged_encoding_is_read_or_rejected(
        recordings in recordings(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = both(3, &recordings).0.encode();
        for (place, byte) in damage {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(read) = HdrCounts::decode(&bytes) {
            prop_assert!(read.count() <= HdrCounts::LARGEST as f64);
        }
    }

    #[test]
    fn an_objects_memory_is_read_with_its_counts(digits in 1..=5_u8, recordings in recordings()) {
        let (ours, _) = both(digits, &recordings);
        let (cells, directory) = memory(&ours);
        prop_assert_eq!(HdrCounts::of_object(&cells, &directory, u32::from(digits)), Some(ours.clone()));
        prop_assert_eq!(ours.times(1.0), Some(ours));
    }

    #[test]
    fn a_timing_keeps_its_buckets(values in vec(1..=HdrCounts::LARGEST, 1..50)) {
        let layout = LogLinear::nanoseconds(Precision::Two);
        let timing = distribution(layout, values.iter().map(|value| *value as f64));
        let mut expected = HdrCounts::empty(2).unwrap();
        for value in &values {
            expected.add(*value, 1.0);
        }
        prop_assert_eq!(HdrCounts::of_distribution(&timing, 1.0), Some(expected));
    }

    #[test]
    fn scaled_values_stay_within_the_precision(values in vec(0.01..1e6_f64, 1..50)) {
        let any = distribution(LogLinear::any(Precision::Two), values.iter().copied());
        let scaled = HdrCounts::of_distribution(&any, 1e6).unwrap();
        let mut exact = HdrCounts::empty(2).unwrap();
        for value in &values {
            exact.add((value * 1e6).round() as u64, 1.0);
        }
        let (mean, expected) = (scaled.moments().0, exact.moments().0);
        prop_assert!((mean / expected - 1.0).abs() < 0.01, "{mean} {expected}");
        prop_assert_eq!(scaled.extremes(), exact.extremes());
    }
}

/// The memory of an object with the same counts.
fn memory(counts: &HdrCounts) -> (Vec<f64>, Vec<u32>) {
    let (min, max) = counts.extremes();
    let mut memory = vec![min as f64, max as f64, counts.zeros(), 0.0];
    let bits = counts.bits().min(hdr_object::PAGE_BITS);
    let mut directory = vec![0; 53 << (counts.bits() - bits)];
    // pages are in any order
    for &(place, count) in counts.buckets().iter().rev() {
        let page = &mut directory[(place >> bits) as usize];
        if *page == 0 {
            *page = memory.len() as u32;
            memory.resize(memory.len() + (1 << bits) + 1, 0.0);
        }
        let page = *page as usize;
        memory[page + (place & ((1 << bits) - 1)) as usize] += count;
        memory[page + (1 << bits)] += count;
    }
    (memory, directory)
}

fn distribution(layout: LogLinear, values: impl Iterator<Item = f64>) -> Distribution {
    let mut all = Distribution::empty(BucketLayout::LogLinear(layout));
    for value in values {
        all.add_head(value, value, value, 0.0);
        let (entry, bucket) = layout.place(value);
        all.add_counts(&[BucketCount { number: layout.number(entry, bucket), count: 1.0 }]);
    }
    all
}

#[test]
fn five_digits_equal_those_of_hdr_histogram() {
    let (ours, theirs) = both(5, &[(0, 2), (99_999, 1), (1_234_567, 3), (HdrCounts::LARGEST, 1)]);
    assert_eq!(HdrCounts::decode(&theirs_encoded(&theirs)).unwrap().buckets(), ours.buckets());
    let read: Histogram<u64> = Deserializer::new().deserialize(&mut ours.encode().as_slice()).unwrap();
    assert_eq!(read, theirs);
}

#[test]
fn a_value_beyond_the_largest_is_not_scaled() {
    let mut counts = HdrCounts::empty(2).unwrap();
    counts.add(HdrCounts::LARGEST, 1.0);
    assert_eq!(counts.times(2.0), None);
    assert!(counts.times(0.5).is_some());
}

#[test]
fn invalid_memory_has_no_values() {
    for (cells, directory) in [(&[][..], &[][..]), (&[1.0], &[1]), (&[0.0; 8], &[u32::MAX, 4, 7])] {
        let counts = HdrCounts::of_object(cells, directory, 2).unwrap();
        assert_eq!(counts.count(), 0.0);
        assert!(counts.moments().0.is_nan());
    }
    assert_eq!(HdrCounts::of_object(&[], &[], 6), None);
}
