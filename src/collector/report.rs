//! A report: what one reader sees of a collector by the families' names, summed over labels and threads. A timing and a
//! histogram of one name are one distribution.
//!
//! Numbers are copied under the value lock; distributions are only found there, and their quantiles are computed from the live cells
//! outside it. If a fold or a removal has moved values meanwhile, the report is made again.

use std::sync::Arc;

use super::Collector;
use super::counts::Count;
use super::delta::{Delta, Reading};
use super::kinds::Kind;
use super::live_distributions::{LiveDistribution, LiveDistributions};
use super::names::NamesView;
use super::series_selection::{SelectedSeries, SelectionRequest, SeriesSelection};
use super::totals::Totals;
use super::value::saturated;
use super::window::baseline;
use crate::cells::ClaimRole;
use crate::cells::sync::Mutex;
use crate::histogram::{BucketLayout, Distribution, MergedDistribution, Summary};

/// How often a report is made from live cells. Where threads end that fast, the last attempt copies them under the value lock.
const LIVE_ATTEMPTS: u32 = 3;

/// What a report contains.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Only families of these kinds.
    pub kinds: Vec<Kind>,
    /// The quantiles of distributions, 0 to 1.
    pub quantiles: Vec<f64>,
}

/// Values by the families' names, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Increments less decrements.
    pub counters: Vec<(Arc<str>, f64)>,
    /// The set ones.
    pub gauges: Vec<(Arc<str>, f64)>,
    /// Those with a sample; durations in milliseconds.
    pub histograms: Vec<(Arc<str>, Summary)>,
}

/// What one reader of reports has seen. Counters and distributions are reset apart.
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
    /// A window of what comes from now on.
    #[must_use]
    pub fn new(collector: &Collector) -> Self {
        let window = Self::default();
        window.clear_counters(collector);
        window.clear_distributions(collector);
        window
    }

    /// What came since, of all families or of those with the given numbers.
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

/// All numbers and what was folded of distributions, where the live ones are, and how often values had moved before.
fn read_live(collector: &Collector) -> (Reading, LiveDistributions, u64) {
    let mut values = collector.values();
    let reading = collector.read_under_lock(&mut values, is_number);
    let live = LiveDistributions::find(&collector.shards.lock().clone(), &values.baselines);
    (reading, live, values.changes)
}

impl Seen {
    /// What came since, of a reading and of the live distributions that it lacks.
    fn report(
        &mut self,
        reading: &Reading,
        live: LiveDistributions,
        request: &ReportRequest,
        families: Option<&[u32]>,
    ) -> Report {
        let Self { counts, distributions, selection } = self;
        let since = Delta::apart(reading, Some(counts), Some(distributions));
        let wanted = SelectionRequest { kinds: request.kinds.clone(), families: families.map(<[u32]>::to_vec) };
        selection.update(&reading.names, wanted);
        let read = Read { names: &reading.names, since, live, quantiles: &request.quantiles };
        let mut report = Report { histograms: Vec::with_capacity(selection.len()), ..Report::default() };
        for (name, series) in selection.by_name() {
            report.add(name, series, &read);
        }
        report
    }
}

fn is_number(role: ClaimRole) -> bool {
    role != ClaimRole::Distribution
}

/// What a report is made of.
struct Read<'a> {
    names: &'a NamesView,
    since: Delta<'a>,
    live: LiveDistributions,
    quantiles: &'a [f64],
}

impl Report {
    /// Adds all kinds of one name.
    fn add(&mut self, name: &Arc<str>, series: &[SelectedSeries], read: &Read) {
        let of_kind = |kind| series.iter().filter(move |series| series.kind == kind).map(|series| series.number);
        // a series that was made and never counted shows nothing
        let counts = of_kind(Kind::Counter).filter_map(|series| read.since.count(series));
        let counts = counts.filter(|count| *count != Count::default());
        if let Some(count) = counts.reduce(|sum, count| sum.plus(&count)) {
            self.counters.push((name.clone(), saturated(count.net())));
        }
        let states = of_kind(Kind::Gauge).filter_map(|series| {
            let (_, family) = read.names.get(series)?;
            Some((read.since.gauge(series)?, family.merge()))
        });
        if let Some((state, _)) = states.reduce(|(one, merge), (other, _)| (one.merged(other, merge), merge)) {
            self.gauges.push((name.clone(), state.value));
        }
        let summary = read.summary(of_kind(Kind::Timing).chain(of_kind(Kind::Histogram)));
        self.histograms.extend(summary.map(|summary| (name.clone(), summary)));
    }
}

impl Read<'_> {
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

    /// What came of one series that only one thread ever had, read where it is, and the unit.
    fn live_distribution(&self, series: u32) -> Option<(LiveDistribution<'_>, f64)> {
        if self.since.folded_distribution(series).is_some() {
            return None;
        }
        let (layout, unit) = self.bucket_layout(series)?;
        Some((self.live.distribution(series, &layout, self.since.earlier(series))?, unit))
    }

    /// What came of one series, and the unit.
    fn distribution(&self, series: u32) -> Option<(Distribution, f64)> {
        let (layout, unit) = self.bucket_layout(series)?;
        let folded = self.since.folded_distribution(series).cloned();
        let mut now = folded.unwrap_or_else(|| Distribution::empty(layout));
        self.live.add_to(&mut now, series);
        if let Some(earlier) = self.since.earlier(series) {
            if now.count() <= earlier.count() {
                return None;
            }
            now.subtract(earlier);
        }
        Some((now, unit))
    }

    /// How values are divided, and in which multiples they are reported.
    fn bucket_layout(&self, series: u32) -> Option<(BucketLayout, f64)> {
        let (series, family) = self.names.get(series)?;
        let unit = family.behaviour().unit_size();
        Some((family.bucket_layout(!series.labels.is_empty()), unit))
    }
}
