//! A family: all series of one kind and name, and their options.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Collector;
use super::kinds::{Kind, MetricKind};
use super::name_translation::NameTranslation;
use super::summaries::SummaryWindow;
use crate::cells::Room;
use crate::histogram::{BucketLayout, Precision};
use crate::sorting;

/// How a gauge's values in several threads are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Merge {
    /// The sum of the values.
    #[default]
    Sum = 0,
    /// The smallest value.
    Min = 1,
    /// The largest value.
    Max = 2,
    /// The value that was set last.
    Last = 3,
}

impl Merge {
    /// Converts the number that JavaScript uses.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Sum, Self::Min, Self::Max, Self::Last].get(usize::from(number)).copied()
    }
}

/// The options of a family. `None` is compatible with any value, so a request by name alone always succeeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyOptions {
    /// For `# HELP`. The latest declaration wins.
    pub help: Option<String>,
    /// Appended to the exposed name.
    pub unit: Option<String>,
    /// The only allowed label names, sorted.
    pub label_names: Option<Vec<String>>,
    /// For gauges.
    pub merge: Option<Merge>,
    /// For log-linear distributions.
    pub precision: Option<Precision>,
    /// Upper bounds, strictly increasing and finite. A histogram records into these buckets. A timing is exposed with them, in
    /// milliseconds.
    pub buckets: Option<Vec<f64>>,
    /// Of a histogram without buckets: the exposed quantiles, strictly increasing, 0 to 1.
    pub quantiles: Option<Vec<f64>>,
    /// How the names of an OpenTelemetry instrument become Prometheus'.
    pub translation: Option<NameTranslation>,
    /// Whether a gauge's values may be added up, as those of OpenTelemetry's up-down counters: in OTLP it is a sum.
    pub is_sum: Option<bool>,
    /// Whether values are whole numbers, as an OpenTelemetry instrument may declare: in OTLP they are integers.
    pub is_int: Option<bool>,
    /// Whether callbacks observe the values before readings, as those of OpenTelemetry's asynchronous instruments. The values of a
    /// thread leave when it ends, because its callbacks do not run any more.
    pub is_observed: Option<bool>,
    /// Whether the exposed quantiles of a histogram without buckets cover recent values only.
    pub is_summary: bool,
    /// How long values are recent, in milliseconds.
    pub max_age: Option<f64>,
    /// In how many steps they age.
    pub age_buckets: Option<u32>,
    /// The most label sets, [`UNLIMITED`](crate::cells::room::UNLIMITED) for any number.
    pub max_series: Option<u32>,
    /// After this time without a recording, series with labels are removed.
    pub ttl: Option<Duration>,
}

/// All series with the same kind and name.
#[derive(Clone, Debug)]
pub struct Family {
    /// The kind of all its series.
    pub kind: Kind,
    /// The original name, which may contain any characters.
    pub name: String,
    /// The options declared so far.
    pub options: FamilyOptions,
    // of a histogram with `buckets`
    bounds: Option<Arc<[f64]>>,
    // whether an unlabelled and a labelled series exist: options that determine their cells can no longer change
    used_plain: bool,
    used_labelled: bool,
    is_unregistered: bool,
    // its place in the order of declaration, which no other family ever has
    declared: u64,
    // how many label sets it may have
    room: Arc<Room>,
}

impl Family {
    pub(super) fn new(kind: Kind, name: &str, options: FamilyOptions, room: Arc<Room>) -> Self {
        let mut family = Self {
            kind,
            name: name.to_owned(),
            options,
            bounds: None,
            used_plain: false,
            used_labelled: false,
            is_unregistered: false,
            declared: 0,
            room,
        };
        family.set_bounds();
        family
    }

    pub(super) fn declared_as(self, declared: u64) -> Self {
        Self { declared, ..self }
    }

    /// Its place in the order of declaration, which no other family of the collector ever has.
    #[must_use]
    pub fn declared(&self) -> u64 {
        self.declared
    }

    /// How many label sets the family may have, and has.
    #[must_use]
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    fn set_bounds(&mut self) {
        if self.behaviour().records_declared_buckets() {
            self.bounds = self.options.buckets.as_deref().map(Arc::from);
        }
    }

