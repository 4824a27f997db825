//! A family: all series of one kind and name, and their options.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Collector;
use super::kinds::{Kind, MetricKind};
use crate::histogram::{Form, Precision};

/// How the values that threads have of one gauge are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Merge {
    /// Their sum.
    #[default]
    Sum = 0,
    /// The smallest.
    Min = 1,
    /// The largest.
    Max = 2,
    /// The one that was set last.
    Last = 3,
}

impl Merge {
    /// The merge of this number, as JavaScript has it.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Sum, Self::Min, Self::Max, Self::Last].get(usize::from(number)).copied()
    }
}

/// The options of a family. `None` is compatible with any value, so a request by name alone always succeeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyOptions {
    /// For `# HELP`. The latest one is used.
    pub help: Option<String>,
    /// Appended to the exposed name.
    pub unit: Option<String>,
    /// The only label names that are allowed, sorted.
    pub label_names: Option<Vec<String>>,
    /// Of gauges.
    pub merge: Option<Merge>,
    /// Of log-linear distributions.
    pub precision: Option<Precision>,
    /// Upper bounds, strictly increasing and finite: a histogram's cells, a timing's exposed buckets (in milliseconds).
    pub buckets: Option<Vec<f64>>,
    /// Of a histogram without buckets: the exposed quantiles, strictly increasing, 0 to 1.
    pub quantiles: Option<Vec<f64>>,
}

/// All series of a kind and name.
#[derive(Clone, Debug)]
pub struct Family {
    /// Of all its series.
    pub kind: Kind,
    /// As it was given, of any characters.
    pub name: String,
    /// As declared so far.
    pub options: FamilyOptions,
    // of a histogram with `buckets`
    bounds: Option<Arc<[f64]>>,
    // whether a series without labels exists, and one with labels: what decides about their cells stays as it is
    used_plain: bool,
    used_labelled: bool,
}

impl Family {
    pub(super) fn new(kind: Kind, name: &str, options: FamilyOptions) -> Self {
        let mut family =
            Self { kind, name: name.to_owned(), options, bounds: None, used_plain: false, used_labelled: false };
        family.set_bounds();
        family
    }

    fn set_bounds(&mut self) {
        if self.behaviour().has_cells_of_buckets() {
            self.bounds = self.options.buckets.as_deref().map(Arc::from);
        }
    }

