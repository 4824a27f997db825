//! A collector's families for an exposition. Names, labels and buckets are decided here, before anything is written.

use super::exposed_family::{ExposedFamily, ExposedLabel, Sample, SeriesLabels, SeriesSource};
use super::exposed_names::{ExposedNames, family_escaping, unit_word};
use super::family_exemplars::FamilyExemplars;
use super::family_labels::{FamilyLabels, LegalNames};
use super::legal_names::Escaping;
use super::request::ExpositionRequest;
use crate::collector::{DEFAULT_BUCKETS_MILLIS, Delta, Family, FamilyReading, Label, MetricType, Reading};
use crate::histogram::{Cuts, Distribution, NativeHistogram};

/// Of histograms that declare no others.
const DEFAULT_QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

/// How the families of a reading are exposed.
pub struct Exposure<'a> {
    pub reading: &'a Reading,
    /// The collector's labels.
    pub constant: &'a [Label],
    /// The format, and which families and series.
    pub request: &'a ExpositionRequest,
}

impl<'a> Exposure<'a> {
    /// The visible families with cumulative values.
    pub fn families(&self, names: &mut ExposedNames) -> Vec<ExposedFamily<'a>> {
        let delta = self.reading.cumulative_values();
        // families without visible series have names too, so that a name never changes between scrapes
        let exposed: Vec<(String, MetricType, FamilyReading)> = self
            .reading
            .families(&delta)
            .into_iter()
            .map(|family| {
                let metric_type = family.family.behaviour().metric_type(family.family);
                (names.assign_family(family.family, metric_type), metric_type, family)
            })
            .collect();
        // last, so that a counter's first decrement takes no name from another family
        let decremented = exposed.iter().filter(|_| delta.has_any_decrements());
        let nets: Vec<ExposedFamily> =
            decremented.filter_map(|(_, _, family)| self.net(names, family, delta)).collect();
        let escaping = names.escaping();
        let shown = exposed.into_iter().filter_map(|(name, metric_type, family)| {
            let family = self.wanted(&name, metric_type, family)?;
            is_shown(&family).then(|| self.expose(name, (metric_type, escaping), family, delta))
        });
        shown.chain(nets).collect()
    }

    /// The gauge of the net values of a family's series that have decrements.
    pub(super) fn net(
        &self,
        names: &mut ExposedNames,
        family: &FamilyReading<'a>,
        delta: Delta<'a>,
    ) -> Option<ExposedFamily<'a>> {
        let kind = family.family.behaviour();
        let has_net = |number: &u32| kind.net(&delta, *number).is_some();
        let series: Vec<u32> = family.series.iter().copied().filter(has_net).collect();
        if series.is_empty() {
            return None;
        }
        let name = names.assign_family(family.family, MetricType::NetGauge);
        let family = self.wanted(&name, MetricType::NetGauge, family.with(series))?;
        let typed = (MetricType::NetGauge, names.escaping());
        (!family.series.is_empty()).then(|| self.expose(name, typed, family, delta))
    }

    /// The requested part of a family. Its name is assigned even if that is nothing.
    fn wanted(&self, name: &str, metric_type: MetricType, mut family: FamilyReading<'a>) -> Option<FamilyReading<'a>> {
        let ExpositionRequest { names, labels, .. } = self.request;
        if names.as_ref().is_some_and(|names| !names.has(&family.family.name, name, metric_type)) {
            return None;
        }
        if labels.is_empty() {
            return Some(family);
        }
        family.series.retain(|number| labels.iter().all(|(name, value)| self.label(*number, name) == value));
        // a family that awaits its first recording has no labels
        (!family.series.is_empty()).then_some(family)
    }

    /// The value of a series' own label, or else of the collector's; empty for one that is absent.
    fn label(&self, number: u32, name: &str) -> &'a str {
        let names = &self.reading.names;
        let own = names.get(number).map_or(&[][..], |(series, _)| &series.labels);
        let found = own.iter().chain(self.constant).find(|(symbol, _)| names.text(*symbol) == name);
        found.map_or("", |(_, value)| names.text(*value))
    }

    /// A family under a name.
    pub(super) fn expose(
        &self,
        name: String,
        (metric_type, escaping): (MetricType, Escaping),
        mut family: FamilyReading<'a>,
        delta: Delta<'a>,
    ) -> ExposedFamily<'a> {
        let series = std::mem::take(&mut family.series);
        let escaping = family_escaping(family.family, escaping);
        let (labels, LegalNames { label_names, common }) =
            FamilyLabels::new(&self.reading.names, self.constant, &family, (metric_type, escaping), &series);
        let metric_type = self.written_type(metric_type, family.family);
        let (bounds, values) = Values::new(family.family, metric_type, self.request);
        let exemplars = self.exemplars(metric_type, &values);
        ExposedFamily {
            name,
            counter_name: None,
            unit: unit_word(family.family, metric_type),
            help: family.family.options.help.as_deref().filter(|help| !help.is_empty()),
            metric_type,
            label_names,
            common,
            bounds,
            series: Box::new(CollectorSeries {
                family: family.family,
                reading: self.reading,
                delta,
                series,
                labels,
                exemplars,
                values,
            }),
        }
    }
}

