//! What a history says of the requested series: a value for each interval, or one for the last five minutes and one for the time
//! before. Series that match the same pattern are merged.

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::super::kinds::ValueType;
use super::frames::{FINE_MILLIS, Frame, GaugeChange, SampledDistribution};
use super::pattern::Pattern;
use super::reading::{Group, HistoryBuckets, HistoryReading, HistoryRequest, Interval, Span, Values};
use super::slots::{SampledLayout, Slot, Slots};
use super::{History, State};
use crate::histogram::Distribution;
use crate::sorting;

/// The sum of distributions, by buckets of their common layout.
#[derive(Clone, Debug)]
struct Merged {
    sum: f64,
    min: f64,
    max: f64,
    // ascending
    buckets: Vec<(u32, f64)>,
}

impl Default for Merged {
    fn default() -> Self {
        Self { sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY, buckets: Vec::new() }
    }
}

impl Merged {
    fn add(&mut self, frame: &Frame, more: &SampledDistribution) {
        self.sum += more.sum;
        self.min = self.min.min(more.min);
        self.max = self.max.max(more.max);
        for (number, count) in frame.buckets(more) {
            // most intervals have the same buckets
            match self.buckets.binary_search_by_key(number, |bucket| bucket.0) {
                Ok(at) => self.buckets[at].1 += f64::from(*count),
                Err(at) => self.buckets.insert(at, (*number, f64::from(*count))),
            }
        }
    }

    fn count(&self) -> f64 {
        self.buckets.iter().map(|bucket| bucket.1).sum()
    }

    fn distribution(&self, layout: &SampledLayout) -> Option<Distribution> {
        (!self.buckets.is_empty()).then(|| layout.distribution((self.sum, self.min, self.max), &self.buckets))
    }
}

/// A group while it is read.
struct Gathered {
    group: Group,
    slots: Vec<u32>,
    layout: SampledLayout,
    since: f64,
    // in the present interval
    count: f64,
    merged: Merged,
    gauges: SmallVec<[(u32, f64, f64); 1]>,
    // of spans
    total: [Merged; 2],
    counts: [f64; 2],
    // by interval, with `has_buckets`
    buckets: Vec<Vec<(u32, f64)>>,
    weight: f64,
}

impl History {
    /// Answers a request. Malformed patterns match nothing.
    #[must_use]
    pub fn read(&self, request: &HistoryRequest) -> HistoryReading {
        let state = self.state.lock();
        let mut gathered = groups(&state.slots, request);
        let mut by_slot: HashMap<u32, SmallVec<[usize; 2]>> = HashMap::new();
        for (at, group) in gathered.iter().enumerate() {
            for slot in &group.slots {
                by_slot.entry(*slot).or_default().push(at);
            }
        }
        let intervals = walk(&state, request, &by_slot, &mut gathered);
        HistoryReading { intervals, latest: state.latest, groups: limited(gathered, request) }
    }
}

fn walk(
    state: &State,
    request: &HistoryRequest,
    by_slot: &HashMap<u32, SmallVec<[usize; 2]>>,
    gathered: &mut [Gathered],
) -> Vec<Interval> {
    let latest = state.latest.unwrap_or(0.0);
    let after = if request.after < 0.0 { latest + request.after } else { request.after };
    let mut intervals = Vec::new();
    for (slot, value) in state.frames.gauges_before() {
        for at in by_slot.get(slot).into_iter().flatten() {
            gathered[*at].gauges.push((*slot, *value, *value));
        }
    }
    for frame in state.frames.iter() {
        let is_wanted = request.is_summary || frame.end > after;
        for change in &frame.gauges {
            for at in by_slot.get(&change.slot).into_iter().flatten() {
                gathered[*at].change(change);
            }
        }
        if !is_wanted {
            gathered.iter_mut().for_each(Gathered::start_interval);
            continue;
        }
        let span = usize::from(frame.end <= latest - FINE_MILLIS);
        for (slot, count) in &frame.counts {
            for at in by_slot.get(slot).into_iter().flatten() {
                gathered[*at].count += count;
            }
        }
        for sampled in &frame.distributions {
            for at in by_slot.get(&sampled.slot).into_iter().flatten() {
                let Gathered { merged, total, .. } = &mut gathered[*at];
                let into = if request.is_summary { &mut total[span] } else { merged };
                into.add(frame, sampled);
            }
        }
        for group in gathered.iter_mut() {
            group.finish(frame, span, request);
        }
        if !request.is_summary {
            intervals.push(Interval { end: frame.end, seconds: frame.millis / 1000.0 });
        }
    }
    intervals
}

