//! Families as a format gets them: under their final names, each series with the numbers that its type has. A format lends from
//! here and decides nothing but how to write it.

use crate::collector::MetricType;

/// What an exposition consists of.
#[derive(Default)]
pub struct ExposedFamilies<'a> {
    /// A remark before the families.
    pub comment: Option<&'static str>,
    pub families: Vec<ExposedFamily<'a>>,
}

/// A family under the names that it has in an exposition.
pub struct ExposedFamily<'a> {
    /// Legal, with unit and suffix, and no other family's.
    pub name: String,
    /// Not empty.
    pub help: Option<&'a str>,
    pub metric_type: MetricType,
    /// Legal and distinct. Labels have the positions of their names here.
    pub label_names: Vec<String>,
    /// Labels of all series.
    pub common: Vec<(usize, &'a str)>,
    /// Of a histogram the upper bounds of its buckets, without infinity; of a summary its quantiles; ascending.
    pub bounds: Vec<f64>,
    pub series: Box<dyn SeriesSource + 'a>,
}

/// The position of a label's name, and its value as it was given.
pub type ExposedLabel<'a> = (usize, &'a str);

/// The labels of a series, which come before and after the common ones of its family.
#[derive(Clone, Copy)]
pub struct SeriesLabels<'s, 'a> {
    pub own: &'s [ExposedLabel<'a>],
    pub added: &'s [ExposedLabel<'a>],
}

impl SeriesLabels<'_, '_> {
    pub const NONE: Self = SeriesLabels { own: &[], added: &[] };
}

/// The value of a series, by the type of its family.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'s> {
    /// Of a counter or gauge.
    Number(f64),
    /// Of a histogram or summary: a cumulative count or a value for each of the family's bounds, the sum and the count.
    Distribution { at_bounds: &'s [f64], sum: f64, count: f64 },
}

/// The series of a family.
pub trait SeriesSource {
    /// How many there are.
    fn len(&self) -> usize;

    /// Lends them one after the other.
    fn each(&self, visit: &mut dyn FnMut(SeriesLabels, Sample));
}
