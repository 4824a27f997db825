//! A request to a history, and what it returns.

use super::super::kinds::Kind;
use crate::histogram::Distribution;

/// What is requested of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryRequest {
    /// Keys of series, or patterns of several: see `pattern.rs`.
    pub keys: Vec<String>,
    /// Labels: the series of one pattern that have different values of these are separate groups.
    pub by: Vec<String>,
    /// Only intervals that end later; in milliseconds since the epoch, or, if negative, before the end of the latest interval.
    pub after: f64,
    /// The most groups of one pattern: those with the most recordings, or the highest values.
    pub limit: usize,
    /// Whether there are values for the last five minutes and before instead of those of each interval.
    pub is_summary: bool,
    /// Whether distributions have their buckets in each interval.
    pub has_buckets: bool,
}

/// One interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Milliseconds since the epoch.
    pub end: f64,
    /// Its length.
    pub seconds: f64,
}

/// The answer to a request.
#[derive(Debug, Default)]
pub struct HistoryReading {
    /// Ascending. Empty in a summary.
    pub intervals: Vec<Interval>,
    /// The end of the latest interval, requested or not.
    pub latest: Option<f64>,
    /// By pattern.
    pub groups: Vec<Group>,
}

/// The series that are merged into one result.
#[derive(Debug)]
pub struct Group {
    /// The position of its pattern in the request.
    pub of: usize,
    /// Of their family.
    pub name: String,
    /// Of their family.
    pub kind: Kind,
    /// Those that all its series have.
    pub labels: Vec<(String, String)>,
    /// As their family declares it.
    pub unit: Option<String>,
    /// How many series are merged.
    pub series: usize,
    /// The key of the series, if it is one.
    pub key: Option<String>,
    /// For each interval.
    pub values: Vec<Values>,
    /// In a summary: the last five minutes, and the time before.
    pub spans: [Span; 2],
    /// The buckets of all intervals.
    pub buckets: Option<HistoryBuckets>,
}

/// What a group did in one interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Increments or recordings; `None` before the group existed.
    pub count: Option<f64>,
    /// A gauge: its value at the end, and the highest in the interval.
    pub gauge: Option<(f64, f64)>,
    /// A distribution with values.
    pub distribution: Option<Distribution>,
}

/// The same for a longer time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// How long the group existed in it.
    pub seconds: f64,
    /// What it did in it.
    pub values: Values,
}

/// The buckets of a distribution that have a count in any interval.
#[derive(Debug, Default)]
pub struct HistoryBuckets {
    /// The lowest and the highest value, ascending.
    pub ranges: Vec<(f64, f64)>,
    /// For each interval: positions in `ranges`, and counts.
    pub counts: Vec<Vec<(usize, f64)>>,
}
