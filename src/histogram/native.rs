//! Native histograms of Prometheus, made of log-linear distributions. Here, buckets are those of the native histogram; those of the
//! distribution are internal buckets.
//!
//! Their buckets of schema `s` end at the powers of `2^(2^-s)`, in seconds for durations; internal buckets divide powers of two of
//! nanoseconds into equal parts. So a bucket may end within an internal one, whose count is then divided as if its values were spread
//! evenly over it. The first schema is coarse enough that at most one bucket ends in an internal one, hence:
//! - a value is counted in a wrong bucket only if it lies in the same internal bucket as that one's end: a quantile is off by at
//!   most a bucket and an internal bucket;
//! - the parts of a count are `round(share · count)` and the rest, of which neither falls as the count grows: a server takes a
//!   count that falls for a restart.
//!
//! Beyond [`MAX_BUCKETS`], adjacent buckets are merged in pairs until they fit. Each merge lowers the schema by one.

use std::ops::Range;
use std::sync::OnceLock;

use super::distribution::{BucketLayout, Distribution};
use super::log_linear::{LogLinear, Precision};

/// The most buckets of a histogram.
pub const MAX_BUCKETS: u32 = 160;

/// The coarsest schema.
const LOWEST_SCHEMA: i32 = -4;

/// Gaps of at most this many empty buckets are cheaper within a span than between two.
const MAX_GAP: u32 = 2;

const NANOS_PER_SECOND: f64 = 1e9;

/// A native histogram as it is sent. Values below zero are not recorded, so it has no negative buckets.
#[derive(Clone, Debug, Default)]
pub struct NativeHistogram {
    /// How fine its buckets are.
    pub schema: i32,
    /// How many values are 0.
    pub zeros: u64,
    /// Runs of buckets.
    pub spans: Vec<Span>,
    /// The count of each bucket of the spans, less that of the one before.
    pub deltas: Vec<i64>,
    // what it was made of
    counts: Counts,
}

/// Neighbouring buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Of the first span the number of its first bucket; of another how many buckets there are between it and the one before.
    pub offset: i32,
    /// How many buckets.
    pub length: u32,
}

/// How the internal buckets of a layout are divided among buckets.
#[derive(Debug)]
pub struct NativeBuckets {
    layout: LogLinear,
    schema: i32,
    // the unit of the buckets, as a multiple of that of the layout
    unit: f64,
    // made when a value of that power of two first occurs
    pages: Box<[OnceLock<Box<[Division]>>]>,
}

/// How an internal bucket is divided between a bucket and the next one.
#[derive(Clone, Copy, Debug)]
struct Division {
    bucket: i32,
    /// The share of the first one: 1 if the whole internal bucket lies in it.
    share: f64,
}

impl NativeHistogram {
    /// The native histogram of a distribution. `None` if it has declared buckets.
    #[must_use]
    pub fn of(distribution: &Distribution) -> Option<Self> {
        let mut histogram = Self::default();
        histogram.set(distribution).then_some(histogram)
    }

    /// Replaces its content with that of a distribution, and reuses its memory. Returns false if that has declared buckets.
    pub fn set(&mut self, distribution: &Distribution) -> bool {
        let BucketLayout::LogLinear(layout) = distribution.layout() else { return false };
        let buckets = NativeBuckets::of(*layout);
        buckets.count(distribution, &mut self.counts);
        self.schema = buckets.schema;
        while self.counts.sent() > MAX_BUCKETS && self.schema > LOWEST_SCHEMA {
            self.counts.merge_pairs();
            self.schema -= 1;
        }
        self.zeros = distribution.zeros() as u64;
        self.put();
        true
    }

    /// The scale, the number of the first bucket and all counts from there on, as `OpenTelemetry` has them: a bucket's number is that
    /// of its lower bound. At most 160: pairs of buckets become one, as often as is needed.
    #[must_use]
    pub fn dense(&self) -> (i32, i32, Vec<u64>) {
        let (mut counts, mut scale) = (self.counts.clone(), self.schema);
        while counts.range().len() > MAX_BUCKETS as usize {
            counts.merge_pairs();
            scale -= 1;
        }
        let range = counts.range();
        if range.is_empty() {
            return (scale, 0, Vec::new());
        }
        let mut dense = vec![0; range.len()];
        for (bucket, count) in counts.0 {
            dense[(bucket - range.start) as usize] = count as u64;
        }
        (scale, range.start - 1, dense)
    }

