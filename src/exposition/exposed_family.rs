//! Families as a format gets them: under their final names, each series with the numbers that its type has. A format lends from
//! here and decides nothing but how to write it.

use std::fmt;

use crate::collector::MetricType;
use crate::histogram::NativeHistogram;

/// What an exposition consists of.
#[derive(Debug, Default)]
pub struct ExposedFamilies<'a> {
    /// A remark before the families.
    pub comment: Option<&'static str>,
    /// In the order in which they are written.
    pub families: Vec<ExposedFamily<'a>>,
    /// Whether a format that would write it as samples writes when series began.
    pub has_created: bool,
}

/// A family under the names that it has in an exposition.
pub struct ExposedFamily<'a> {
    /// With unit and suffix, and no other family's. Legal, unless the format takes names of any characters.
    pub name: String,
    /// Of a counter whose name ends in `_total`: the name without that, unless another family has it.
    pub counter_name: Option<String>,
    /// The unit in the name, as a word (`bytes_per_second`); empty where it has none.
    pub unit: String,
    /// Not empty.
    pub help: Option<&'a str>,
    /// Decides what samples the series have.
    pub metric_type: MetricType,
    /// Distinct; legal, unless the format takes names of any characters. Labels have the positions of their names here.
    pub label_names: Vec<String>,
    /// Labels of all series.
    pub common: Vec<(usize, &'a str)>,
    /// Of a histogram the upper bounds of its buckets, without infinity; of a summary its quantiles; ascending.
    pub bounds: Vec<f64>,
    /// Those that have something to show.
    pub series: Box<dyn SeriesSource + 'a>,
}

impl ExposedFamily<'_> {
    /// The unit, if one of its names ends with it: readers accept no other.
    #[must_use]
    pub fn unit_of(&self, name: &str) -> Option<&str> {
        let has_unit = name.strip_suffix(&self.unit).is_some_and(|base| base.len() > 1 && base.ends_with('_'));
        (has_unit && !self.unit.is_empty()).then_some(&self.unit)
    }
}

impl fmt::Debug for ExposedFamily<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExposedFamily").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The position of a label's name, and its value as it was given.
pub type ExposedLabel<'a> = (usize, &'a str);

/// The labels of a series, which come before and after the common ones of its family.
#[derive(Clone, Copy, Debug)]
pub struct SeriesLabels<'s, 'a> {
    /// Its own ones, sorted by the names that users gave.
    pub own: &'s [ExposedLabel<'a>],
    /// Labels of the collector that other series of the family have themselves.
    pub added: &'s [ExposedLabel<'a>],
    /// When the series began, in milliseconds since 1970; `None` where that is not known.
    pub created: Option<u64>,
}

impl SeriesLabels<'_, '_> {
    /// No label but the common ones.
    pub const NONE: Self = SeriesLabels { own: &[], added: &[], created: None };
}

/// The value of a series, by the type of its family.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'s> {
    /// Of a counter or gauge.
    Number(f64),
    /// Of a histogram or summary: a cumulative count or a value for each of the family's bounds, the sum and the count.
    Distribution {
        /// For each bound in turn.
        at_bounds: &'s [f64],
        /// Of all values, in the unit of the family.
        sum: f64,
        /// How many values.
        count: f64,
        /// Of a histogram the same in finer buckets, where it has them and the format takes them.
        native: Option<&'s NativeHistogram>,
    },
}

/// The series of a family.
pub trait SeriesSource {
    /// About how many there are.
    fn size_hint(&self) -> usize;

    /// Lends them one after the other.
    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample));
}
