//! `HdrHistogram`'s "V2" encoding, without compression: a big-endian header of 40 bytes, then the counts of all buckets up to the last
//! non-empty one, as zigzag LEB128 numbers of at most 9 bytes. A negative number is a run of empty buckets.
//!
//! `HdrHistogram`'s Java classes `AbstractHistogram` (`encodeIntoByteBuffer`) and `ZigZagEncoding` define the format.

use std::fmt;

use super::HdrCounts;

/// Version 2, words of at most 9 bytes.
const COOKIE: u32 = 0x1c84_9303 | WORD_BITS;
/// The bits of a cookie that contain the word size. Decoders ignore them.
const WORD_BITS: u32 = 0x10;
const SIZE_MASK: u32 = 0xf0;
const HEADER_BYTES: usize = 40;
/// Buckets of larger values are not supported.
const MAX_SHIFT: u32 = f64::MANTISSA_DIGITS;

/// Why bytes cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingError {
    /// The bytes do not begin with the cookie of the V2 format.
    Unknown,
    /// The bytes end within the header, or before the length in the header.
    Truncated,
    /// A number in the header is invalid or unsupported.
    Header,
    /// A count has more than 9 bytes, or exceeds 2^53.
    Count,
    /// A value exceeds 2^53 − 1.
    Value,
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "it does not begin as HdrHistogram's V2 format does",
            Self::Truncated => "it ends too early",
            Self::Header => "its header is corrupt or has a shifted index, or not 1 to 5 significant digits",
            Self::Count => "a count is corrupt or beyond 2^53",
            Self::Value => "it has a value beyond 2^53 - 1",
        })
    }
}

impl std::error::Error for EncodingError {}

impl HdrCounts {
    /// The V2 encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        let mut next = 0;
        for (index, count) in self.indexed() {
            match index - next {
                0 => {}
                // a single empty bucket is a count of 0
                1 => write_zigzag(&mut payload, 0),
                empty => write_zigzag(&mut payload, -empty),
            }
            write_zigzag(&mut payload, count as i64);
            next = index + 1;
        }
        let mut bytes = Vec::with_capacity(HEADER_BYTES + payload.len());
        bytes.extend(COOKIE.to_be_bytes());
        bytes.extend((payload.len() as u32).to_be_bytes());
        // the normalising offset, which is not 0 only for shifted histograms
        bytes.extend(0_u32.to_be_bytes());
        bytes.extend(self.digits().to_be_bytes());
        // the smallest value that is distinguished from 0, and the largest value to track, which is at least twice that
        bytes.extend(1_u64.to_be_bytes());
        bytes.extend(self.extremes().1.max(2).to_be_bytes());
        // the conversion ratio from whole numbers to floats
        bytes.extend(1.0_f64.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    /// `HdrHistogram`'s index of each non-empty bucket, and the count, ascending.
    fn indexed(&self) -> impl Iterator<Item = (i64, f64)> {
        let bits = self.bits();
        let zeros = std::iter::once((0, self.zeros()));
        let above = self.buckets().iter().map(move |&(number, count)| {
            let (exponent, bucket) = (number >> bits, i64::from(number & ((1 << bits) - 1)));
            if exponent < bits {
                // each whole number has its own bucket
                ((1 << exponent) + (bucket >> (bits - exponent)), count)
            } else {
                ((i64::from(exponent - bits + 1) << bits) + bucket, count)
            }
        });
        zeros.chain(above).filter(|(_, count)| *count > 0.0)
    }

    /// Decodes a V2 encoding and ignores what follows it. Takes time proportional to the length of the encoding, and memory
    /// proportional to the number of non-empty buckets.
    ///
    /// # Errors
    /// If the bytes are malformed, or a number is out of range.
    pub fn decode(bytes: &[u8]) -> Result<Self, EncodingError> {
        let mut reader = Reader { bytes };
        if reader.u32()? & !SIZE_MASK != COOKIE & !SIZE_MASK {
            return Err(EncodingError::Unknown);
        }
        let length = reader.u32()? as usize;
        let (shifted, digits) = (reader.u32()?, reader.u32()?);
        let (lowest, highest) = (reader.u64()?, reader.u64()?);
        // encoders write different conversion ratios for the same histogram, so it is ignored
        reader.u64()?;
        let mut counts = Self::empty(digits).ok_or(EncodingError::Header)?;
        let sizes = lowest >= 1 && highest / 2 >= lowest && lowest.ilog2() < MAX_SHIFT;
        // hdr-histogram-js writes 1 for an unshifted index; the offset of a shifted one is always greater
        if shifted > 1 || !sizes {
            return Err(EncodingError::Header);
        }
        let payload = reader.bytes.get(..length).ok_or(EncodingError::Truncated)?;
        counts.read_payload(&mut Reader { bytes: payload }, lowest.ilog2())?;
        Ok(counts)
    }

    /// Adds the counts of a payload, whose values are in units of `2^unit`.
    fn read_payload(&mut self, reader: &mut Reader<'_>, unit: u32) -> Result<(), EncodingError> {
        let mut index = 0_u64;
        let mut ends = None;
        let mut total = 0.0;
        while !reader.bytes.is_empty() {
            let word = reader.zigzag()?;
            if word < 0 {
                index = index.checked_add(word.unsigned_abs()).ok_or(EncodingError::Value)?;
                continue;
            }
            if word > 0 {
                let (lowest, highest) = self.bucket_range(index, unit).ok_or(EncodingError::Value)?;
                total += word as f64;
                if total > HdrCounts::LARGEST as f64 {
                    return Err(EncodingError::Count);
                }
                let middle = if index == 0 { 0 } else { lowest + (highest - lowest).div_ceil(2) };
                self.add(middle, word as f64);
                let (first, _) = ends.unwrap_or((lowest, highest));
                ends = Some((first, if index == 0 { 0 } else { highest }));
            }
            index += 1;
        }
        if let Some((min, max)) = ends {
            self.set_extremes(min, max);
        }
        Ok(())
    }

    /// The smallest and the largest value of the bucket with this index. `None` beyond the largest value.
    fn bucket_range(&self, index: u64, unit: u32) -> Option<(u64, u64)> {
        let bits = self.bits();
        let above = index >> bits;
        // the buckets of the first two halves are as wide as the unit
        let (shift, start) = match above {
            0 | 1 => (unit, index),
            _ => (unit + u32::try_from(above - 1).ok()?, (1 << bits) + (index & ((1 << bits) - 1))),
        };
        let edge = u128::from(start + 1) << u64::from(shift).min(64);
        let known = shift <= MAX_SHIFT && edge <= u128::from(Self::LARGEST) + 1;
        known.then(|| (start << shift, ((start + 1) << shift) - 1))
    }
}

/// The remaining bytes.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], EncodingError> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or(EncodingError::Truncated)?;
        self.bytes = rest;
        Ok(*array)
    }

    fn u32(&mut self) -> Result<u32, EncodingError> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, EncodingError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Reads seven bits per byte, the lowest first, and all eight of the ninth byte.
    fn zigzag(&mut self) -> Result<i64, EncodingError> {
        let mut word = 0_u64;
        for at in 0..9 {
            let [byte] = self.array().map_err(|_| EncodingError::Count)?;
            let last = at == 8 || byte & 0x80 == 0;
            let bits = if at == 8 { byte } else { byte & 0x7f };
            word |= u64::from(bits) << (7 * at);
            if last {
                break;
            }
        }
        Ok((word >> 1).cast_signed() ^ -(word & 1).cast_signed())
    }
}