    /// Makes spans of the counts.
    fn put(&mut self) {
        self.spans.clear();
        self.deltas.clear();
        let (mut next, mut before) = (0, 0);
        for &(bucket, count) in &self.counts.0 {
            let count = count as i64;
            let gap = bucket - next;
            match self.spans.last_mut() {
                Some(span) if gap <= MAX_GAP.cast_signed() => {
                    span.length += gap.cast_unsigned() + 1;
                    for _ in 0..gap {
                        self.deltas.push(-before);
                        before = 0;
                    }
                }
                _ => self.spans.push(Span { offset: gap, length: 1 }),
            }
            self.deltas.push(count - before);
            (next, before) = (bucket + 1, count);
        }
    }
}

/// Buckets, which ascend, and their counts, none of which is 0.
#[derive(Clone, Debug, Default)]
struct Counts(Vec<(i32, f64)>);

impl Counts {
    /// Adds a count to the last bucket or to a new one.
    fn add(&mut self, bucket: i32, more: f64) {
        match self.0.last_mut() {
            _ if more == 0.0 => {}
            Some((last, count)) if *last == bucket => *count += more,
            _ => self.0.push((bucket, more)),
        }
    }

    /// From the first bucket to the last one.
    fn range(&self) -> Range<i32> {
        match (self.0.first(), self.0.last()) {
            (Some((first, _)), Some((last, _))) => *first..*last + 1,
            _ => 0..0,
        }
    }

    /// How many buckets their spans have.
    fn sent(&self) -> u32 {
        let gaps = self.0.windows(2).map(|pair| (pair[1].0 - pair[0].0 - 1).cast_unsigned());
        self.0.len() as u32 + gaps.filter(|gap| *gap <= MAX_GAP).sum::<u32>()
    }

    /// Makes one bucket of each two that end where one of the next lower schema does.
    fn merge_pairs(&mut self) {
        for (bucket, _) in &mut self.0 {
            *bucket = (*bucket + 1) >> 1;
        }
        self.0.dedup_by(|(bucket, count), (last, sum)| {
            let is_same = bucket == last;
            if is_same {
                *sum += *count;
            }
            is_same
        });
    }
}

impl NativeBuckets {
    /// Those of a layout, the same ones each time.
    fn of(layout: LogLinear) -> &'static Self {
        static ALL: [[OnceLock<NativeBuckets>; 3]; 2] = [const { [const { OnceLock::new() }; 3] }; 2];
        let [durations, others] = &ALL;
        let of_precision = if layout.is_whole() { durations } else { others };
        let [one, two, three] = of_precision;
        let (buckets, schema) = match layout.precision() {
            Precision::One => (one, 3),
            Precision::Two => (two, 6),
            Precision::Three => (three, 8),
        };
        buckets.get_or_init(|| Self {
            layout,
            schema,
            unit: if layout.is_whole() { NANOS_PER_SECOND } else { 1.0 },
            pages: (0..layout.entries()).map(|_| OnceLock::new()).collect(),
        })
    }

    /// Counts the values of each bucket, in place of others.
    fn count(&self, distribution: &Distribution, counts: &mut Counts) {
        counts.0.clear();
        for internal in distribution.counts() {
            let (entry, at) = self.layout.entry_of(internal.number);
            let Some(page) = self.pages.get(entry as usize) else { continue };
            let Division { bucket, share } = page.get_or_init(|| self.divisions(entry))[at as usize];
            let below = rounded(share * internal.count);
            counts.add(bucket, below);
            counts.add(bucket + 1, internal.count - below);
        }
    }

    fn divisions(&self, entry: u32) -> Box<[Division]> {
        (0..self.layout.precision().buckets()).map(|internal| self.division(entry, internal)).collect()
    }

    fn division(&self, entry: u32, internal: u32) -> Division {
        let (first, last) = self.layout.ends(entry, internal);
        let (low, high) = (self.bucket(first), self.bucket(last));
        if low == high {
            return Division { bucket: low, share: 1.0 };
        }
        Division { bucket: low, share: self.layout.share_up_to(entry, internal, self.end(low)) }
    }

    /// The bucket of a value.
    fn bucket(&self, value: f64) -> i32 {
        let guess = ((value / self.unit).log2() * self.per_power()).ceil() as i32;
        // the logarithm may be off by its last bit
        (guess - 1..=guess).find(|bucket| value <= self.end(*bucket)).unwrap_or(guess + 1)
    }

    /// Where a bucket ends, in the unit of the layout.
    fn end(&self, bucket: i32) -> f64 {
        (f64::from(bucket) / self.per_power()).exp2() * self.unit
    }

    /// How many buckets cut a power of two.
    fn per_power(&self) -> f64 {
        f64::from(self.schema).exp2()
    }
}

