//! The arithmetic of distributions: the bucket of a value, the range of a bucket, quantiles. Nothing here has names or shares memory.

mod cuts;
mod distribution;
mod hdr_counts;
mod hdr_encoding;
pub mod hdr_object;
mod log_linear;
mod merged;
mod native;
mod quantiles;
mod sum;

pub use cuts::Cuts;
pub(crate) use distribution::NumberedRun;
pub use distribution::{BucketCount, BucketLayout, Distribution, Summary};
pub use hdr_counts::HdrCounts;
pub use hdr_encoding::EncodingError;
pub use log_linear::{LogLinear, Precision};
pub use merged::MergedDistribution;
pub use native::{NativeHistogram, Span};
pub(crate) use quantiles::{Bucket, Extremes, Run, buckets_of};
pub use sum::Sum;

/// The largest duration of a timing, in nanoseconds: 2^53 − 1, up to which a float holds every whole number.
pub const MAX_NANOS: f64 = 9_007_199_254_740_991.0;