impl<'a> Exposure<'a> {
    /// The type in this format: a summary is a native histogram where there are some, unless the user chose its quantiles.
    fn written_type(&self, metric_type: MetricType, family: &Family) -> MetricType {
        let is_native = self.request.format.has_native_histograms && family.options.quantiles.is_none();
        if metric_type == MetricType::Summary && is_native { MetricType::Histogram } else { metric_type }
    }

    fn exemplars(&self, metric_type: MetricType, values: &Values) -> FamilyExemplars<'a> {
        let all = self.reading.names.exemplars();
        let has_them = matches!(metric_type, MetricType::Counter | MetricType::Histogram);
        let is_written = self.request.format.has_exemplars && has_them && !all.is_empty();
        let (bounds, unit_size) = match values {
            Values::Histogram { limits, unit_size, .. } if is_written => (limits.clone(), *unit_size),
            _ => (Vec::new(), 1.0),
        };
        FamilyExemplars { all: is_written.then_some(all), bounds, unit_size }
    }
}

/// Whether there is anything to show.
pub(super) fn is_shown(family: &FamilyReading) -> bool {
    !family.series.is_empty() || family.family.awaits_first_recording()
}

/// The series of a collector's family.
struct CollectorSeries<'a> {
    family: &'a Family,
    reading: &'a Reading,
    delta: Delta<'a>,
    series: Vec<u32>,
    labels: FamilyLabels<'a>,
    exemplars: FamilyExemplars<'a>,
    values: Values,
}

/// Which values of a series are exposed.
enum Values {
    Number,
    Net,
    Histogram {
        /// The positions of the exposed bounds.
        kept: Vec<usize>,
        /// Those bounds in the distribution's unit.
        limits: Vec<f64>,
        /// The bounds in the distribution's unit, if its own buckets are finer.
        cuts: Option<Vec<f64>>,
        unit_size: f64,
        is_native: bool,
    },
    Summary {
        quantiles: Vec<f64>,
    },
}

impl Values {
    /// Also returns the bounds of the family.
    fn new(family: &Family, metric_type: MetricType, request: &ExpositionRequest) -> (Vec<f64>, Self) {
        match metric_type {
            MetricType::Counter | MetricType::Gauge => (Vec::new(), Self::Number),
            MetricType::NetGauge => (Vec::new(), Self::Net),
            MetricType::Summary => {
                let quantiles = family.options.quantiles.clone().unwrap_or_else(|| DEFAULT_QUANTILES.to_vec());
                (quantiles.clone(), Self::Summary { quantiles })
            }
            MetricType::Histogram => {
                let kind = family.behaviour();
                let default_millis = request.buckets.as_deref().unwrap_or(&DEFAULT_BUCKETS_MILLIS);
                let buckets = kind.exposed_buckets(family, default_millis);
                // after the conversion of the unit two bounds may be equal: the later one has the count of both
                let is_last = |at: &usize| buckets.bounds.get(at + 1) != buckets.bounds.get(*at);
                let kept: Vec<usize> = (0..buckets.bounds.len()).filter(is_last).collect();
                let kept_of = |all: &[f64]| kept.iter().filter_map(|at| all.get(*at)).copied().collect();
                let bounds = kept_of(&buckets.bounds);
                let limits = kept_of(buckets.cuts.as_ref().unwrap_or(&buckets.bounds));
                let (unit_size, is_native) = (kind.exposed_unit_size(), request.format.has_native_histograms);
                (bounds, Self::Histogram { kept, limits, cuts: buckets.cuts, unit_size, is_native })
            }
        }
    }