/// The nearest whole number, for values from 0 to 2^52. `f64::round` is a call where the processor may lack an instruction for it.
fn rounded(value: f64) -> f64 {
    const WHOLE: f64 = (1_u64 << (f64::MANTISSA_DIGITS - 1)) as f64;
    value + WHOLE - WHOLE
}

#[cfg(test)]
mod tests {
    use super::super::BucketCount;
    use super::*;

    fn of(layout: LogLinear, values: impl IntoIterator<Item = f64>) -> Distribution {
        let mut distribution = Distribution::empty(BucketLayout::LogLinear(layout));
        for value in values {
            record(&mut distribution, layout, value);
        }
        distribution
    }

    fn record(distribution: &mut Distribution, layout: LogLinear, value: f64) {
        if value == 0.0 {
            return distribution.add_head(0.0, 0.0, 0.0, 1.0);
        }
        let (entry, internal) = layout.place(value);
        distribution.add_counts(&[BucketCount { number: layout.number(entry, internal), count: 1.0 }]);
        distribution.add_head(value, value, value, 0.0);
    }

    /// The buckets with their numbers and counts.
    fn buckets(histogram: &NativeHistogram) -> Vec<(i32, i64)> {
        let (mut next, mut count, mut deltas) = (0, 0, histogram.deltas.iter());
        let mut buckets = Vec::new();
        for span in &histogram.spans {
            next += span.offset;
            for _ in 0..span.length {
                count += deltas.next().expect("a delta for each bucket");
                buckets.push((next, count));
                next += 1;
            }
        }
        assert_eq!(deltas.next(), None);
        buckets
    }

    fn precisions() -> [Precision; 3] {
        [Precision::One, Precision::Two, Precision::Three]
    }

    #[test]
    fn dense_buckets_hold_every_value_between_their_bounds() {
        for values in [
            vec![],
            vec![1.0],
            vec![1.5, 1.5, 3.0],
            vec![1e-9, 0.1, 7.0, 1e9],
            vec![0.0, 2.0_f64.powi(-60), 2.0_f64.powi(60)],
        ] {
            let layout = LogLinear::any(Precision::Two);
            let native = NativeHistogram::of(&of(layout, values.iter().copied())).expect("log-linear");
            let (scale, offset, counts) = native.dense();
            assert!(counts.len() <= MAX_BUCKETS as usize);
            assert_eq!(counts.iter().sum::<u64>() + native.zeros, values.len() as u64);
            let base = 2.0_f64.powf(2.0_f64.powi(-scale));
            for value in values.iter().filter(|value| **value > 0.0) {
                // a value may be in a neighbouring bucket if a bucket ends within its internal one
                let bucket = (value.log(base).ceil() as i32 - 1 - offset).max(0) as usize;
                let near = bucket.saturating_sub(1)..(bucket + 2).min(counts.len());
                assert!(counts[near].iter().any(|count| *count > 0), "{value} {scale} {offset} {counts:?}");
            }
        }
    }

    #[test]
    fn at_most_one_bucket_ends_in_an_internal_one() {
        for precision in precisions() {
            for layout in [LogLinear::nanoseconds(precision), LogLinear::any(precision)] {
                let buckets = NativeBuckets::of(layout);
                for entry in 0..layout.entries() {
                    for internal in 0..precision.buckets() {
                        let (first, last) = layout.ends(entry, internal);
                        if first > last {
                            continue; // between two whole numbers
                        }
                        let (low, high) = (buckets.bucket(first), buckets.bucket(last));
                        assert!(high - low <= 1, "{precision:?} {entry} {internal}");
                        assert!(buckets.end(low - 1) < first && first <= buckets.end(low), "{first}");
                        let share = buckets.division(entry, internal).share;
                        assert!((0.0..=1.0).contains(&share), "{share}");
                    }
                }
            }
        }
    }

    #[test]
    fn values_are_in_the_buckets_that_hold_them() {
        for (values, zeros, spans, deltas) in [
            (vec![], 0, vec![], vec![]),
            (vec![0.0, 0.0], 2, vec![], vec![]),
            // bucket 8 ends at 2 s, within the internal bucket of this value, four fifths of which lie before
            (vec![2e9], 0, vec![Span { offset: 8, length: 1 }], vec![1]),
            (vec![2e9, 2e9, 4.2e9], 0, vec![Span { offset: 8, length: 1 }, Span { offset: 8, length: 1 }], vec![2, -1]),
            (vec![2e9, 2.4e9], 0, vec![Span { offset: 8, length: 3 }], vec![1, -1, 1]),
        ] {
            let histogram = NativeHistogram::of(&of(LogLinear::nanoseconds(Precision::One), values)).unwrap();
            let NativeHistogram { schema, zeros: found, spans: runs, deltas: counts, .. } = histogram;
            assert_eq!((schema, found, runs, counts), (3, zeros, spans, deltas));
        }
    }

