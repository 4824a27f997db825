//! Properties of any values, names and labels, checked with slow and simple oracles.

mod js_writer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use js_writer::{Thread, bounds, collector, collector_with_labels};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use tallystick::collector::{FamilyOptions, Kind, Snapshot, Window};
use tallystick::exposition::{DEFAULT_BUCKETS_MILLIS, prometheus_text};
use tallystick::histogram::{BucketCount, BucketLayout, Cuts, Distribution, LogLinear, MAX_NANOS, Precision};

/// A failure prints the smallest failing input and writes no file next to the sources.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

const QUANTILES: [f64; 8] = [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0];

// Distributions

/// A distribution of these values, as a reader builds it from a thread's cells.
fn distribution(layout: &BucketLayout, values: &[f64]) -> Distribution {
    let mut all = Distribution::empty(layout.clone());
    let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
    for value in values {
        let zeros = f64::from(matches!(layout, BucketLayout::LogLinear(_)) && *value == 0.0);
        all.add_head(*value, *value, *value, zeros);
        if zeros == 0.0 {
            *counts.entry(number_of(layout, *value)).or_default() += 1.0;
        }
    }
    let counts: Vec<_> = counts.into_iter().map(|(number, count)| BucketCount { number, count }).collect();
    all.add_counts(&counts);
    all
}