impl Gathered {
    fn change(&mut self, change: &GaugeChange) {
        let known = self.gauges.iter_mut().find(|gauge| gauge.0 == change.slot);
        match known {
            Some(known) => {
                let carried = if change.from_start { change.highest } else { known.2.max(change.highest) };
                *known = (change.slot, change.last, carried);
            }
            None => self.gauges.push((change.slot, change.last, change.highest)),
        }
    }

    /// The highest value of an interval starts at the last one of the interval before.
    fn start_interval(&mut self) {
        self.gauges.retain(|gauge| !gauge.1.is_nan());
        for gauge in &mut self.gauges {
            gauge.2 = gauge.1;
        }
    }

    fn finish(&mut self, frame: &Frame, span: usize, request: &HistoryRequest) {
        let exists = frame.end > self.since;
        let merged = std::mem::take(&mut self.merged);
        let count = std::mem::take(&mut self.count) + merged.count();
        let gauges = self.gauges.iter().filter(|gauge| !gauge.1.is_nan());
        let gauge = gauges.fold(None, |sum: Option<(f64, f64)>, gauge| {
            let (last, highest) = sum.unwrap_or_default();
            Some((last + gauge.1, highest + gauge.2))
        });
        self.weight = match gauge {
            Some((_, highest)) => self.weight.max(highest),
            None => self.weight + count,
        };
        if request.is_summary {
            self.counts[span] += count;
            let span_of = &mut self.group.spans[span];
            span_of.seconds += if exists { frame.millis / 1000.0 } else { 0.0 };
            if let Some((last, highest)) = gauge {
                let before = span_of.values.gauge.map_or(f64::NEG_INFINITY, |known| known.1);
                span_of.values.gauge = Some((last, highest.max(before)));
            }
        } else {
            let count = (exists && self.group.kind.value_type() != ValueType::State).then_some(count);
            let distribution = merged.distribution(&self.layout);
            self.group.values.push(Values { count, gauge, distribution });
            if request.has_buckets {
                self.buckets.push(merged.buckets);
            }
        }
        self.start_interval();
    }

    fn into_group(mut self, request: &HistoryRequest) -> Group {
        if request.is_summary {
            for ((span, total), count) in self.group.spans.iter_mut().zip(&self.total).zip(self.counts) {
                span.values.distribution = total.distribution(&self.layout);
                span.values.count = (self.group.kind.value_type() != ValueType::State).then_some(count + total.count());
            }
        }
        if request.has_buckets && self.group.kind.value_type() == ValueType::Distribution {
            self.group.buckets = Some(self.history_buckets());
        }
        self.group
    }

