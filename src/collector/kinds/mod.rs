//! The kinds of metric, one file each: what cells a series has, how they are read, merged, emptied and shown, and as what it
//! is exposed. Nothing outside this folder asks of what kind something is.
//!
//! A new kind is a new file here that implements [`MetricKind`], and a line in [`Kind`]. What a series holds has one of three
//! forms, which [`Totals`] has a store for: a count, the state of a gauge, or a distribution. What
//! kinds with distributions have in common is in `distribution.rs`.

pub mod counter;
pub mod distribution;
pub mod gauge;
mod histogram;
mod timing;

use super::delta::Delta;
use super::family::Family;
use super::totals::Totals;
use super::value::{Section, Value};
use crate::cells::sync::Arc;
use crate::cells::{Chunk, Claim, ClaimTemplate};
use crate::histogram::{Distribution, LogLinear, Precision};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $Kind:ident = $number:literal: $behaviour:path,)*) => {
        /// What a series measures.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[doc = $doc])* $Kind = $number,)*
        }

        impl Kind {
            /// All kinds, in the order in which a name is looked up among them.
            pub const ALL: [Self; [$($number),*].len()] = [$(Self::$Kind),*];

            /// What is particular to it.
            pub(crate) fn behaviour(self) -> &'static dyn MetricKind {
                match self {
                    $(Self::$Kind => &$behaviour,)*
                }
            }
        }
    };
}

// The numbers are the positions in `lib/record/kinds.js`.
kinds! {
    /// Counts up, and down.
    Counter = 0: counter::Counter,
    /// A state that is set.
    Gauge = 1: gauge::Gauge,
    /// A distribution of durations.
    Timing = 2: timing::Timing,
    /// A distribution of any values.
    Histogram = 3: histogram::Histogram,
}

impl Kind {
    /// Its name, as JavaScript has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.behaviour().word()
    }

    /// The kind of this number, as JavaScript has it.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// How a family is exposed: the types of Prometheus and `OpenMetrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricType {
    /// A number that only goes up.
    Counter,
    /// A number.
    Gauge,
    /// What a counter that also counts down comes to: a gauge beside the counter of the same family.
    NetGauge,
    /// Cumulative counts at upper bounds, sum and count.
    Histogram,
    /// Quantiles, sum and count.
    Summary,
}

/// The unit of a kind whose families declare none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedUnit {
    /// As a word, for names.
    pub word: &'static str,
    /// Endings of names that say the same or a multiple, and give way to the word.
    pub endings: &'static [&'static str],
    /// How many of the unit in which cells count make one.
    pub size: f64,
}

/// The buckets in which distributions are exposed.
#[derive(Debug)]
pub(crate) struct ExposedBuckets {
    /// Upper bounds, ascending, in the unit of the exposition.
    pub bounds: Vec<f64>,
    /// The same bounds among the finer cells of a distribution. `None` where the cells are the buckets.
    pub cuts: Option<Vec<f64>>,
}

/// What a claim held when another thread removed its series.
#[derive(Clone, Debug)]
pub(crate) enum Baseline {
    /// A counter's cell.
    Number(f64),
    /// A gauge is hidden until its thread sets it again, in another cell.
    Hidden,
    /// A distribution.
    Distribution(Box<Distribution>),
}

/// A shard's chunks by their numbers.
pub type Chunks = [Arc<Chunk>];

/// A claim of a thread, and what is needed to read it.
#[derive(Clone, Copy, Debug)]
pub struct LiveClaim<'a> {
    pub claim: Claim,
    pub chunk: &'a Chunk,
    pub chunks: &'a Chunks,
    pub family: &'a Family,
    pub labelled: bool,
}

impl LiveClaim<'_> {
    /// What the kind of its family does with it.
    pub fn kind(&self) -> &'static dyn MetricKind {
        self.family.kind.behaviour()
    }

    /// Its first cell, an offset in the chunk.
    pub fn head(&self) -> u32 {
        self.claim.offset
    }

    /// What its first cell holds.
    pub fn read(&self) -> f64 {
        self.chunk.read(self.claim.offset)
    }
}

/// What is particular to a kind.
pub(crate) trait MetricKind: Sync {
    /// Its name, as JavaScript has it.
    fn word(&self) -> &'static str;

    // ------------------------------------------------------------ cells

    /// What a thread claims for a series.
    fn claim(&self, family: &Family, labelled: bool) -> ClaimTemplate;

    /// Adds what a claim holds.
    fn add_claim(&self, totals: &mut Totals, claim: &LiveClaim);

    /// Adds what came to a claim since another thread removed its series.
    fn add_claim_since(&self, totals: &mut Totals, claim: &LiveClaim, before: &Baseline);

    /// What a claim holds when another thread removes its series.
    fn baseline(&self, claim: &LiveClaim) -> Baseline;

    /// Empties a claim whose values were folded.
    fn empty(&self, claim: &LiveClaim);

    /// Whether its values are the present state of a thread rather than what was recorded: they end with the thread, no reset
    /// changes them, and of several loaded copies of the package in a thread the newest one's count.
    fn is_state(&self) -> bool {
        false
    }

    /// Whether a claim of a state was set.
    fn is_set(&self, _claim: &LiveClaim) -> bool {
        true
    }

    // ------------------------------------------------------------ families

    /// The unit of all its families, which then declare none.
    fn fixed_unit(&self) -> Option<FixedUnit> {
        None
    }

    /// Whether the cells of a distribution are the declared buckets, so that these cannot change while there is a series.
    fn has_cells_of_buckets(&self) -> bool {
        false
    }

    /// The cells of a distribution without buckets of its own.
    fn log_linear(&self, precision: Precision) -> LogLinear {
        LogLinear::any(precision)
    }

    // ------------------------------------------------------------ values

    /// Whether there is something to show of a series.
    fn is_visible(&self, delta: &Delta, series: u32) -> bool;

    /// Whether something was recorded of a series.
    fn is_recorded(&self, delta: &Delta, series: u32) -> bool {
        self.is_visible(delta, series)
    }

    /// How often a series was recorded, which grows and has a rate.
    fn recordings(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// Where a snapshot has its values.
    fn section(&self) -> Section;

    /// What a reader sees of a series, if anything.
    fn value(&self, delta: &Delta, series: u32) -> Option<Value>;

    // ------------------------------------------------------------ exposition

    /// As what a family is exposed.
    fn metric_type(&self, family: &Family) -> MetricType;

    /// The exposed number of a series; distributions have none.
    fn exposed_number(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// The number of a series in the [`MetricType::NetGauge`] of the family, if it has one there.
    fn net(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// The buckets of a family that is exposed as a histogram; `default_millis` are those of durations, in milliseconds.
    fn exposed_buckets(&self, family: &Family, default_millis: &[f64]) -> ExposedBuckets {
        let _ = default_millis;
        ExposedBuckets { bounds: family.options.buckets.clone().unwrap_or_default(), cuts: None }
    }

    /// How many of the unit in which cells count make one of the unit of the exposition.
    fn exposed_unit_size(&self) -> f64 {
        self.fixed_unit().map_or(1.0, |unit| unit.size)
    }

    /// How many of them make one of the unit in which statistics are reported.
    fn unit_size(&self) -> f64 {
        1.0
    }
}
