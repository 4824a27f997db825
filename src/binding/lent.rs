//! Bytes that JavaScript holds until it is done with them, and the memory of the last ones: fresh memory costs a large
//! exposition a third of its time, in page faults. At most one piece is kept for the process.

use std::mem::take;

use napi::bindgen_prelude::TypedArrayType;
use parking_lot::Mutex;

use super::memory::SharedArray;

/// No larger memory is kept.
const LARGEST: usize = 32 << 20;
/// Nor what was used to a smaller part than one in so many: the next bytes are likely about as few.
const PART: usize = 4;

static SPARE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Bytes that are lent to JavaScript.
struct Lent(Vec<u8>);

impl Drop for Lent {
    fn drop(&mut self) {
        give_back(take(&mut self.0));
    }
}

/// Memory for bytes to come: empty, but maybe with room.
pub fn memory() -> Vec<u8> {
    let mut memory = take(&mut *SPARE.lock());
    memory.clear();
    memory
}

/// Bytes as a `Uint8Array`, which gives their memory back.
pub fn lend(mut bytes: Vec<u8>) -> SharedArray {
    // without room there is no memory, and an array needs some
    bytes.reserve(usize::from(bytes.is_empty()));
    let (address, length) = (bytes.as_mut_ptr().cast(), bytes.len());
    SharedArray::new(address, length, TypedArrayType::Uint8, Lent(bytes))
}

fn give_back(bytes: Vec<u8>) {
    let mut spare = SPARE.lock();
    let room = bytes.capacity();
    if room > spare.capacity() && room <= LARGEST && room / PART <= bytes.len() {
        *spare = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `length` bytes in memory for `room`.
    fn bytes(length: usize, room: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(room);
        bytes.resize(length, b'x');
        bytes
    }

    #[test]
    fn the_larger_memory_is_kept_if_it_was_used_well() {
        give_back(bytes(1000, 1000));
        give_back(bytes(500, 500));
        assert_eq!((memory().capacity(), memory().capacity()), (1000, 0));
        give_back(bytes(100, 1000));
        give_back(bytes(LARGEST + 1, LARGEST + 1));
        assert_eq!(memory().capacity(), 0);
    }
}
