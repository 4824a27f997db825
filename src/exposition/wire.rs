//! Protocol Buffers as bytes: the fields of a message, one after the other.

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;

/// Appends a field.
pub trait Fields {
    /// `uint32`, `uint64`, `int64` that is not negative, an enum
    fn uint(&mut self, field: u32, value: u64);
    /// `sint32`, `sint64`
    fn sint(&mut self, field: u32, value: i64);
    /// `fixed64`
    fn fixed(&mut self, field: u32, value: u64);
    /// Repeated `fixed64`, packed.
    fn fixeds(&mut self, field: u32, values: impl ExactSizeIterator<Item = u64>);
    /// Repeated `uint64`, packed.
    fn uints(&mut self, field: u32, values: &[u64]);
    /// `double`
    fn double(&mut self, field: u32, value: f64);
    /// `string`
    fn text(&mut self, field: u32, value: &str);
    /// Repeated `sint64`, packed.
    fn sints(&mut self, field: u32, values: &[i64]);
    /// A message, whose fields `write` appends.
    fn message(&mut self, field: u32, write: impl FnOnce(&mut Vec<u8>));
}

impl Fields for Vec<u8> {
    #[inline]
    fn uint(&mut self, field: u32, value: u64) {
        push_key(self, field, VARINT);
        push_varint(self, value);
    }

    #[inline]
    fn sint(&mut self, field: u32, value: i64) {
        self.uint(field, zigzag(value));
    }

    #[inline]
    fn fixed(&mut self, field: u32, value: u64) {
        push_key(self, field, FIXED64);
        self.extend_from_slice(&value.to_le_bytes());
    }

    #[inline]
    fn fixeds(&mut self, field: u32, values: impl ExactSizeIterator<Item = u64>) {
        if values.len() > 0 {
            push_key(self, field, LENGTH);
            push_varint(self, 8 * values.len() as u64);
            values.for_each(|value| self.extend_from_slice(&value.to_le_bytes()));
        }
    }

    #[inline]
    fn uints(&mut self, field: u32, values: &[u64]) {
        if !values.is_empty() {
            self.message(field, |bytes| values.iter().for_each(|value| push_varint(bytes, *value)));
        }
    }

    #[inline]
    fn double(&mut self, field: u32, value: f64) {
        self.fixed(field, value.to_bits());
    }

    #[inline]
    fn text(&mut self, field: u32, value: &str) {
        push_key(self, field, LENGTH);
        push_varint(self, value.len() as u64);
        self.extend_from_slice(value.as_bytes());
    }

    #[inline]
    fn sints(&mut self, field: u32, values: &[i64]) {
        if !values.is_empty() {
            self.message(field, |bytes| values.iter().for_each(|value| push_varint(bytes, zigzag(*value))));
        }
    }

    #[inline]
    fn message(&mut self, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
        push_key(self, field, LENGTH);
        push_delimited(self, write);
    }
}

/// Appends what `write` appends, preceded by its length.
#[inline]
pub fn push_delimited(bytes: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = bytes.len();
    // most are short; a longer length moves the message
    bytes.push(0);
    write(bytes);
    let mut length = bytes.len() - at - 1;
    let more = length.checked_ilog2().unwrap_or(0) as usize / 7;
    if more > 0 {
        let end = bytes.len();
        bytes.resize(end + more, 0);
        bytes.copy_within(at + 1..end, at + 1 + more);
    }
    for slot in bytes.iter_mut().skip(at).take(more) {
        *slot = length as u8 | 0x80;
        length >>= 7;
    }
    if let Some(last) = bytes.get_mut(at + more) {
        *last = length as u8;
    }
}

#[inline]
fn push_key(bytes: &mut Vec<u8>, field: u32, wire_type: u32) {
    push_varint(bytes, u64::from(field << 3 | wire_type));
}

#[inline]
fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Small numbers of either sign as small ones.
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_encodings_documentation() {
        for (write, expected) in [
            ((|bytes| bytes.uint(1, 150)) as fn(&mut Vec<u8>), &[0x08, 0x96, 0x01][..]),
            (|bytes| bytes.text(2, "testing"), &[0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]),
            (|bytes| bytes.message(3, |bytes| bytes.uint(1, 150)), &[0x1a, 0x03, 0x08, 0x96, 0x01]),
            (|bytes| bytes.sint(5, -2), &[0x28, 0x03]),
            (|bytes| bytes.sint(5, 2), &[0x28, 0x04]),
            (|bytes| bytes.sints(13, &[1, -1, 300]), &[0x6a, 0x04, 0x02, 0x01, 0xd8, 0x04]),
            (|bytes| bytes.sints(13, &[]), &[]),
            (|bytes| bytes.uints(2, &[1, 300]), &[0x12, 0x03, 0x01, 0xac, 0x02]),
            (|bytes| bytes.uints(2, &[]), &[]),
            (|bytes| bytes.fixed(4, 258), &[0x21, 2, 1, 0, 0, 0, 0, 0, 0]),
            (|bytes| bytes.fixeds(6, [258].into_iter()), &[0x32, 8, 2, 1, 0, 0, 0, 0, 0, 0]),
            (|bytes| bytes.fixeds(6, [].into_iter()), &[]),
            (|bytes| bytes.double(2, 1.0), &[0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
        ] {
            let mut bytes = Vec::new();
            write(&mut bytes);
            assert_eq!(bytes, expected);
        }
    }

    #[test]
    fn lengths_of_any_size_stand_before_what_they_measure() {
        for (length, expected) in [(0, &[0_u8][..]), (127, &[127]), (128, &[0x80, 1]), (20_000, &[0xa0, 0x9c, 1])] {
            let mut bytes = vec![9];
            push_delimited(&mut bytes, |bytes| bytes.extend(std::iter::repeat_n(7, length)));
            let (prefix, rest) = bytes.split_at(1 + expected.len());
            assert_eq!((prefix.first(), prefix.get(1..)), (Some(&9), Some(expected)));
            assert!(rest.len() == length && rest.iter().all(|byte| *byte == 7));
        }
        assert_eq!([i64::MIN, -1, 0, 1, i64::MAX].map(zigzag), [u64::MAX, 1, 0, 2, u64::MAX - 1]);
    }
}