fn number_of(layout: &BucketLayout, value: f64) -> u32 {
    match layout {
        BucketLayout::LogLinear(layout) => {
            let (entry, bucket) = layout.place(value);
            layout.number(entry, bucket)
        }
        BucketLayout::Bounds(bounds) => bounds.partition_point(|bound| *bound < value) as u32,
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The value of rank `⌈q · n⌉`.
fn exact_quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (q * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted[rank - 1]
}

fn precisions() -> impl Strategy<Value = Precision> {
    prop_oneof![Just(Precision::One), Just(Precision::Two), Just(Precision::Three)]
}

/// Positive values: uniform, exponential, bimodal, constant, heavy-tailed.
fn shapes() -> impl Strategy<Value = Vec<f64>> {
    let shares = |count| vec(1e-9..1.0_f64, count);
    prop_oneof![
        shares(1..300).prop_map(|shares| shares.into_iter().map(|share| share * 1e9).collect::<Vec<_>>()),
        shares(1..300).prop_map(|shares| shares.into_iter().map(|share| -share.ln() * 1e6 + 1.0).collect()),
        (shares(1..150), shares(1..150)).prop_map(|(near, far)| {
            near.into_iter().map(|share| 1e3 + share).chain(far.into_iter().map(|share| 1e8 + share)).collect()
        }),
        (1.0..1e12_f64, 1..100_usize).prop_map(|(value, count)| vec![value; count]),
        shares(1..300).prop_map(|shares| shares.into_iter().map(|share| share.powf(-1.5)).collect()),
    ]
}

/// Durations in whole nanoseconds, zeros among them.
fn nanos() -> impl Strategy<Value = Vec<f64>> {
    shapes().prop_map(|values| values.into_iter().map(|value| value.round().clamp(0.0, MAX_NANOS)).collect())
}

/// Values of any unit: zeros, and many below 1.
fn any_values() -> impl Strategy<Value = Vec<f64>> {
    (shapes(), prop_oneof![Just(1.0), Just(1e-9), Just(1e-12), Just(1e6)], any::<bool>()).prop_map(
        |(mut values, scale, with_zero)| {
            for value in &mut values {
                *value *= scale;
            }
            if with_zero {
                values.push(0.0);
            }
            values
        },
    )
}

fn some_bounds() -> impl Strategy<Value = Vec<f64>> {
    let all: Vec<f64> = (-3..12).flat_map(|power| [1.0, 2.5, 5.0].map(|digit| digit * 10_f64.powi(power))).collect();
    let count = all.len();
    subsequence(all, 1..count)
}

/// Any layout, and values for it.
fn layouts() -> impl Strategy<Value = (BucketLayout, Vec<f64>)> {
    prop_oneof![
        (precisions(), nanos())
            .prop_map(|(precision, values)| (BucketLayout::LogLinear(LogLinear::nanoseconds(precision)), values)),
        (precisions(), any_values())
            .prop_map(|(precision, values)| (BucketLayout::LogLinear(LogLinear::any(precision)), values)),
        (some_bounds(), any_values()).prop_map(|(bounds, values)| (BucketLayout::Bounds(bounds.into()), values)),
    ]
}

fn assert_same(one: &Distribution, other: &Distribution) {
    assert_eq!((one.count(), one.extremes()), (other.count(), other.extremes()));
    let close = (one.sum() - other.sum()).abs() <= one.sum().abs() * 1e-12;
    assert!(close, "{} and {}", one.sum(), other.sum());
    for q in QUANTILES {
        assert_eq!(one.quantile(q), other.quantile(q), "{q}");
    }
}

#[test]
fn a_min_above_the_max_is_tolerated() {
    for layout in
        [BucketLayout::Bounds(Arc::from([1.0, 10.0])), BucketLayout::LogLinear(LogLinear::nanoseconds(Precision::One))]
    {
        let mut all = Distribution::empty(layout.clone());
        match layout {
            BucketLayout::Bounds(_) => all.add_counts(&[BucketCount { number: 1, count: 1.0 }]),
            BucketLayout::LogLinear(layout) => {
                let first = layout.number(layout.place(8.0).0, 0);
                let counts = (first..first + 16).map(|number| BucketCount { number, count: 1.0 });
                all.add_counts(&counts.collect::<Vec<_>>());
            }
        }
        all.add_head(8.0, 9.0, 8.0, 0.0);
        let (min, max) = all.extremes().unwrap();
        assert!(min <= max);
        assert!(all.quantiles(&[0.0, 0.5, 1.0]).unwrap().iter().all(|value| (min..=max).contains(value)));
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn the_sum_of_two_distributions_has_the_values_of_both((layout, values) in layouts(), share in 0.0..1.0_f64) {
        let (first, second) = values.split_at((share * values.len() as f64) as usize);
        let mut added = distribution(&layout, first);
        added.add(&distribution(&layout, second));
        assert_same(&added, &distribution(&layout, &values));
    }

    #[test]
    fn the_difference_to_a_reading_has_the_values_since((layout, values) in layouts(), share in 0.0..1.0_f64) {
        let (before, after) = values.split_at((share * values.len() as f64) as usize);
        let since = distribution(&layout, &values).since(&distribution(&layout, before));
        let expected = distribution(&layout, after);
        prop_assert_eq!(since.count(), expected.count());
        prop_assert!((since.sum() - expected.sum()).abs() <= values.iter().sum::<f64>() * 1e-12);
        prop_assert_eq!(since.cumulative_at_own_bounds(), expected.cumulative_at_own_bounds());
        if matches!(layout, BucketLayout::LogLinear(_)) {
            prop_assert_eq!(since.cumulative(&sorted(&values)), expected.cumulative(&sorted(&values)));
        }
        // extremes are the cumulative ones, narrowed to the buckets of the window
        if let Some((min, max)) = since.extremes() {
            let (low, high) = expected.extremes().expect("as many values");
            prop_assert!(min <= low && high <= max, "{} to {} is not around {} to {}", min, max, low, high);
        }
    }

    #[test]
    fn extremes_are_exact((layout, values) in layouts()) {
        let sorted = sorted(&values);
        let expected = (sorted[0], sorted[sorted.len() - 1]);
        prop_assert_eq!(distribution(&layout, &values).extremes(), Some(expected));
    }

    #[test]
    fn quantiles_of_timings_are_exact_within_the_precision(precision in precisions(), values in nanos()) {
        let sorted = sorted(&values);
        let layout = LogLinear::nanoseconds(precision);
        let all = distribution(&BucketLayout::LogLinear(layout), &values);
        for q in QUANTILES {
            assert_within_a_bucket(&all, layout, &sorted, q);
        }
    }

    #[test]
    fn quantiles_of_histograms_are_exact_within_the_precision(precision in precisions(), values in any_values()) {
        let sorted = sorted(&values);
        let layout = LogLinear::any(precision);
        let all = distribution(&BucketLayout::LogLinear(layout), &values);
        for q in QUANTILES {
            assert_within_a_bucket(&all, layout, &sorted, q);
        }
    }

    #[test]
    fn quantiles_of_bounds_are_within_the_bucket_of_their_value(bounds in some_bounds(), values in any_values()) {
        let sorted = sorted(&values);
        let all = distribution(&BucketLayout::Bounds(bounds.clone().into()), &values);
        for q in QUANTILES {
            let (exact, reported) = (exact_quantile(&sorted, q), all.quantile(q).expect("it has values"));
            prop_assert!((sorted[0]..=sorted[sorted.len() - 1]).contains(&reported), "{} outside", reported);
            let at = bounds.partition_point(|bound| *bound < exact);
            let lowest = at.checked_sub(1).map_or(f64::NEG_INFINITY, |below| bounds[below]);
            let highest = bounds.get(at).copied().unwrap_or(f64::INFINITY);
            prop_assert!((lowest..=highest).contains(&reported), "{} is not near {}", reported, exact);
        }
    }

    #[test]
    fn whole_nanoseconds_from_128_on_have_the_quantiles_of_hdr_histogram(
        digits in 1..=3_u8,
        values in vec(prop_oneof![128..10_000_u64, 128..1_u64 << 40, 128..MAX_NANOS as u64], 1..200),
    ) {
        let mut theirs = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 1 << 53, digits).expect("valid bounds");
        for value in &values {
            theirs.record(*value).expect("within the bounds");
        }
        let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        let precision = Precision::from_digits(digits).expect("1, 2 or 3");
        let ours = distribution(&BucketLayout::LogLinear(LogLinear::nanoseconds(precision)), &floats);
        let max = *values.iter().max().expect("not empty");
        for q in QUANTILES {
            let expected = theirs.value_at_quantile(q).min(max);
            let (min, _) = ours.extremes().expect("not empty");
            prop_assert_eq!(ours.quantile(q), Some((expected as f64).max(min)), "{}", q);
        }
    }

    #[test]
    fn cumulative_counts_ascend_and_end_with_the_total((layout, values) in layouts(), bounds in some_bounds()) {
        let distribution = distribution(&layout, &values);
        let (counts, total) = distribution.cumulative(&bounds);
        // the same with what another distribution has determined
        let mut cuts = Cuts::new(&bounds);
        let mut again = vec![1.0];
        for _ in 0..2 {
            prop_assert_eq!(cuts.cumulative(&distribution, &mut again), total);
            prop_assert_eq!(&again, &counts);
        }
        prop_assert_eq!(total, values.len() as f64);
        prop_assert!(counts.is_sorted());
        prop_assert!(counts.last().is_some_and(|last| *last <= total));
    }

    #[test]
    fn a_value_counts_in_the_bucket_of_an_equal_bound(precision in precisions(), values in nanos()) {
        let all = distribution(&BucketLayout::LogLinear(LogLinear::nanoseconds(precision)), &values);
        let sorted = sorted(&values);
        let (counts, _) = all.cumulative(&sorted);
        for (value, count) in sorted.iter().zip(counts) {
            let at_or_below = sorted.partition_point(|other| other <= value);
            prop_assert!(count >= at_or_below as f64, "{} at {}", count, value);
        }
    }

    #[test]
    fn cumulative_counts_at_own_bounds_are_exact(bounds in some_bounds(), values in any_values()) {
        let all = distribution(&BucketLayout::Bounds(bounds.clone().into()), &values);
        let sorted = sorted(&values);
        let exact = bounds.iter().map(|bound| (*bound, sorted.partition_point(|value| value <= bound) as f64));
        prop_assert_eq!(all.cumulative_at_own_bounds(), Some(exact.collect()));
    }
}

/// Asserts that a quantile is the end of the exact one's bucket, and between the extremes.
fn assert_within_a_bucket(all: &Distribution, layout: LogLinear, sorted: &[f64], q: f64) {
    let (exact, reported) = (exact_quantile(sorted, q), all.quantile(q).expect("it has values"));
    assert!((sorted[0]..=sorted[sorted.len() - 1]).contains(&reported), "{reported} outside");
    assert!(exact <= reported, "{q}: {reported} is below {exact}");
    if exact > 0.0 {
        let width = exact / f64::from(layout.precision().buckets());
        assert!(reported - exact <= width, "{q}: {reported} is not near {exact}");
    } else {
        assert_eq!(reported, 0.0);
    }
}

// Threads and windows

#[derive(Clone, Debug)]
enum Step {
    Count { thread: usize, delta: i32 },
    Time { thread: usize, nanos: u32 },
    End { thread: usize },
    Reset,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let thread = 0..3_usize;
    let step = prop_oneof![
        4 => (thread.clone(), -3..9_i32).prop_map(|(thread, delta)| Step::Count { thread, delta }),
        4 => (thread.clone(), any::<u32>()).prop_map(|(thread, nanos)| Step::Time { thread, nanos }),
        1 => thread.prop_map(|thread| Step::End { thread }),
        2 => Just(Step::Reset),
    ];
    vec(step, 0..60)
}

/// The values of the two series of these tests in a snapshot: net count, timings, their sum in nanoseconds.
fn seen(snapshot: &Snapshot) -> [f64; 3] {
    let net = snapshot.counters.iter().map(|(_, value)| *value).sum();
    let timings = || snapshot.timings.iter().map(|(_, stats)| stats);
    [net, timings().map(|stats| stats.count).sum(), timings().map(|stats| (stats.sum * 1e6).round()).sum()]
}

fn plus(one: [f64; 3], other: [f64; 3]) -> [f64; 3] {
    [one[0] + other[0], one[1] + other[1], one[2] + other[2]]
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn windows_are_differences_of_readings_even_if_threads_end(steps in steps()) {
        let collector = collector();
        let mut threads = [(); 3].map(|()| Thread::of(&collector));
        let window = Window::default();
        let (mut recorded, mut reset) = ([0.0; 3], [0.0; 3]);
        for step in steps {
            match step {
                Step::Count { thread, delta } => {
                    threads[thread].inc("jobs", &[], f64::from(delta));
                    recorded[0] += f64::from(delta);
                }
                Step::Time { thread, nanos } => {
                    threads[thread].observe_nanos("render", &[], f64::from(nanos));
                    recorded = plus(recorded, [0.0, 1.0, f64::from(nanos)]);
                }
                Step::End { thread } => {
                    std::mem::replace(&mut threads[thread], Thread::of(&collector)).end();
                }
                Step::Reset => {
                    reset = plus(reset, seen(&window.snapshot_and_reset(&collector)));
                    prop_assert_eq!(reset, recorded);
                }
            }
            prop_assert_eq!(seen(&Window::default().snapshot(&collector)), recorded);
            prop_assert_eq!(plus(reset, seen(&window.snapshot(&collector))), recorded);
        }
    }
}

// Names and labels

/// Text with special characters of various formats, and with any others.
fn hostile() -> impl Strategy<Value = String> {
    let special = prop_oneof![
        Just("\""),
        Just("\\"),
        Just("\n"),
        Just("\r"),
        Just("{"),
        Just("}"),
        Just("="),
        Just(","),
        Just("#"),
        Just(" "),
        Just("_"),
        Just("__"),
        Just("."),
        Just(":"),
        Just("a"),
        Just("b"),
        Just("1"),
        Just("="),
        Just("\u{2028}"),
        Just("\0"),
        Just("\u{fffd}"),
        Just("é"),
        Just("_total"),
        Just("_sum"),
        Just("_bucket"),
        Just("_seconds"),
        Just("_ms"),
        Just("By"),
        Just("/s"),
        Just("{x}"),
        Just("U__"),
        Just("le"),
        Just("quantile"),
        Just("=\"a\""),
        Just("{a=\"b\"}"),
    ];
    prop_oneof![vec(special, 1..6).prop_map(|parts| parts.concat()), ".{1,8}".prop_map(|text| text)]
}

type LabelSet = BTreeMap<String, String>;

fn label_sets() -> impl Strategy<Value = BTreeSet<LabelSet>> {
    let labels = proptest::collection::btree_map(hostile(), hostile(), 0..4);
    proptest::collection::btree_set(labels, 1..6)
}

fn pairs(labels: &LabelSet) -> Vec<(&str, &str)> {
    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Registers a series with a value that identifies it.
fn record(thread: &Thread, kind: Kind, name: &str, labels: &LabelSet, value: f64) {
    let labels = pairs(labels);
    match kind {
        Kind::Counter => thread.inc(name, &labels, value),
        Kind::Gauge => thread.set(name, &labels, value),
        Kind::Timing => thread.observe_nanos(name, &labels, value * 1e9),
        Kind::Histogram => thread.observe(name, &labels, value),
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn distinct_label_sets_have_distinct_keys(names in proptest::collection::btree_set(hostile(), 1..4), sets in label_sets()) {
        let collector = collector();
        let thread = Thread::of(&collector);
        for name in &names {
            for labels in &sets {
                record(&thread, Kind::Counter, name, labels, 1.0);
            }
        }
        let counters = Window::default().snapshot(&collector).counters;
        let keys: BTreeSet<&String> = counters.iter().map(|(key, _)| key).collect();
        prop_assert_eq!(keys.len(), names.len() * sets.len(), "{:?}", keys);
    }

    #[test]
    fn labels_in_any_order_are_one_series(
        labels in proptest::collection::btree_map(hostile(), hostile(), 0..6),
        seed in any::<prop::sample::Index>(),
    ) {
        let collector = collector();
        let shard = collector.open_shard();
        let family = collector.family(Kind::Counter, "jobs", FamilyOptions::default()).expect("no options");
        let sorted = pairs(&labels);
        let mut other = sorted.clone();
        let middle = seed.index(other.len() + 1);
        other.rotate_left(middle);
        let reversed: Vec<(&str, &str)> = sorted.iter().rev().copied().collect();
        for labels in [sorted, other, reversed] {
            shard.write(collector.register(&shard, family, &labels), 1.0);
        }
        let counters = Window::default().snapshot(&collector).counters;
        prop_assert_eq!(counters.len(), 1);
        prop_assert_eq!(counters[0].1, 3.0);
        collector.flush(&shard);
    }

    #[test]
    fn a_text_with_any_names_and_labels_parses_to_the_recorded_values(
        families in proptest::collection::btree_set((0..4_usize, hostile(), prop_oneof![Just(String::new()), hostile()]), 1..7),
        sets in label_sets(),
        constant in proptest::collection::btree_map(hostile(), hostile(), 0..3),
        help in hostile(),
        with_bounds in any::<bool>(),
    ) {
        let constant: Vec<(&str, &str)> = constant.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let collector = collector_with_labels(&constant);
        let thread = Thread::of(&collector);
        let inherited = inherited_values(&sets, &constant);
        let mut expected = BTreeSet::new();
        let mut value = 0.0;
        let mut known = BTreeSet::new();
        for (kind, name, unit) in &families {
            if !known.insert((kind, name)) {
                continue;
            }
            let kind = Kind::ALL[*kind];
            let options = if kind == Kind::Histogram && with_bounds { bounds(&[1.0, 10.0]) } else { FamilyOptions::default() };
            thread.family(kind, name, FamilyOptions { help: Some(help.clone()), unit: Some(unit.clone()).filter(|_| kind != Kind::Timing), ..options });
            for labels in &sets {
                value += 1.0;
                record(&thread, kind, name, labels, value);
                let mut values: Vec<String> = labels.values().cloned().collect();
                values.extend(inherited[labels].iter().cloned());
                values.sort();
                expected.insert((values, value.to_string()));
            }
        }
        let text = String::from_utf8(prometheus_text(&collector, &DEFAULT_BUCKETS_MILLIS)).expect("UTF-8");
        let samples = parse(&text);
        let reported: BTreeSet<(Vec<String>, String)> = samples.into_iter().filter_map(Sample::reported).collect();
        prop_assert_eq!(reported, expected, "{}", text);
    }
}

/// The collector's labels that each label set of a family receives: those with other names than its own, unless the result would equal
/// another label set.
fn inherited_values<'a>(
    sets: &'a BTreeSet<LabelSet>,
    constant: &[(&str, &str)],
) -> BTreeMap<&'a LabelSet, Vec<String>> {
    let is_own = |name: &str| sets.iter().any(|set| set.contains_key(name));
    let (own, common): (Vec<_>, Vec<_>) = constant.iter().copied().partition(|(name, _)| is_own(name));
    let mut taken = sets.clone();
    let mut inherited = BTreeMap::new();
    for set in sets {
        let mut values: Vec<String> = common.iter().map(|(_, value)| (*value).to_owned()).collect();
        let mut whole = set.clone();
        let missing: Vec<_> = own.iter().filter(|(name, _)| !set.contains_key(*name)).collect();
        whole.extend(missing.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if !missing.is_empty() && taken.insert(whole) {
            values.extend(missing.iter().map(|(_, value)| (*value).to_owned()));
        }
        inherited.insert(set, values);
    }
    inherited
}

/// One line with a value.
#[derive(Debug)]
struct Sample {
    // the type from `# TYPE`
    word: String,
    // after the family's name
    ending: String,
    labels: Vec<(String, String)>,
    value: String,
}

impl Sample {
    /// The values of its labels and its value, if this is the line with the value that `record` gave the series: a sum or a
    /// number.
    fn reported(self) -> Option<(Vec<String>, String)> {
        let is_number = matches!(self.word.as_str(), "counter" | "gauge") || self.ending == "_sum";
        let mut values: Vec<String> = self.labels.into_iter().map(|(_, value)| value).collect();
        values.sort();
        is_number.then_some((values, self.value))
    }
}

/// Parses an exposition, and panics if it violates the format.
fn parse(text: &str) -> Vec<Sample> {
    assert!(text.is_empty() || text.ends_with('\n'));
    let mut titles = BTreeSet::new();
    let mut lines = BTreeSet::new();
    let mut owners = BTreeMap::new();
    let mut title: Option<(String, String)> = None;
    let mut samples = Vec::new();
    for line in text.strip_suffix('\n').unwrap_or_default().split('\n').filter(|_| !text.is_empty()) {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a name and a text");
            assert_is_name(name, true);
            assert!(unescaped(help, &['\\', 'n']).is_some(), "{line:?}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, word) = kind.split_once(' ').expect("a name and a type");
            assert_is_name(name, true);
            assert!(["counter", "gauge", "histogram", "summary"].contains(&word), "{line:?}");
            assert!(titles.insert(name.to_owned()), "a second {line:?}");
            assert!(word != "counter" || name.len() > "_total".len(), "nothing but a suffix: {line:?}");
            title = Some((name.to_owned(), word.to_owned()));
        } else {
            let (family, word) = title.as_ref().expect("a type before the first sample");
            let (series, sample) = sample(line, family, word);
            let owner = owners.entry(series.0.clone()).or_insert_with(|| family.clone());
            assert_eq!(owner, family, "two families have {line:?}");
            assert!(lines.insert(series), "a second {line:?}");
            samples.push(sample);
        }
    }
    samples
}

fn sample(line: &str, family: &str, word: &str) -> ((String, Vec<(String, String)>), Sample) {
    let name_end = line.find(['{', ' ']).expect("a name");
    let (name, rest) = line.split_at(name_end);
    assert_is_name(name, true);
    let ending = name.strip_prefix(family).unwrap_or_else(|| panic!("{line:?} is not of {family}"));
    let endings: &[&str] = match word {
        "histogram" => &["_bucket", "_sum", "_count"],
        "summary" => &["", "_sum", "_count"],
        _ => &[""],
    };
    assert!(endings.contains(&ending), "{line:?} in a {word}");
    let (mut labels, value) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest),
        None => (Vec::new(), rest),
    };
    let value = value.strip_prefix(' ').expect("one space before the value").to_owned();
    assert!(["NaN", "+Inf", "-Inf"].contains(&value.as_str()) || is_number(&value), "{line:?}");
    labels.sort();
    assert!(labels.is_sorted_by(|one, next| one.0 < next.0), "a label twice in {line:?}");
    let series = (name.to_owned(), labels.clone());
    (series, Sample { word: word.to_owned(), ending: ending.to_owned(), labels, value })
}

/// Digits, sign, point and exponent. Rust also parses words as numbers.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && !text.ends_with(|c: char| c.is_ascii_alphabetic())
        && text.parse::<f64>().is_ok()
}

