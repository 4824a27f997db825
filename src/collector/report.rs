//! A report: the values of a collector by family name, summed over labels and threads. A timing and a histogram with the same name
//! are one distribution.
//!
//! Numbers are copied under the value lock. Distributions are only located there; their quantiles are computed from live cells
//! outside the lock. If a flush or a removal has moved values meanwhile, the report starts over.

use std::sync::Arc;

use super::Collector;
use super::counts::Count;
use super::delta::{Delta, Reading};
use super::kinds::{Kind, ValueType};
use super::live_distributions::{LiveDistribution, LiveDistributions};
use super::names::NamesView;
use super::series_selection::{SelectedSeries, SelectionRequest, SeriesSelection};
use super::totals::Totals;
use super::value::saturated;
use super::window::baseline;
use crate::cells::sync::Mutex;
use crate::cells::{Claim, ClaimRole};
use crate::histogram::{BucketLayout, Distribution, MergedDistribution, Summary};

/// The most attempts to report from live cells. If all fail, because threads keep ending, the cells are copied under the value lock.
const LIVE_ATTEMPTS: u32 = 3;

/// The content of a report.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Only families of these kinds.
    pub kinds: Vec<Kind>,
    /// The quantiles of distributions, 0 to 1.
    pub quantiles: Vec<f64>,
}

/// Values by family name, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Increments minus decrements.
    pub counters: Vec<(Arc<str>, f64)>,
    /// Gauges that are set.
    pub gauges: Vec<(Arc<str>, f64)>,
    /// Distributions with at least one value; durations in milliseconds.
    pub histograms: Vec<(Arc<str>, Summary)>,
}

/// The window of one reader of reports, which resets counters and distributions separately.
#[derive(Debug, Default)]
pub struct ReportWindow {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    counts: Totals,
    distributions: Totals,
    selection: SeriesSelection,
}

impl ReportWindow {
    /// A window that starts now.
    #[must_use]
    pub fn new(collector: &Collector) -> Self {
        let window = Self::default();
        window.clear_counters(collector);
        window.clear_distributions(collector);
        window
    }

    /// Reports the values since the last resets, of all families or of those with the given numbers.
    #[must_use]
    pub fn report(&self, collector: &Collector, request: &ReportRequest, families: Option<&[u32]>) -> Report {
        let mut seen = self.seen.lock();
        for _ in 0..LIVE_ATTEMPTS {
            let (reading, live, changes) = read_live(collector);
            let report = seen.report(&reading, live, request, families);
            if collector.is_unchanged(changes) {
                return report;
            }
        }
        seen.report(&collector.read(), LiveDistributions::default(), request, families)
    }

    /// Like [`ReportWindow::report`], and resets counters and distributions to exactly the reported values.
    #[must_use]
    pub fn report_and_clear(&self, collector: &Collector, request: &ReportRequest, families: Option<&[u32]>) -> Report {
        let mut seen = self.seen.lock();
        let reading = collector.read();
        let report = seen.report(&reading, LiveDistributions::default(), request, families);
        seen.counts = reading.totals.without_distributions();
        seen.distributions = baseline(reading, &seen.distributions);
        report
    }

    /// Resets counters.
    pub fn clear_counters(&self, collector: &Collector) {
        let mut seen = self.seen.lock();
        seen.counts = collector.read_under_lock(&mut collector.values(), is_number).totals;
    }

    /// Resets timings and histograms.
    pub fn clear_distributions(&self, collector: &Collector) {
        let mut seen = self.seen.lock();
        seen.distributions = baseline(collector.read(), &seen.distributions);
    }
}

/// A reading of all numbers and flushed distributions, the locations of live distributions, and [`Values::changes`](super::Values).
fn read_live(collector: &Collector) -> (Reading, LiveDistributions, u64) {
    let mut values = collector.values();
    let reading = collector.read_under_lock(&mut values, is_number);
    let live = LiveDistributions::find(&collector.shards.lock().clone(), &values.baselines);
    (reading, live, values.changes)
}