    fn history_buckets(&self) -> HistoryBuckets {
        let values = self.group.values.iter().filter_map(|values| values.distribution.as_ref()?.extremes());
        let extremes = values.fold((f64::INFINITY, f64::NEG_INFINITY), |all, own| (all.0.min(own.0), all.1.max(own.1)));
        let mut numbers: Vec<u32> = self.buckets.iter().flatten().map(|bucket| bucket.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut ranges: Vec<(u32, (f64, f64))> =
            numbers.into_iter().map(|number| (number, self.layout.range(number, extremes))).collect();
        sorting::sort_by(&mut ranges, |one, other| one.1.0.total_cmp(&other.1.0));
        let places: HashMap<u32, usize> = ranges.iter().enumerate().map(|(at, range)| (range.0, at)).collect();
        let counts = self.buckets.iter().map(|of_interval| {
            of_interval.iter().filter_map(|(number, count)| Some((*places.get(number)?, *count))).collect()
        });
        HistoryBuckets { counts: counts.collect(), ranges: ranges.into_iter().map(|range| range.1).collect() }
    }
}

/// The groups of all patterns, still without values.
fn groups(slots: &Slots, request: &HistoryRequest) -> Vec<Gathered> {
    let mut all: Vec<Gathered> = Vec::new();
    for (of, key) in request.keys.iter().enumerate() {
        let Some((matching, is_separate)) = matching(slots, key) else { continue };
        let mut known: HashMap<(Vec<&str>, Option<&str>), usize> = HashMap::new();
        for (number, slot) in matching {
            let value = |name: &String| slot.labels.iter().find(|label| label.0 == *name).map_or("", |label| &label.1);
            let identity = (request.by.iter().map(value).collect(), is_separate.then_some(slot.key.as_str()));
            let at = *known.entry(identity).or_insert_with(|| {
                all.push(Gathered::new(of, slot));
                all.len() - 1
            });
            if let Some(group) = all.get_mut(at) {
                group.add(number, slot);
            }
        }
    }
    all
}

type Matching<'a> = Vec<(u32, &'a Slot)>;

/// The series of the first kind that has some, ordered by key, and whether each is a group.
fn matching<'a>(slots: &'a Slots, text: &str) -> Option<(Matching<'a>, bool)> {
    let exact: Matching = slots.iter().filter(|(_, slot)| slot.has_key(text)).collect();
    if !exact.is_empty() {
        return Some((exact, false));
    }
    let pattern = Pattern::parse(text)?;
    let mut found: Matching = pattern
        .kinds()
        .map(|kind| slots.iter().filter(|(_, slot)| slot.kind == kind && pattern.matches(slot)).collect::<Vec<_>>())
        .find(|found| !found.is_empty())?;
    sorting::sort_by(&mut found, |one, other| one.1.key.cmp(&other.1.key));
    Some((found, pattern.is_separate()))
}

impl Slot {
    /// Whether a text is this key, with its kind.
    fn has_key(&self, text: &str) -> bool {
        text.strip_prefix(self.key.as_str())
            .is_some_and(|rest| rest.strip_prefix('#').is_some_and(|kind| kind == self.kind.name()))
    }
}

impl Gathered {
    fn new(of: usize, slot: &Slot) -> Self {
        let Slot { key, name, kind, labels, unit, layout, since } = slot.clone();
        let group = Group {
            of,
            name,
            kind,
            labels,
            unit,
            series: 0,
            key: Some(key),
            values: Vec::new(),
            spans: <[Span; 2]>::default(),
            buckets: None,
        };
        Self {
            group,
            slots: Vec::new(),
            layout,
            since,
            count: 0.0,
            merged: Merged::default(),
            gauges: SmallVec::new(),
            total: <[Merged; 2]>::default(),
            counts: [0.0; 2],
            buckets: Vec::new(),
            weight: 0.0,
        }
    }

    /// Series whose buckets differ cannot be merged: the first one counts.
    fn add(&mut self, number: u32, slot: &Slot) {
        if slot.layout != self.layout && slot.kind.value_type() == ValueType::Distribution {
            return;
        }
        self.slots.push(number);
        self.since = self.since.min(slot.since);
        self.group.labels.retain(|label| slot.labels.contains(label));
        self.group.series += 1;
        if self.group.series > 1 {
            self.group.key = None;
        }
    }
}

/// The groups as they are answered.
fn limited(mut gathered: Vec<Gathered>, request: &HistoryRequest) -> Vec<Group> {
    for group in &mut gathered {
        group.weight += group.total.iter().map(Merged::count).sum::<f64>();
    }
    let mut kept: HashMap<usize, usize> = HashMap::new();
    let mut order: Vec<usize> = (0..gathered.len()).collect();
    sorting::sort_by(&mut order, |one, other| gathered[*other].weight.total_cmp(&gathered[*one].weight));
    let mut is_kept = vec![false; gathered.len()];
    for at in order {
        let count = kept.entry(gathered[at].group.of).or_default();
        *count += 1;
        is_kept[at] = *count <= request.limit;
    }
    let kept = gathered.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept);
    kept.map(|(group, _)| group.into_group(request)).collect()
}
