//! Distributions as arithmetic: which cell a value falls in, what a cell stands for, quantiles. No memory is shared here
//! and nothing is named.

mod blend;
mod distribution;
mod hdr_counts;
mod hdr_encoding;
pub mod hdr_object;
mod log_linear;
pub(crate) mod outline;
mod sum;

pub use blend::{Blend, Summary};
pub(crate) use distribution::{Cell, Extremes, total};
pub use distribution::{Distribution, Form, Page};
pub use hdr_counts::HdrCounts;
pub use hdr_encoding::EncodingError;
pub use log_linear::{LogLinear, Precision};
pub use sum::Sum;

/// The largest duration of a timing, in nanoseconds: the last whole number that a float tells from its neighbours.
pub const MAX_NANOS: f64 = 9_007_199_254_740_991.0;