    /// What is particular to its kind.
    pub(crate) fn behaviour(&self) -> &'static dyn MetricKind {
        self.kind.behaviour()
    }

    /// How the values of threads are merged.
    #[must_use]
    pub fn merge(&self) -> Merge {
        self.options.merge.unwrap_or_default()
    }

    /// The buckets of a distribution. Labelled ones are many, so they are coarser by default.
    #[must_use]
    pub fn form(&self, labelled: bool) -> Form {
        if let Some(bounds) = &self.bounds {
            return Form::Bounds(bounds.clone());
        }
        let precision = self.precision(labelled);
        Form::LogLinear(self.behaviour().log_linear(precision))
    }

    fn precision(&self, labelled: bool) -> Precision {
        let default = if labelled { Precision::One } else { Precision::Two };
        self.options.precision.unwrap_or(default)
    }

    /// Whether a series exists.
    #[must_use]
    pub fn in_use(&self) -> bool {
        self.used_plain || self.used_labelled
    }

    /// What stands at the number of a family that was freed: the same for all.
    pub(super) fn freed() -> Arc<Self> {
        static FREED: OnceLock<Arc<Family>> = OnceLock::new();
        FREED.get_or_init(|| Arc::new(Self::new(Kind::Gauge, "", FamilyOptions::default()))).clone()
    }

    /// Whether it was freed: no family is without a name.
    #[must_use]
    pub fn is_freed(&self) -> bool {
        self.name.is_empty()
    }

    /// Whether it is exposed at zero before its first recording: without that, readers of totals would miss the recording. Families
    /// with label names have no series yet, and a gauge no value.
    #[must_use]
    pub fn awaits_first_recording(&self) -> bool {
        let may_have_labels = self.options.label_names.as_ref().is_some_and(|names| !names.is_empty());
        !self.behaviour().is_state() && !may_have_labels && !self.in_use()
    }

    /// Whether a series exists that has labels, or has none.
    pub(super) fn is_used(&self, labelled: bool) -> bool {
        if labelled { self.used_labelled } else { self.used_plain }
    }

    /// Notes that such a series exists.
    pub(super) fn set_used(&mut self, labelled: bool) {
        *(if labelled { &mut self.used_labelled } else { &mut self.used_plain }) = true;
    }

    /// Whether all existing series have this precision, so that it may be declared. Bounds have none.
    fn fits(&self, precision: Precision) -> bool {
        let differs = |labelled| self.is_used(labelled) && self.precision(labelled) != precision;
        self.bounds.is_some() || !(differs(false) || differs(true))
    }

    /// The option of a request that contradicts what is in effect.
    fn contradiction(&self, requested: &FamilyOptions) -> Option<&'static str> {
        let mine = &self.options;
        let free = !self.in_use();
        let merges = free || requested.merge == Some(self.merge());
        let fits = requested.precision.is_none_or(|precision| self.fits(precision));
        let agreements = [
            ("unit", agree(mine.unit.as_ref(), requested.unit.as_ref(), true)),
            ("labelNames", agree(mine.label_names.as_ref(), requested.label_names.as_ref(), true)),
            ("merge", agree(mine.merge.as_ref(), requested.merge.as_ref(), merges)),
            ("precision", agree(mine.precision.as_ref(), requested.precision.as_ref(), fits)),
            (
                "buckets",
                agree(
                    mine.buckets.as_ref(),
                    requested.buckets.as_ref(),
                    free || !self.behaviour().has_cells_of_buckets(),
                ),
            ),
            ("quantiles", agree(mine.quantiles.as_ref(), requested.quantiles.as_ref(), true)),
        ];
        agreements.into_iter().find(|(_, agrees)| !agrees).map(|(option, _)| option)
    }

    /// Takes over the options of a request that were not declared before, unless one contradicts.
    pub(super) fn adopt(&mut self, requested: FamilyOptions) -> Result<(), FamilyConflict> {
        if let Some(option) = self.contradiction(&requested) {
            return Err(FamilyConflict { option, known: Box::new(self.options.clone()) });
        }
        let mine = &mut self.options;
        take_over(&mut mine.unit, requested.unit);
        take_over(&mut mine.label_names, requested.label_names);
        take_over(&mut mine.merge, requested.merge);
        take_over(&mut mine.precision, requested.precision);
        take_over(&mut mine.buckets, requested.buckets);
        take_over(&mut mine.quantiles, requested.quantiles);
        if requested.help.is_some() {
            mine.help = requested.help;
        }
        self.set_bounds();
        Ok(())
    }
}

impl Collector {
    /// All families by their numbers, if there are more than `known`; else none.
    #[must_use]
    pub fn families_after(&self, known: usize) -> Vec<Arc<Family>> {
        let names = self.names.lock();
        let has_more = u32::try_from(known).is_ok_and(|known| names.get_family(known).is_some());
        if has_more { names.view().families().cloned().collect() } else { Vec::new() }
    }
}

/// Options that contradict those the family was made with.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyConflict {
    /// The option's name, as in JavaScript.
    pub option: &'static str,
    /// The options of the family. Where the option is absent, a series was made with the default.
    pub known: Box<FamilyOptions>,
}

impl fmt::Display for FamilyConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the family exists with another {}: ask for it with the same, or by its name alone", self.option)
    }
}

impl std::error::Error for FamilyConflict {}

/// Whether an option may be requested: it was declared so before, or was not declared and is still `open`.
fn agree<T: PartialEq>(mine: Option<&T>, requested: Option<&T>, open: bool) -> bool {
    match (mine, requested) {
        (_, None) => true,
        (Some(mine), Some(requested)) => mine == requested,
        (None, Some(_)) => open,
    }
}

fn take_over<T>(mine: &mut Option<T>, requested: Option<T>) {
    if mine.is_none() {
        *mine = requested;
    }
}
