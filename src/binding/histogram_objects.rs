//! Mean, deviation and encodings of `HdrHistogram` objects, whose memory JavaScript passes to each call; and distributions of a
//! collector, converted to such objects.

use napi::bindgen_prelude::{External, Float64Array, Uint8Array, Uint32Array};
use napi::{Either, Result};
use napi_derive::napi;

use super::reference::{CollectorReference, pairs};
use crate::collector::Kind;
use crate::histogram::{Distribution, HdrCounts};

/// Counts of whole numbers, for a new `HdrHistogram` object.
#[napi(object)]
pub struct HdrPages {
    pub digits: u32,
    pub count: f64,
    pub zeros: f64,
    pub min: f64,
    pub max: f64,
    /// The non-empty buckets above zero, ascending: the exponent, then the bits of the bucket.
    pub places: Uint32Array,
    /// Their counts.
    pub counts: Float64Array,
}

impl From<HdrCounts> for HdrPages {
    fn from(counts: HdrCounts) -> Self {
        let (min, max) = counts.extremes();
        let (places, buckets): (Vec<u32>, Vec<f64>) = counts.buckets().iter().copied().unzip();
        Self {
            digits: counts.digits(),
            count: counts.count(),
            zeros: counts.zeros(),
            min: min as f64,
            max: max as f64,
            places: places.into(),
            counts: buckets.into(),
        }
    }
}

/// Mean and standard deviation.
#[napi(catch_unwind)]
pub fn hdr_moments(cells: &[f64], directory: &[u32], digits: u32) -> Vec<f64> {
    let moments = HdrCounts::of_object(cells, directory, digits).map(|counts| counts.moments());
    moments.map_or_else(Vec::new, |(mean, deviation)| vec![mean, deviation])
}

/// The V2 encoding, not compressed. Null if a value times `scale` exceeds 2^53 − 1.
#[napi(catch_unwind)]
pub fn hdr_encode(cells: &[f64], directory: &[u32], digits: u32, scale: f64) -> Option<Uint8Array> {
    let counts = HdrCounts::of_object(cells, directory, digits)?.times(scale)?;
    Some(counts.encode().into())
}

/// The counts of a V2 encoding, or why it cannot be decoded.
#[napi(catch_unwind)]
pub fn hdr_decode(bytes: &[u8]) -> Either<HdrPages, String> {
    match HdrCounts::decode(bytes) {
        Ok(counts) => Either::A(counts.into()),
        Err(error) => Either::B(error.to_string()),
    }
}

/// The distribution of the series that has claimed this cell of the calling thread, merged over all threads, with values multiplied
/// by `scale`. Null if there is none, false if a value would exceed 2^53 − 1 or the distribution has bounds.
#[napi(catch_unwind, ts_return_type = "HdrPages | null | false")]
pub fn hdr_pages_at(
    reference: &External<CollectorReference>,
    cell: u32,
    scale: f64,
) -> Result<Option<Either<HdrPages, bool>>> {
    let attachment = reference.attachment()?;
    let distribution = attachment.collector.distribution_at(&attachment.shard, cell.into());
    Ok(distribution.map(|distribution| hdr_pages_of(&distribution, scale)))
}

/// Like `hdrPagesAt`, for a series by name. `labels` alternates names and values.
#[napi(catch_unwind, ts_return_type = "HdrPages | null | false")]
pub fn hdr_pages(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
    scale: f64,
) -> Result<Option<Either<HdrPages, bool>>> {
    let collector = reference.collector()?;
    let distribution = Kind::from_number(kind).and_then(|kind| collector.distribution(kind, &name, &pairs(labels)));
    Ok(distribution.map(|distribution| hdr_pages_of(&distribution, scale)))
}

fn hdr_pages_of(distribution: &Distribution, scale: f64) -> Either<HdrPages, bool> {
    HdrCounts::of_distribution(distribution, scale).map_or(Either::B(false), |counts| Either::A(counts.into()))
}