    /// Calls `visit` with the sample of a distribution. Quantiles are those of the recent values, if they are given.
    fn distribution(
        &self,
        distribution: &Distribution,
        recent: Option<&Distribution>,
        workspace: &mut Workspace,
        visit: impl FnOnce(Sample),
    ) {
        match self {
            Self::Number | Self::Net => {}
            Self::Summary { quantiles } => {
                let at_bounds = recent.unwrap_or(distribution).quantiles(quantiles);
                let at_bounds = at_bounds.unwrap_or_else(|| vec![f64::NAN; quantiles.len()]);
                let (sum, count) = (distribution.sum(), distribution.count());
                visit(Sample::Distribution { at_bounds: &at_bounds, sum, count, native: None });
            }
            Self::Histogram { kept, cuts, unit_size, is_native, .. } => {
                let Workspace { native, cuts: table, counts } = workspace;
                let count = if cuts.is_some() {
                    table.cumulative(distribution, counts)
                } else {
                    let buckets = distribution.cumulative_at_own_bounds().unwrap_or_default();
                    counts.clear();
                    counts.extend(buckets.into_iter().map(|(_, count)| count));
                    distribution.count()
                };
                if kept.len() < counts.len() {
                    *counts = kept.iter().map(|at| counts.get(*at).copied().unwrap_or(0.0)).collect();
                }
                let has_native = *is_native && native.set(distribution);
                let (sum, native) = (distribution.sum() / unit_size, has_native.then_some(&*native));
                visit(Sample::Distribution { at_bounds: counts, sum, count, native });
            }
        }
    }

    /// What all series of the family share.
    fn workspace(&self) -> Workspace<'_> {
        let bounds = match self {
            Self::Histogram { cuts: Some(cuts), .. } => cuts.as_slice(),
            _ => &[],
        };
        Workspace { native: NativeHistogram::default(), cuts: Cuts::new(bounds), counts: Vec::new() }
    }
}

/// Memory, and where the bounds are, for one distribution after the other.
struct Workspace<'a> {
    native: NativeHistogram,
    cuts: Cuts<'a>,
    counts: Vec<f64>,
}

impl SeriesSource for CollectorSeries<'_> {
    fn size_hint(&self) -> usize {
        self.series.len().max(1)
    }

    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        if self.series.is_empty() {
            return self.zero(visit);
        }
        let kind = self.family.behaviour();
        match &self.values {
            Values::Number => self.numbers(visit, |number| kind.exposed_number(&self.delta, number)),
            Values::Net => self.numbers(visit, |number| kind.net(&self.delta, number)),
            values => {
                let mut workspace = values.workspace();
                let baseline = self.series.first().and_then(|number| self.reading.summary_baseline(*number));
                self.labelled(|number, labels| {
                    if let Some(distribution) = self.delta.distribution(number) {
                        let recent = baseline.map(|baseline| self.reading.recent(number, &distribution, baseline));
                        values.distribution(&distribution, recent.as_ref(), &mut workspace, |sample| {
                            visit(labels, sample);
                        });
                    }
                });
            }
        }
    }
}

impl<'a> CollectorSeries<'a> {
    /// Exposes a family without series as one unlabelled series of 0.
    fn zero(&self, visit: &mut dyn FnMut(SeriesLabels, Sample)) {
        match &self.values {
            Values::Number | Values::Net => visit(SeriesLabels::NONE, Sample::Number(0.0)),
            values => {
                let empty = Distribution::empty(self.family.bucket_layout(false));
                values.distribution(&empty, None, &mut values.workspace(), |sample| {
                    visit(SeriesLabels::NONE, sample);
                });
            }
        }
    }

    fn numbers(&self, visit: &mut dyn FnMut(SeriesLabels, Sample), value: impl Fn(u32) -> Option<f64>) {
        self.labelled(|number, labels| {
            if let Some(value) = value(number) {
                visit(labels, Sample::Number(value));
            }
        });
    }

    /// Calls `visit` with the number and the labels of each series.
    fn labelled(&self, mut visit: impl FnMut(u32, SeriesLabels<'_, 'a>)) {
        let (mut own, mut added): (Vec<ExposedLabel>, Vec<ExposedLabel>) = (Vec::new(), Vec::new());
        let mut exemplars = Vec::new();
        for &number in &self.series {
            let created = self.labels.own(&mut own, number);
            self.labels.added(&mut added, number);
            self.exemplars.of(&mut exemplars, number);
            visit(number, SeriesLabels { own: &own, added: &added, created, exemplars: &exemplars });
        }
    }
}
