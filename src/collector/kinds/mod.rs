//! The kinds of metric, one file each: which cells a series has, how these are read, merged and reset, when a series is visible,
//! and how it is exposed. Code outside this folder calls [`MetricKind`], or matches on the [`ValueType`]
//! of a kind, and does not match on [`Kind`].
//!
//! A new kind is a new file here that implements [`MetricKind`], and a line in [`Kind`]. A series' value has one of three types,
//! each with a store in [`Totals`]. `distribution.rs` has what kinds with
//! distributions share.

pub mod counter;
pub mod distribution;
pub mod gauge;
mod histogram;
mod timing;

pub use timing::DEFAULT_BUCKETS_MILLIS;

use super::delta::Delta;
use super::family::Family;
use super::totals::Totals;
use super::value::{Section, Value};
use crate::cells::sync::Arc;
use crate::cells::{Chunk, Claim, ClaimTemplate};
use crate::histogram::{Distribution, LogLinear, Precision};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $Kind:ident = $number:literal: $behaviour:path,)*) => {
        /// The kind of a family.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[doc = $doc])* $Kind = $number,)*
        }

        impl Kind {
            /// All kinds, in the order in which a look-up by name tries them.
            pub const ALL: [Self; [$($number),*].len()] = [$(Self::$Kind),*];

            /// The behaviour of this kind.
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
    /// The name in JavaScript.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.behaviour().name()
    }

    /// The type of its values.
    pub(crate) fn value_type(self) -> ValueType {
        self.behaviour().value_type()
    }

    /// Converts the number that JavaScript uses.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// The type of an exposed family, in terms of Prometheus and `OpenMetrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricType {
    /// A number that only goes up.
    Counter,
    /// A number.
    Gauge,
    /// The net value of a counter with decrements: a gauge, exposed next to the counter of the same family.
    NetGauge,
    /// Cumulative counts at upper bounds, sum and count.
    Histogram,
    /// Quantiles, sum and count.
    Summary,
}

/// What the values of a kind are. [`Totals`] has a store for each type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    /// A sum of increments.
    Count,
    /// The current state of a thread rather than accumulated values: it ends with the thread, no window resets it, and if a thread has
    /// loaded several copies of the package, only the newest copy's counts.
    State,
    /// The counts of buckets, with sum and extremes.
    Distribution,
}

/// The unit of a kind whose families cannot declare one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedUnit {
    /// The unit's word in names.
    pub word: &'static str,
    /// Suffixes of names that the word replaces.
    pub replaced_suffixes: &'static [&'static str],
    /// The unit as a multiple of the one in which cells count.
    pub size: f64,
}

/// The buckets with which a distribution is exposed.
#[derive(Debug)]
pub(crate) struct ExposedBuckets {
    /// Upper bounds, ascending, in the unit of the exposition.
    pub bounds: Vec<f64>,
    /// The same bounds in the unit of the distribution, if its own buckets are finer. `None` if they are the exposed ones.
    pub cuts: Option<Vec<f64>>,
}

/// The value of a claim when another thread removed its series.
#[derive(Clone, Debug)]
pub(crate) enum Baseline {
    /// A counter's cell.
    Number(f64),
    /// A gauge. It is hidden until its thread sets it again, in another cell.
    Hidden,
    /// A distribution.
    Distribution(Box<Distribution>),
}

/// A shard's chunks by number.
pub type Chunks = [Arc<Chunk>];

/// A claim, with what is needed to read it.
#[derive(Clone, Copy, Debug)]
pub struct LiveClaim<'a> {
    pub claim: Claim,
    pub chunk: &'a Chunk,
    pub chunks: &'a Chunks,
    pub family: &'a Family,
    pub labelled: bool,
}

impl LiveClaim<'_> {
    /// The behaviour of its family's kind.
    pub fn kind(&self) -> &'static dyn MetricKind {
        self.family.kind.behaviour()
    }

    /// The offset of its first cell in the chunk.
    pub fn head(&self) -> u32 {
        self.claim.offset
    }

    /// The value of its first cell.
    pub fn read(&self) -> f64 {
        self.chunk.read(self.claim.offset)
    }
}

/// The behaviour of a kind.
pub(crate) trait MetricKind: Sync {
    /// The name in JavaScript.
    fn name(&self) -> &'static str;

    // Cells:

    /// The cells that a thread claims for a series.
    fn claim_template(&self, family: &Family, labelled: bool) -> ClaimTemplate;

    /// Adds the value of a claim.
    fn add_claim(&self, totals: &mut Totals, claim: &LiveClaim);

    /// Adds the value of a claim since another thread removed its series.
    fn add_claim_since(&self, totals: &mut Totals, claim: &LiveClaim, before: &Baseline);

    /// The value of a claim, for when another thread removes its series, which may have done so before.
    fn baseline(&self, claim: &LiveClaim, earlier: Option<&Baseline>) -> Baseline;

    /// Another thread has removed the series, and [`MetricKind::baseline`] is subtracted from now on.
    fn note_removal(&self, _claim: &LiveClaim) {}

    /// Resets a claim whose values were flushed.
    fn reset(&self, claim: &LiveClaim);

    /// The type of its values.
    fn value_type(&self) -> ValueType;

    /// Whether its values are the state of a thread.
    fn is_state(&self) -> bool {
        self.value_type() == ValueType::State
    }

    /// Whether the state in a claim is set.
    fn is_set(&self, _claim: &LiveClaim) -> bool {
        true
    }

    // Families:

    /// The unit of all families of the kind, which then cannot declare one.
    fn fixed_unit(&self) -> Option<FixedUnit> {
        None
    }

    /// Whether series record into the declared buckets, so that these cannot change while a series exists.
    fn records_declared_buckets(&self) -> bool {
        false
    }

    /// The layout of a distribution without declared buckets.
    fn log_linear(&self, precision: Precision) -> LogLinear {
        LogLinear::any(precision)
    }

    // Values:

    /// Whether readings include the series.
    fn is_visible(&self, delta: &Delta, series: u32) -> bool;

    /// Whether the series has recorded values.
    fn is_recorded(&self, delta: &Delta, series: u32) -> bool {
        self.is_visible(delta, series)
    }

    /// The number of recordings, which has a rate.
    fn recordings(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// The section of a snapshot with its values.
    fn section(&self) -> Section;

    /// The value of a series, if it has one.
    fn value(&self, delta: &Delta, series: u32) -> Option<Value>;

    // Exposition:

    /// The type of a family.
    fn metric_type(&self, family: &Family) -> MetricType;

    /// The exposed number of a series; distributions have none.
    fn exposed_number(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// The value of a series in the family's [`MetricType::NetGauge`], if it has one.
    fn net(&self, _delta: &Delta, _series: u32) -> Option<f64> {
        None
    }

    /// The buckets of a family that is exposed as a histogram. `default_millis` are the default bounds of durations.
    fn exposed_buckets(&self, family: &Family, default_millis: &[f64]) -> ExposedBuckets {
        let _ = default_millis;
        ExposedBuckets { bounds: family.options.buckets.clone().unwrap_or_default(), cuts: None }
    }

    /// The bucket that an exemplar stands for, among those of its series.
    fn exemplar_bucket(&self, _family: &Family, _value: f64) -> u32 {
        0
    }

    /// The unit of the exposition, as a multiple of the one in which cells count.
    fn exposed_unit_size(&self) -> f64 {
        self.fixed_unit().map_or(1.0, |unit| unit.size)
    }

    /// The unit of statistics, as a multiple of the one in which cells count.
    fn unit_size(&self) -> f64 {
        1.0
    }
}
