//! Summaries: histograms whose exposed quantiles cover recent values only. Cells only go up, so a summary keeps earlier readings of
//! its series, a few for each window, and subtracts the oldest one that is not too old. Recording knows nothing of this.
//!
//! A reading takes such a baseline when one is due. So that the window also slides while nobody reads, a timer thread does the same;
//! it starts with the first summary of the process.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, OnceLock, Weak};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use parking_lot::{Condvar, Mutex, MutexGuard};

use super::background::start_thread;
use super::{Collector, Reading};
use crate::histogram::Distribution;

/// Shorter steps than this would only cost time.
const SHORTEST_STEP: Duration = Duration::from_millis(10);

/// The sliding window of a summary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryWindow {
    /// Older values do not count.
    pub max_age: Duration,
    /// The number of steps in which the window slides.
    pub age_buckets: u32,
}

impl Default for SummaryWindow {
    fn default() -> Self {
        Self { max_age: Duration::from_mins(10), age_buckets: 5 }
    }
}

impl SummaryWindow {
    fn step(self) -> Duration {
        (self.max_age / self.age_buckets.max(1)).max(SHORTEST_STEP)
    }
}

/// The distributions of a family at an earlier time, by series number. Those without values are left out.
#[derive(Debug, Default)]
pub(crate) struct SummaryBaseline {
    epoch: u32,
    distributions: HashMap<u32, Distribution>,
}

/// The baselines of one family, from the oldest to the latest. There is at least one.
#[derive(Debug)]
struct Sliding {
    // which family this is: its number is reused
    declared: u64,
    window: SummaryWindow,
    baselines: VecDeque<(Instant, Arc<SummaryBaseline>)>,
}

impl Sliding {
    /// Starts with a family that has no values, or whose values so far count as recent.
    fn new(declared: u64, window: SummaryWindow, now: Instant) -> Self {
        Self { declared, window, baselines: VecDeque::from([(now, Arc::default())]) }
    }

    fn due(&self) -> Option<Instant> {
        self.baselines.back().map(|(taken, _)| *taken + self.window.step())
    }

    fn add(&mut self, now: Instant, baseline: SummaryBaseline) {
        let SummaryWindow { max_age, .. } = self.window;
        self.baselines.push_back((now, Arc::new(baseline)));
        while let [(taken, _), rest @ ..] = &*self.baselines.make_contiguous() {
            let age = now.saturating_duration_since(*taken);
            // no baseline was taken in time: of the values since the latest one, some are recent
            let is_late = rest.len() == 1 && age > max_age + self.window.step();
            if age <= max_age || is_late || rest.is_empty() {
                break;
            }
            self.baselines.pop_front();
        }
    }
}

/// The summaries of a collector, by the numbers of their families.
#[derive(Debug, Default)]
pub(super) struct Summaries {
    families: HashMap<u32, Sliding>,
}

impl Summaries {
    /// Slides the windows that are due. `reading` was made at `now`.
    fn slide(&mut self, now: Instant, reading: &Reading) {
        self.families.retain(|number, sliding| reading.names.has_family(*number, sliding.declared));
        let is_due = |sliding: &Sliding| sliding.due().is_some_and(|due| due <= now);
        let due = self.families.iter().filter(|(_, sliding)| is_due(sliding));
        let epoch = reading.names.epoch();
        let mut baselines: HashMap<u32, SummaryBaseline> =
            due.map(|(number, _)| (*number, SummaryBaseline { epoch, ..SummaryBaseline::default() })).collect();
        if baselines.is_empty() {
            return;
        }
        for (number, series) in (0..).zip(reading.names.series()) {
            let Some(baseline) = baselines.get_mut(&series.family) else { continue };
            let distribution = reading.totals.distribution(number).filter(|distribution| distribution.count() > 0.0);
            baseline.distributions.extend(distribution.map(|distribution| (number, distribution.clone())));
        }
        for (number, baseline) in baselines {
            if let Some(sliding) = self.families.get_mut(&number) {
                sliding.add(now, baseline);
            }
        }
    }

    fn oldest(&self) -> HashMap<u32, Arc<SummaryBaseline>> {
        let oldest = |sliding: &Sliding| sliding.baselines.front().map(|(_, baseline)| baseline.clone());
        self.families.iter().filter_map(|(number, sliding)| Some((*number, oldest(sliding)?))).collect()
    }

    fn next_due(&self) -> Option<Instant> {
        self.families.values().filter_map(Sliding::due).min()
    }
}