    /// The behaviour of its kind.
    pub(crate) fn behaviour(&self) -> &'static dyn MetricKind {
        self.kind.behaviour()
    }

    /// How a gauge's values in several threads are merged.
    #[must_use]
    pub fn merge(&self) -> Merge {
        self.options.merge.unwrap_or_default()
    }

    /// The buckets of a distribution. Labelled series are usually many, so their default is coarser.
    #[must_use]
    pub fn bucket_layout(&self, labelled: bool) -> BucketLayout {
        if let Some(bounds) = &self.bounds {
            return BucketLayout::Bounds(bounds.clone());
        }
        let precision = self.precision(labelled);
        BucketLayout::LogLinear(self.behaviour().log_linear(precision))
    }

    fn precision(&self, labelled: bool) -> Precision {
        let default = if labelled { Precision::One } else { Precision::Two };
        self.options.precision.unwrap_or(default)
    }

    /// The sliding window of a summary. `None` if this is none.
    pub(super) fn summary_window(&self) -> Option<SummaryWindow> {
        let FamilyOptions { is_summary, max_age, age_buckets, .. } = self.options;
        let default = SummaryWindow::default();
        is_summary.then(|| SummaryWindow {
            max_age: max_age.map_or(default.max_age, |millis| Duration::from_secs_f64(millis / 1e3)),
            age_buckets: age_buckets.unwrap_or(default.age_buckets),
        })
    }

    /// Whether a series exists.
    #[must_use]
    pub fn in_use(&self) -> bool {
        self.used_plain || self.used_labelled
    }

    /// The placeholder at the numbers of freed families.
    pub(super) fn freed() -> Arc<Self> {
        static FREED: OnceLock<Arc<Family>> = OnceLock::new();
        FREED.get_or_init(|| Arc::new(Self::new(Kind::Gauge, "", FamilyOptions::default(), Arc::default()))).clone()
    }

    /// The same family once its name is free for another one. Threads that have not noticed still use its number and options.
    pub(super) fn unregistered(self) -> Self {
        Self { is_unregistered: true, ..self }
    }

    /// Whether the family was unregistered.
    pub(super) fn is_unregistered(&self) -> bool {
        self.is_unregistered
    }

    /// Whether the family was unregistered, or this is the placeholder of a freed family. Only that has an empty name.
    #[must_use]
    pub fn is_freed(&self) -> bool {
        self.is_unregistered || self.name.is_empty()
    }

    /// Whether the family is exposed as 0 before its first recording, without which `rate()` would miss that recording. Does not
    /// apply to families with label names, which have no series yet, to gauges, which have no value, and to OpenTelemetry's
    /// instruments, whose series have the labels of their scopes.
    #[must_use]
    pub fn awaits_first_recording(&self) -> bool {
        let may_have_labels = self.options.label_names.as_ref().is_some_and(|names| !names.is_empty());
        !self.behaviour().is_state() && !may_have_labels && self.options.translation.is_none() && !self.in_use()
    }

    /// Whether a labelled or an unlabelled series exists.
    pub(super) fn is_used(&self, labelled: bool) -> bool {
        if labelled { self.used_labelled } else { self.used_plain }
    }

    /// Records that such a series exists.
    pub(super) fn set_used(&mut self, labelled: bool) {
        *(if labelled { &mut self.used_labelled } else { &mut self.used_plain }) = true;
    }

    /// Whether all existing series have this precision, so that it may be declared. It does not apply to bounds.
    fn fits(&self, precision: Precision) -> bool {
        let differs = |labelled| self.is_used(labelled) && self.precision(labelled) != precision;
        self.bounds.is_some() || !(differs(false) || differs(true))
    }

    /// The requested option that contradicts the family's, if any.
    fn contradiction(&self, requested: &FamilyOptions) -> Option<&'static str> {
        let current = &self.options;
        let free = !self.in_use();
        let merges = free || requested.merge == Some(self.merge());
        let fits = requested.precision.is_none_or(|precision| self.fits(precision));
        let agreements = [
            ("unit", agree(current.unit.as_ref(), requested.unit.as_ref(), true)),
            ("labelNames", agree(current.label_names.as_ref(), requested.label_names.as_ref(), true)),
            ("merge", agree(current.merge.as_ref(), requested.merge.as_ref(), merges)),
            ("precision", agree(current.precision.as_ref(), requested.precision.as_ref(), fits)),
            (
                "buckets",
                agree(
                    current.buckets.as_ref(),
                    requested.buckets.as_ref(),
                    free || !self.behaviour().records_declared_buckets(),
                ),
            ),
            // the values of a histogram with buckets are not precise enough for quantiles
            ("buckets", !(requested.is_summary && current.buckets.is_some())),
            ("buckets", !(current.is_summary && requested.buckets.is_some())),
            ("maxAge", agree(current.max_age.as_ref(), requested.max_age.as_ref(), free || !current.is_summary)),
            (
                "ageBuckets",
                agree(current.age_buckets.as_ref(), requested.age_buckets.as_ref(), free || !current.is_summary),
            ),
            ("quantiles", agree(current.quantiles.as_ref(), requested.quantiles.as_ref(), true)),
            ("ttl", agree(current.ttl.as_ref(), requested.ttl.as_ref(), true)),
            ("maxSeries", agree(current.max_series.as_ref(), requested.max_series.as_ref(), true)),
        ];
        agreements.into_iter().find(|(_, agrees)| !agrees).map(|(option, _)| option)
    }

    /// Adopts the requested options that were not declared before. Changes nothing if one contradicts.
    pub(super) fn adopt(&mut self, requested: FamilyOptions) -> Result<(), FamilyConflict> {
        if let Some(option) = self.contradiction(&requested) {
            return Err(FamilyConflict { option, known: Box::new(self.options.clone()) });
        }
        let current = &mut self.options;
        take_over(&mut current.unit, requested.unit);
        take_over(&mut current.label_names, requested.label_names);
        take_over(&mut current.merge, requested.merge);
        take_over(&mut current.precision, requested.precision);
        take_over(&mut current.buckets, requested.buckets);
        take_over(&mut current.quantiles, requested.quantiles);
        take_over(&mut current.translation, requested.translation);
        take_over(&mut current.is_sum, requested.is_sum);
        take_over(&mut current.is_int, requested.is_int);
        take_over(&mut current.is_observed, requested.is_observed);
        take_over(&mut current.max_age, requested.max_age);
        take_over(&mut current.age_buckets, requested.age_buckets);
        current.is_summary |= requested.is_summary;
        take_over(&mut current.max_series, requested.max_series);
        take_over(&mut current.ttl, requested.ttl);
        if requested.help.is_some() {
            current.help = requested.help;
        }
        self.set_bounds();
        Ok(())
    }
}