impl Seen {
    /// Reports a reading and the live distributions that it lacks.
    fn report(
        &mut self,
        reading: &Reading,
        live: LiveDistributions,
        request: &ReportRequest,
        families: Option<&[u32]>,
    ) -> Report {
        let Self { counts, distributions, selection } = self;
        let since = Delta::separate(reading, Some(counts), Some(distributions));
        let wanted = SelectionRequest { kinds: request.kinds.clone(), families: families.map(<[u32]>::to_vec) };
        selection.update(&reading.names, wanted);
        let source = ReportSource { names: &reading.names, since, live, quantiles: &request.quantiles };
        let mut report = Report { histograms: Vec::with_capacity(selection.len()), ..Report::default() };
        for (name, series) in selection.by_name() {
            report.add(name, series, &source);
        }
        report
    }
}

fn is_number(claim: &Claim) -> bool {
    claim.role != ClaimRole::Distribution
}

/// The source of a report.
struct ReportSource<'a> {
    names: &'a NamesView,
    since: Delta<'a>,
    live: LiveDistributions,
    quantiles: &'a [f64],
}

impl Report {
    /// Adds all kinds of one name.
    fn add(&mut self, name: &Arc<str>, series: &[SelectedSeries], source: &ReportSource) {
        let of_type =
            |wanted| series.iter().filter(move |series| series.kind.value_type() == wanted).map(|series| series.number);
        // counters that were only registered are not reported
        let counts = of_type(ValueType::Count).filter_map(|series| source.since.count(series));
        let counts = counts.filter(|count| *count != Count::default());
        if let Some(count) = counts.reduce(|sum, count| sum.plus(&count)) {
            self.counters.push((name.clone(), saturated(count.net())));
        }
        let states = of_type(ValueType::State).filter_map(|series| {
            let (_, family) = source.names.get(series)?;
            Some((source.since.gauge(series)?, family.merge()))
        });
        if let Some((state, _)) = states.reduce(|(one, merge), (other, _)| (one.merged(other, merge), merge)) {
            self.gauges.push((name.clone(), state.value));
        }
        let summary = source.summary(of_type(ValueType::Distribution));
        self.histograms.extend(summary.map(|summary| (name.clone(), summary)));
    }
}

impl ReportSource<'_> {
    /// Timings and histograms of one name as one distribution.
    fn summary(&self, series: impl Iterator<Item = u32> + Clone) -> Option<Summary> {
        let mut first = series.clone();
        if let (Some(alone), None) = (first.next(), first.next())
            && let Some((distribution, unit)) = self.live_distribution(alone)
        {
            return distribution.summary(self.quantiles, unit);
        }
        let mut merged = MergedDistribution::default();
        for (distribution, unit) in series.filter_map(|series| self.distribution(series)) {
            merged.add(distribution, unit);
        }
        merged.summary(self.quantiles)
    }

    /// The live distribution of a series that only one thread has ever recorded, and its unit.
    fn live_distribution(&self, series: u32) -> Option<(LiveDistribution<'_>, f64)> {
        if self.since.flushed_distribution(series).is_some() {
            return None;
        }
        let (layout, unit) = self.bucket_layout(series)?;
        Some((self.live.distribution(series, &layout, self.since.earlier(series))?, unit))
    }

    /// A copy of the distribution of a series, and its unit.
    fn distribution(&self, series: u32) -> Option<(Distribution, f64)> {
        let (layout, unit) = self.bucket_layout(series)?;
        let flushed = self.since.flushed_distribution(series).cloned();
        let mut now = flushed.unwrap_or_else(|| Distribution::empty(layout));
        self.live.add_to(&mut now, series);
        if let Some(earlier) = self.since.earlier(series) {
            if now.count() <= earlier.count() {
                return None;
            }
            now.subtract(earlier);
        }
        Some((now, unit))
    }

    /// The bucket layout of a series, and the unit in which it is reported.
    fn bucket_layout(&self, series: u32) -> Option<(BucketLayout, f64)> {
        let (series, family) = self.names.get(series)?;
        let unit = family.behaviour().unit_size();
        Some((family.bucket_layout(!series.labels.is_empty()), unit))
    }
}