    #[test]
    fn one_with_bounds_of_its_own_has_none() {
        assert!(NativeHistogram::of(&Distribution::empty(BucketLayout::Bounds([1.0].into()))).is_none());
    }

    /// Whole numbers without order, the same ones in each run.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 1_u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        })
    }

    #[test]
    fn no_count_falls_while_values_are_added_and_the_schema_does_not_rise() {
        for precision in precisions() {
            let layout = LogLinear::nanoseconds(precision);
            let mut distribution = Distribution::empty(BucketLayout::LogLinear(layout));
            let mut before: Option<NativeHistogram> = None;
            for share in numbers().take(if cfg!(miri) { 50 } else { 500 }) {
                record(&mut distribution, layout, (1e3 * (share * 18.0).exp()).round());
                let now = NativeHistogram::of(&distribution).unwrap();
                let sum: i64 = buckets(&now).iter().map(|(_, count)| count).sum();
                assert_eq!(sum as f64, distribution.count());
                assert!(now.deltas.len() <= MAX_BUCKETS as usize);
                if let Some(before) = before {
                    assert!(now.schema <= before.schema);
                    let shift = before.schema - now.schema;
                    for (bucket, count) in buckets(&before) {
                        let merged = ((bucket - 1) >> shift) + 1;
                        let later = buckets(&now).into_iter().find(|(other, _)| *other == merged);
                        assert!(later.is_some_and(|(_, later)| later >= count), "{precision:?} {bucket}");
                    }
                }
                before = Some(now);
            }
        }
    }

    #[test]
    fn the_widest_distributions_fit_in_160_buckets() {
        for precision in precisions() {
            for layout in [LogLinear::nanoseconds(precision), LogLinear::any(precision)] {
                let values = (0..layout.entries()).flat_map(|entry| [0.0, 0.3, 0.6].map(|at| (entry, at)));
                let values = values.map(|(entry, at)| layout.lowest(entry, 0).mul_add(at, layout.lowest(entry, 0)));
                let histogram = NativeHistogram::of(&of(layout, values)).unwrap();
                assert!(histogram.deltas.len() <= MAX_BUCKETS as usize, "{}", histogram.deltas.len());
                assert!(histogram.schema >= -1, "{}", histogram.schema);
            }
        }
    }

    #[test]
    fn quantiles_are_within_a_bucket_and_an_internal_one_of_the_exact_ones() {
        type Shape = fn(f64, f64) -> f64;
        let shapes: [(&str, Shape); 5] = [
            ("uniform", |one, _| one),
            ("exponential", |one, _| -(1.0 - one).ln()),
            ("normal", |one, other| (8.0 + normal(one, other)).max(0.001)),
            ("lognormal", |one, other| (1.5 * normal(one, other)).exp()),
            ("two peaks", |one, other| if one < 0.7 { 0.002 + other * 1e-4 } else { 3.0 + other }),
        ];
        for (name, shape) in shapes {
            for precision in precisions() {
                let layout = LogLinear::nanoseconds(precision);
                let mut random = numbers();
                let mut draw = || random.next().unwrap_or(0.5);
                let length = if cfg!(miri) { 100 } else { 5000 };
                let mut values: Vec<f64> =
                    (0..length).map(|_| (shape(draw(), draw()) * 1e9).round().max(1.0)).collect();
                let histogram = NativeHistogram::of(&of(layout, values.iter().copied())).unwrap();
                values.sort_by(f64::total_cmp);
                let bucket = f64::from(-histogram.schema).exp2().exp2();
                let internal = 1.0 + 1.0 / f64::from(precision.buckets());
                for q in [0.01, 0.1, 0.5, 0.9, 0.99, 0.999] {
                    let rank = (q * f64::from(length)).ceil();
                    let exact = values[rank as usize - 1] / 1e9;
                    let estimate = quantile(&histogram, rank);
                    let off = (estimate / exact).max(exact / estimate);
                    assert!(off <= bucket * internal, "{name} {precision:?} {q}: {estimate}, not {exact}");
                }
            }
        }
    }

    fn normal(one: f64, other: f64) -> f64 {
        (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    /// The middle of the bucket with the value of a rank.
    fn quantile(histogram: &NativeHistogram, rank: f64) -> f64 {
        let mut before = 0.0;
        let found = buckets(histogram).into_iter().find(|(_, count)| {
            before += *count as f64;
            before >= rank
        });
        let (bucket, _) = found.expect("a bucket");
        ((f64::from(bucket) - 0.5) * f64::from(-histogram.schema).exp2()).exp2()
    }
}
