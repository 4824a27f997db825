//! The input of a format: families under their final names, each series with the numbers of its type. A format decides nothing but
//! how to write them.

use std::borrow::Cow;
use std::fmt;

use crate::collector::MetricType;
use crate::histogram::NativeHistogram;

/// The content of an exposition.
#[derive(Debug, Default)]
pub struct ExposedFamilies<'a> {
    /// Written before the families.
    pub comment: Option<&'static str>,
    /// In the order in which they are written.
    pub families: Vec<ExposedFamily<'a>>,
    /// Whether text formats write when series were created.
    pub has_created: bool,
}

/// A family under the names that it has in an exposition.
pub struct ExposedFamily<'a> {
    /// Unique, with unit and suffix. Legal, unless the format takes names of any characters.
    pub name: String,
    /// Of a counter whose name ends in `_total`: the name without that, unless another family has it.
    pub counter_name: Option<String>,
    /// The unit in the name, as a word (`bytes_per_second`); empty if there is none.
    pub unit: String,
    /// Not empty.
    pub help: Option<&'a str>,
    /// Decides which samples the series have.
    pub metric_type: MetricType,
    /// Distinct; legal, unless the format takes names of any characters. An [`ExposedLabel`] refers to its name by the position in
    /// this list.
    pub label_names: Vec<String>,
    /// The labels that all series share.
    pub common: Vec<ExposedLabel<'a>>,
    /// The finite upper bounds of a histogram's buckets, or the quantiles of a summary; ascending.
    pub bounds: Vec<f64>,
    /// The visible series.
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

/// The position of a label's name, and its unescaped value.
pub type ExposedLabel<'a> = (usize, &'a str);

/// The labels of a series beyond the common ones of its family.
#[derive(Clone, Copy, Debug)]
pub struct SeriesLabels<'s, 'a> {
    /// The series' own labels, sorted by their original names. They come before the common ones.
    pub own: &'s [ExposedLabel<'a>],
    /// Labels of the collector that other series of the family override. They come after the common ones.
    pub added: &'s [ExposedLabel<'a>],
    /// When the series was created, in milliseconds since 1970, if that is known.
    pub created: Option<u64>,
    /// Ascending by bucket.
    pub exemplars: &'s [ExposedExemplar<'a>],
}

impl SeriesLabels<'_, '_> {
    /// No labels but the common ones.
    pub const NONE: Self = SeriesLabels { own: &[], added: &[], created: None, exemplars: &[] };
}

/// A recording that stands for a counter or a bucket.
#[derive(Clone, Debug)]
pub struct ExposedExemplar<'a> {
    /// The position of the bucket among the bounds of the family; that of the `+Inf` bucket follows the last one.
    pub bucket: usize,
    /// Legal and distinct names, and unescaped values.
    pub labels: Vec<(Cow<'a, str>, &'a str)>,
    /// In the unit of the family.
    pub value: f64,
    /// In milliseconds since 1970.
    pub time: u64,
}

/// The value of a series, by the type of its family.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'s> {
    /// A counter or gauge.
    Number(f64),
    /// A histogram or summary.
    Distribution {
        /// One number for each of the family's bounds: a cumulative count, or the value of a quantile.
        at_bounds: &'s [f64],
        /// The sum of the values, in the unit of the family.
        sum: f64,
        /// The number of values.
        count: f64,
        /// The same in finer buckets, if the family is a histogram that has them and the format takes them.
        native: Option<&'s NativeHistogram>,
    },
}

/// The series of a family.
pub trait SeriesSource {
    /// Roughly how many series there are.
    fn size_hint(&self) -> usize;

    /// Calls `visit` with each series.
    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample));
}
