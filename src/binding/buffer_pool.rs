//! Bytes that JavaScript receives as an external array. Their memory is reused after the array is finalised, because page faults in
//! new memory take a third of the time of a large exposition. The process keeps at most one buffer.

use std::mem::take;

use parking_lot::Mutex;

use super::memory::SharedArray;

/// The largest buffer that is kept, in bytes.
const MAX_CAPACITY: usize = 32 << 20;
/// A buffer is kept only if at least a quarter of it was used, because the next reading is probably about as large.
const MAX_CAPACITY_RATIO: usize = 4;

static SPARE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Bytes that JavaScript holds.
struct Pooled(Vec<u8>);

impl Drop for Pooled {
    fn drop(&mut self) {
        recycle(take(&mut self.0));
    }
}

/// An empty buffer: the kept one if there is one.
pub fn buffer() -> Vec<u8> {
    let mut buffer = take(&mut *SPARE.lock());
    buffer.clear();
    buffer
}

/// Converts bytes to a `Uint8Array` whose finaliser recycles their memory.
pub fn to_array(mut bytes: Vec<u8>) -> SharedArray {
    // an external array needs an allocation even if it is empty
    bytes.reserve(usize::from(bytes.is_empty()));
    SharedArray::bytes(Pooled(bytes), |pooled| &mut pooled.0)
}

fn recycle(bytes: Vec<u8>) {
    let mut spare = SPARE.lock();
    let capacity = bytes.capacity();
    if capacity > spare.capacity() && capacity <= MAX_CAPACITY && capacity / MAX_CAPACITY_RATIO <= bytes.len() {
        *spare = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `length` bytes in a buffer with this capacity.
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
        recycle(bytes(MAX_CAPACITY + 1, MAX_CAPACITY + 1));
        assert_eq!(buffer().capacity(), 0);
    }
}