impl Collector {
    /// All families in the order of declaration, and how many were ever declared. `None` if that is `known`.
    #[must_use]
    pub fn families_after(&self, known: u64) -> Option<(Vec<Arc<Family>>, u64)> {
        let view = self.names.lock().view();
        if view.declared() == known {
            return None;
        }
        let mut families: Vec<_> = view.families().filter(|family| !family.is_freed()).cloned().collect();
        sorting::sort_by_key(&mut families, |family| family.declared());
        Some((families, view.declared()))
    }
}

/// An option that contradicts an existing family's.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyConflict {
    /// The option's name, as in JavaScript.
    pub option: &'static str,
    /// The options of the family. If the option is absent there, a series with the default exists.
    pub known: Box<FamilyOptions>,
}

impl fmt::Display for FamilyConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the family exists with another {}: use the same, or omit the option", self.option)
    }
}

impl std::error::Error for FamilyConflict {}

/// Whether an option may be requested: it equals the declared value, or it is undeclared and still `open`.
fn agree<T: PartialEq>(current: Option<&T>, requested: Option<&T>, open: bool) -> bool {
    match (current, requested) {
        (_, None) => true,
        (Some(current), Some(requested)) => current == requested,
        (None, Some(_)) => open,
    }
}

fn take_over<T>(current: &mut Option<T>, requested: Option<T>) {
    if current.is_none() {
        *current = requested;
    }
}