/// Labels up to the closing brace, and the rest.
fn labels(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut labels = Vec::new();
    loop {
        let (name, after) = rest.split_once("=\"").expect("a label");
        assert_is_name(name, false);
        let end = end_of_value(after);
        let value = unescaped(&after[..end], &['\\', 'n', '"']).expect("only known escapes");
        labels.push((name.to_owned(), value));
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (labels, rest.strip_prefix('}').expect("a brace behind the labels")),
        }
    }
}

/// The position of the closing quote.
fn end_of_value(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    panic!("no closing quote in {text:?}")
}

/// The text without its escapes, or `None` if there is an unknown one.
fn unescaped(text: &str, known: &[char]) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let escaped = chars.next().filter(|c| known.contains(c))?;
        plain.push(if escaped == 'n' { '\n' } else { escaped });
    }
    Some(plain)
}

fn assert_is_name(name: &str, colons: bool) {
    let legal = |(at, c): (usize, char)| {
        c.is_ascii_alphabetic() || c == '_' || (c == ':' && colons) || (c.is_ascii_digit() && at > 0)
    };
    assert!(!name.is_empty() && name.chars().enumerate().all(legal), "{name:?} is not a valid name");
    assert!(colons || name == "__name__" || !name.starts_with("__"), "{name:?} is reserved");
}