fn write_zigzag(bytes: &mut Vec<u8>, number: i64) {
    let mut word = ((number << 1) ^ (number >> 63)).cast_unsigned();
    for _ in 0..8 {
        if word < 0x80 {
            break;
        }
        bytes.push(word as u8 & 0x7f | 0x80);
        word >>= 7;
    }
    bytes.push(word as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_zigzag_leb128_of_at_most_nine_bytes() {
        for (number, expected) in [
            (0, &[0][..]),
            (-1, &[1]),
            (1, &[2]),
            (63, &[126]),
            (64, &[0x80, 1]),
            (-65, &[0x81, 1]),
            (i64::MAX, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            (i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] {
            let mut bytes = Vec::new();
            write_zigzag(&mut bytes, number);
            assert_eq!(bytes, expected, "{number}");
            assert_eq!(Reader { bytes: &bytes }.zigzag(), Ok(number));
        }
    }

    #[test]
    fn malformed_encodings_are_errors_that_say_why() {
        let mut counts = HdrCounts::empty(3).unwrap();
        counts.add(1000, 3.0);
        let good = counts.encode();
        let with = |at: usize, bytes: &[u8]| {
            let mut changed = good.clone();
            changed[at..at + bytes.len()].copy_from_slice(bytes);
            HdrCounts::decode(&changed)
        };
        assert_eq!(HdrCounts::decode(&good).map(|read| read.count()), Ok(3.0));
        for length in 0..good.len() {
            assert_eq!(HdrCounts::decode(&good[..length]), Err(EncodingError::Truncated), "{length}");
        }
        assert_eq!(with(0, &[0]), Err(EncodingError::Unknown));
        assert_eq!(with(4, &[0x7f, 0xff, 0xff, 0xff]), Err(EncodingError::Truncated), "a huge payload");
        assert_eq!(with(10, &[1]), Err(EncodingError::Header), "a shifted index");
        for digits in [0, 6, 255] {
            assert_eq!(with(15, &[digits]), Err(EncodingError::Header), "{digits} digits");
        }
        assert_eq!(with(16, &[0; 8]), Err(EncodingError::Header), "nothing is discernible");
        assert_eq!(with(16, &[0xff; 8]), Err(EncodingError::Header), "only beyond the largest");
        assert_eq!(with(24, &[0; 8]), Err(EncodingError::Header), "no value is allowed");
    }

    #[test]
    fn runs_and_counts_beyond_the_range_are_errors() {
        let payload = |numbers: &[i64]| {
            let mut payload = Vec::new();
            for number in numbers {
                write_zigzag(&mut payload, *number);
            }
            let mut bytes = HdrCounts::empty(5).unwrap().encode();
            bytes[4..8].copy_from_slice(&(payload.len() as u32).to_be_bytes());
            bytes.extend(payload);
            HdrCounts::decode(&bytes)
        };
        assert_eq!(payload(&[i64::MIN, i64::MIN, 1]), Err(EncodingError::Value));
        assert_eq!(payload(&[-(37 << 17), 1]), Err(EncodingError::Value));
        assert_eq!(payload(&[1 << 54]), Err(EncodingError::Count));
        assert_eq!(payload(&[1 << 53, 1]), Err(EncodingError::Count));
        assert_eq!(payload(&[-(37 << 17)]).map(|read| read.count()), Ok(0.0));
    }
}