impl Collector {
    /// Lets the window of a summary slide, from now on.
    pub(super) fn add_summary(&self, family: u32, declared: u64, window: SummaryWindow) {
        let mut summaries = self.summaries.lock();
        match summaries.families.get_mut(&family).filter(|sliding| sliding.declared == declared) {
            Some(known) => known.window = window,
            None => {
                summaries.families.insert(family, Sliding::new(declared, window, Instant::now()));
            }
        }
    }

    /// Like [`Collector::read`], for an exposition: with what the quantiles of summaries need.
    #[must_use]
    pub fn read_with_summaries(&self) -> Reading {
        self.read_with_summaries_at(Instant::now())
    }

    /// The same at a time of the application, whose clock may be ahead of ours.
    #[must_use]
    pub fn read_with_summaries_at(&self, now: Instant) -> Reading {
        let mut summaries = self.summaries.lock();
        if summaries.families.is_empty() {
            drop(summaries);
            return self.read();
        }
        let mut reading = self.read();
        summaries.slide(now, &reading);
        reading.summaries = summaries.oldest();
        reading
    }

    /// Slides the windows that are due. Returns when the next one is.
    fn slide_summaries(&self) -> Option<Instant> {
        let mut summaries = self.summaries.lock();
        if summaries.next_due().is_some_and(|due| due <= Instant::now()) {
            let reading = self.read();
            summaries.slide(Instant::now(), &reading);
        }
        summaries.next_due()
    }
}

impl Reading {
    /// What to subtract from the series of a summary, of which this is one. `None` for other families.
    pub(crate) fn summary_baseline(&self, series: u32) -> Option<&SummaryBaseline> {
        if self.summaries.is_empty() {
            return None;
        }
        let (series, _) = self.names.get(series)?;
        self.summaries.get(&series.family).map(|baseline| &**baseline)
    }

    /// The recent values of a summary's series, given all of them.
    pub(crate) fn recent(&self, series: u32, all: &Distribution, baseline: &SummaryBaseline) -> Distribution {
        let earlier = baseline.distributions.get(&series);
        let earlier = earlier.filter(|_| self.names.is_since(series, baseline.epoch));
        earlier.map_or_else(|| all.clone(), |earlier| all.since(earlier))
    }
}

/// The collectors with summaries, each with the time at which a window slides next.
#[derive(Default)]
struct Timer {
    due: Mutex<Vec<(Instant, Weak<Collector>)>>,
    changed: Condvar,
}

static TIMER: LazyLock<Timer> = LazyLock::new(Timer::default);

/// Lets the windows of a collector slide while nobody reads it. If the timer thread cannot be started, only readings do.
pub fn slide_by_timer(collector: &Arc<Collector>) {
    static IS_RUNNING: OnceLock<bool> = OnceLock::new();
    let Some(due) = collector.summaries.lock().next_due() else { return };
    if *IS_RUNNING.get_or_init(|| start_thread("tallystick-timer", run)) {
        add(&mut TIMER.due.lock(), due, Arc::downgrade(collector));
        TIMER.changed.notify_one();
    }
}

fn add(all: &mut Vec<(Instant, Weak<Collector>)>, due: Instant, collector: Weak<Collector>) {
    all.retain(|(_, other)| other.strong_count() > 0 && !other.ptr_eq(&collector));
    all.push((due, collector));
}

