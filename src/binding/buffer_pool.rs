//! Bytes that JavaScript gets as an array over Rust's memory. The memory is reused after the array is finalised: new memory costs
//! a large exposition a third of its time, in page faults. The process keeps at most one buffer.

use std::mem::take;

use napi::bindgen_prelude::TypedArrayType;
use parking_lot::Mutex;

use super::memory::SharedArray;

/// No larger buffer is kept.
const LARGEST: usize = 32 << 20;
/// A buffer is kept only if at least one in this many of its bytes was used: the next reading is likely about as large.
const LEAST_USE: usize = 4;

static SPARE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Bytes that JavaScript holds.
struct Pooled(Vec<u8>);

impl Drop for Pooled {
    fn drop(&mut self) {
        recycle(take(&mut self.0));
    }
}

/// An empty buffer, with the capacity of the one that is kept.
pub fn buffer() -> Vec<u8> {
    let mut buffer = take(&mut *SPARE.lock());
    buffer.clear();
    buffer
}

/// Bytes as a `Uint8Array`, whose finaliser recycles their memory.
pub fn to_array(mut bytes: Vec<u8>) -> SharedArray {
    // without capacity there is no memory, and an array needs some
    bytes.reserve(usize::from(bytes.is_empty()));
    let (address, length) = (bytes.as_mut_ptr().cast(), bytes.len());
    SharedArray::new(address, length, TypedArrayType::Uint8, Pooled(bytes))
}

fn recycle(bytes: Vec<u8>) {
    let mut spare = SPARE.lock();
    let capacity = bytes.capacity();
    if capacity > spare.capacity() && capacity <= LARGEST && capacity / LEAST_USE <= bytes.len() {
        *spare = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `length` bytes in a buffer of this capacity.
    fn bytes(length: usize, capacity: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.resize(length, b'x');
        bytes
    }

    #[test]
    fn the_larger_buffer_is_kept_if_a_quarter_of_it_was_used() {
        recycle(bytes(1000, 1000));
        recycle(bytes(500, 500));
        assert_eq!((buffer().capacity(), buffer().capacity()), (1000, 0));
        recycle(bytes(100, 1000));
        recycle(bytes(LARGEST + 1, LARGEST + 1));
        assert_eq!(buffer().capacity(), 0);
    }
}