fn run() {
    let mut all = TIMER.due.lock();
    loop {
        let Some(due) = all.iter().map(|(due, _)| *due).min() else {
            TIMER.changed.wait(&mut all);
            continue;
        };
        if due > Instant::now() {
            TIMER.changed.wait_until(&mut all, due);
            continue;
        }
        let (late, later) = std::mem::take(&mut *all).into_iter().partition(|(at, _)| *at <= due);
        *all = later;
        for (_, collector) in late {
            // a collector whose reading panics loses only the timer
            let slide = || catch_unwind(AssertUnwindSafe(|| collector.upgrade()?.slide_summaries())).ok().flatten();
            if let Some(next) = MutexGuard::unlocked(&mut all, slide) {
                add(&mut all, next, collector);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::CellIndex;
    use crate::cells::layout;
    use crate::collector::{FamilyOptions, Kind, NewCollector};

    const MINUTE: Duration = Duration::from_mins(1);

    /// A summary of one thread, and a clock.
    struct Recorded {
        collector: Collector,
        shard: Arc<crate::cells::Shard>,
        head: CellIndex,
        summaries: Summaries,
        now: Instant,
    }

    impl Recorded {
        fn new() -> Self {
            let collector = Collector::new(NewCollector::default());
            let shard = collector.open_shard();
            let options = FamilyOptions { buckets: Some(vec![1.0, 2.0, 3.0]), ..FamilyOptions::default() };
            let family = collector.hold_family(&shard, Kind::Histogram, "sizes", options).unwrap();
            let head = collector.register(&shard, family, &[("a", "x")]);
            let now = Instant::now();
            let mut summaries = Summaries::default();
            summaries.families.insert(family, Sliding::new(1, SummaryWindow::default(), now));
            Self { collector, shard, head, summaries, now }
        }

        fn record(&self, bucket: u32) {
            let chunk = self.shard.chunk_of(self.head).unwrap();
            let cell = self.head.offset() + layout::BOUNDED + bucket;
            chunk.write(cell, chunk.read(cell) + 1.0);
        }

        fn pass(&mut self, time: Duration) {
            self.now += time;
        }

        /// The number of recent values.
        fn recent(&mut self) -> f64 {
            let mut reading = self.collector.read();
            self.summaries.slide(self.now, &reading);
            reading.summaries = self.summaries.oldest();
            let series = self.shard.owner(self.head).unwrap();
            let all = reading.totals.distribution(series).unwrap();
            reading.recent(series, all, reading.summary_baseline(series).unwrap()).count()
        }
    }

    #[test]
    fn values_count_for_at_least_four_fifths_of_the_window_and_no_longer_than_it() {
        let mut summary = Recorded::new();
        summary.record(0);
        for _ in 0..8 {
            assert!((summary.recent() - 1.0).abs() < f64::EPSILON);
            summary.pass(MINUTE);
        }
        for _ in 0..3 {
            summary.pass(MINUTE);
            summary.recent();
        }
        assert!(summary.recent().abs() < f64::EPSILON);
        summary.record(1);
        summary.record(2);
        assert!((summary.recent() - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn if_no_baseline_was_taken_in_time_the_values_since_the_latest_one_count() {
        let mut summary = Recorded::new();
        for _ in 0..2 {
            summary.record(0);
            summary.pass(MINUTE * 60);
            assert!((summary.recent() - 1.0).abs() < f64::EPSILON);
        }
        summary.pass(MINUTE * 2);
        assert!(summary.recent().abs() < f64::EPSILON);
    }

    #[test]
    fn a_window_of_one_step_is_empty_after_it() {
        let mut summary = Recorded::new();
        for sliding in summary.summaries.families.values_mut() {
            sliding.window.age_buckets = 1;
        }
        summary.record(0);
        summary.pass(MINUTE * 9);
        assert!((summary.recent() - 1.0).abs() < f64::EPSILON);
        summary.pass(MINUTE + Duration::from_secs(1));
        assert!(summary.recent().abs() < f64::EPSILON);
    }

    #[test]
    fn there_are_only_as_many_baselines_as_the_window_needs() {
        let mut summary = Recorded::new();
        for _ in 0..1000 {
            summary.pass(MINUTE / 2);
            summary.recent();
        }
        let sliding = summary.summaries.families.values().next().unwrap();
        assert!(sliding.baselines.len() <= 6, "{}", sliding.baselines.len());
    }

    #[test]
    fn the_baselines_of_a_family_end_with_it() {
        let mut summary = Recorded::new();
        summary.collector.unregister(&summary.shard, Kind::Histogram, "sizes");
        let reading = summary.collector.read();
        summary.summaries.slide(summary.now, &reading);
        assert!(summary.summaries.families.is_empty());
    }

    #[test]
    fn the_baselines_of_a_family_are_not_those_of_the_next_one_with_its_number() {
        let collector = Collector::new(NewCollector::default());
        let shard = collector.open_shard();
        let options = FamilyOptions { is_summary: true, ..FamilyOptions::default() };
        let declare = |name| collector.hold_family(&shard, Kind::Histogram, name, options.clone()).unwrap();
        let baselines = || {
            let summaries = collector.summaries.lock();
            summaries.families.values().map(|sliding| sliding.baselines.len()).collect::<Vec<_>>()
        };
        let first = declare("first");
        let start = Instant::now();
        drop(collector.read_with_summaries_at(start + 2 * MINUTE));
        assert_eq!(baselines(), [2]);
        collector.unregister(&shard, Kind::Histogram, "first");
        assert_eq!(declare("second"), first);
        assert_eq!(baselines(), [1]);
        // nor does the next family have any, if it is no summary
        collector.unregister(&shard, Kind::Histogram, "second");
        assert_eq!(collector.hold_family(&shard, Kind::Counter, "third", FamilyOptions::default()), Ok(first));
        drop(collector.read_with_summaries_at(start + 4 * MINUTE));
        assert_eq!(baselines(), [0; 0]);
    }
}
