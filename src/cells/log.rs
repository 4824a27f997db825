//! The log of a shard: what series JavaScript has made in cells that were reserved for it. It appends to memory that Rust owns,
//! without a call, and Rust gives the cells to their series before each reading.
//!
//! A record is the cell, the number of its label set (each as two units of 16 bits, the lower half first), and for each label of
//! the set the length of its value and the value's UTF-16 units. JavaScript writes a record by plain stores, then stores by
//! `Atomics.store` in the buffer's first word where the records end: a reader that sees the word sees all before it. So a series
//! is known before its first value is written, also of a thread that is stuck or killed.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use compact_str::CompactString;
use smallvec::SmallVec;

use super::shard::CellIndex;
use super::sync::{Arc, Mutex};

/// 32-bit words of the first buffer; each new one has twice as many, up to `MOST_WORDS`.
const FIRST_WORDS: usize = 256;
const MOST_WORDS: usize = 16_384;
/// Where records begin, in units: behind the word that says where they end.
const HEADER: usize = 2;

/// A run of memory that JavaScript appends to.
#[derive(Debug)]
pub struct LogBuffer {
    words: Box<[AtomicU32]>,
}

impl LogBuffer {
    fn new(words: usize) -> Self {
        Self { words: std::iter::repeat_with(AtomicU32::default).take(words).collect() }
    }

    /// How many units of records there is room for.
    fn room(&self) -> usize {
        2 * self.words.len() - HEADER
    }

    /// What JavaScript writes.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        &self.words
    }

    /// Where the records end. Acquire: they were written before.
    fn end(&self) -> usize {
        self.words.first().map_or(0, |end| end.load(Ordering::Acquire) as usize)
    }

    fn clear(&self) {
        if let Some(end) = self.words.first() {
            end.store(0, Ordering::Relaxed);
        }
    }

    /// The lower half of a word comes first, as on every (little-endian) platform we build for. Relaxed, because it lies before
    /// the end that was read.
    fn unit(&self, at: usize) -> u16 {
        let at = HEADER + at;
        let word = self.words.get(at / 2).map_or(0, |word| word.load(Ordering::Relaxed));
        if at.is_multiple_of(2) { word as u16 } else { (word >> u16::BITS) as u16 }
    }

    fn text(&self, units: Range<usize>) -> CompactString {
        // most texts are ASCII, and bytes are copied in a quarter of the time that decoding takes
        let ascii: SmallVec<[u8; 128]> = units.clone().map(|at| self.unit(at)).map_while(ascii).collect();
        if ascii.len() == units.len()
            && let Ok(text) = CompactString::from_utf8(&ascii)
        {
            return text;
        }
        let text = char::decode_utf16(units.map(|at| self.unit(at)));
        text.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

fn ascii(unit: u16) -> Option<u8> {
    u8::try_from(unit).ok().filter(u8::is_ascii)
}

/// The buffers of a shard.
#[derive(Debug, Default)]
pub struct Log {
    // up to where the first written buffer was read; locked while somebody reads
    read: Mutex<usize>,
    // whether somebody is about to read it
    is_due: AtomicBool,
    // locked for a moment only, because the thread that writes may need another buffer meanwhile
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    // by the numbers that JavaScript has for them
    buffers: Vec<Arc<LogBuffer>>,
    // full ones, in the order in which they were written, then the one that is written
    written: VecDeque<usize>,
    // those that were read to their end
    free: Vec<usize>,
}

/// Records, to be read one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    buffer: &'a LogBuffer,
    at: usize,
    end: usize,
}

impl Records<'_> {
    /// The cell and the label set of the next record, whose values follow.
    pub fn next_series(&mut self) -> Option<(CellIndex, u32)> {
        if self.at >= self.end {
            return None;
        }
        Some((self.number(), self.number()))
    }

    /// A value of the record that was begun.
    pub fn next_value(&mut self) -> CompactString {
        let length = usize::from(self.unit());
        let units = self.at..(self.at + length).min(self.end);
        self.at = units.end;
        self.buffer.text(units)
    }

    fn number(&mut self) -> u32 {
        u32::from(self.unit()) | u32::from(self.unit()) << u16::BITS
    }

    fn unit(&mut self) -> u16 {
        let unit = self.buffer.unit(self.at);
        self.at += 1;
        unit
    }
}

impl Log {
    /// Reads what was appended since the last time.
    pub fn read(&self, mut visit: impl FnMut(Records<'_>)) {
        let mut read = self.read.lock();
        // no more buffers than there are now: a thread may make series faster than they are read here
        let buffers = self.state.lock().written.len();
        for _ in 0..buffers {
            let Some((buffer, is_full)) = self.first() else { return };
            let end = buffer.end();
            if *read < end {
                visit(Records { buffer: &buffer, at: *read, end });
                *read = end;
            }
            // nothing was appended to a full one after its end was read
            if !is_full {
                return;
            }
            *read = 0;
            buffer.clear();
            let mut state = self.state.lock();
            let number = state.written.pop_front();
            state.free.extend(number);
        }
    }

    /// The buffer to be read next, and whether JavaScript writes it no more.
    fn first(&self) -> Option<(Arc<LogBuffer>, bool)> {
        let state = self.state.lock();
        let buffer = state.buffers.get(*state.written.front()?)?;
        Some((buffer.clone(), state.written.len() > 1))
    }

    /// The number of a buffer with room for at least this many units, to be written from its beginning. JavaScript no longer
    /// writes the one before.
    pub fn next(&self, units: usize) -> usize {
        let mut state = self.state.lock();
        let fits = |number: &usize| state.buffers.get(*number).is_some_and(|buffer| buffer.room() >= units);
        let number = if let Some(at) = state.free.iter().position(fits) {
            state.free.swap_remove(at)
        } else {
            let last = state.buffers.last().map_or(FIRST_WORDS / 2, |buffer| buffer.words().len());
            let words = (2 * last).min(MOST_WORDS).max(units.div_ceil(2) + 1);
            state.buffers.push(Arc::new(LogBuffer::new(words)));
            state.buffers.len() - 1
        };
        state.written.push_back(number);
        number
    }

    /// Whether the caller is to have it read: false if that is due already, until [`Log::begin`].
    pub fn make_due(&self) -> bool {
        // Relaxed: it guards nothing, as whoever reads takes a lock
        !self.is_due.swap(true, Ordering::Relaxed)
    }

    /// What was due is about to be read: buffers that are full from now on are the next one's.
    pub fn begin(&self) {
        self.is_due.store(false, Ordering::Relaxed);
    }

    /// The buffer of this number.
    pub fn buffer(&self, number: usize) -> Option<Arc<LogBuffer>> {
        self.state.lock().buffers.get(number).cloned()
    }

    /// How many buffers are full.
    pub fn full(&self) -> usize {
        self.state.lock().written.len().saturating_sub(1)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Appends a record as JavaScript does; false where it has no room.
    fn append(buffer: &LogBuffer, cell: u32, set: u32, values: &[&str]) -> bool {
        let mut units = vec![cell as u16, (cell >> 16) as u16, set as u16, (set >> 16) as u16];
        for value in values {
            let text: Vec<u16> = value.encode_utf16().collect();
            units.push(text.len() as u16);
            units.extend(text);
        }
        let end = buffer.end();
        if end + units.len() > buffer.room() {
            return false;
        }
        for (at, unit) in (HEADER + end..).zip(&units) {
            let shift = u16::BITS * (at % 2) as u32;
            let word = &buffer.words()[at / 2];
            let others = word.load(Ordering::Relaxed) & !(u32::from(u16::MAX) << shift);
            word.store(others | u32::from(*unit) << shift, Ordering::Relaxed);
        }
        buffer.words()[0].store((end + units.len()) as u32, Ordering::Release);
        true
    }

    fn records(log: &Log, values: usize) -> Vec<(u32, u32, Vec<String>)> {
        let mut all = Vec::new();
        log.read(|mut records| {
            while let Some((cell, set)) = records.next_series() {
                let values = (0..values).map(|_| records.next_value().to_string()).collect();
                all.push((cell, set, values));
            }
        });
        all
    }

    #[test]
    fn records_are_read_once_and_in_order_over_many_buffers() {
        let log = Log::default();
        assert_eq!(records(&log, 2), []);
        let mut number = log.next(10);
        let mut expected = Vec::new();
        for cell in 0..if cfg!(miri) { 400 } else { 20_000_u32 } {
            let values = [format!("/item/{cell}"), ["GET", "ü", "\u{1f600}", ""][cell as usize % 4].to_owned()];
            let texts = [values[0].as_str(), values[1].as_str()];
            if !append(&log.buffer(number).unwrap(), cell << 8, 70_000, &texts) {
                number = log.next(40);
                assert!(append(&log.buffer(number).unwrap(), cell << 8, 70_000, &texts));
            }
            expected.push((cell << 8, 70_000, values.to_vec()));
            if cell % 3000 == 0 {
                assert_eq!(records(&log, 2), expected);
                expected.clear();
            }
        }
        assert_eq!(records(&log, 2), expected);
        assert_eq!(records(&log, 2), []);
        assert!(log.state.lock().buffers.len() < 20, "buffers that were read are written again");
    }

    #[test]
    fn a_reading_ends_although_series_are_made_as_fast() {
        let log = Log::default();
        assert!(append(&log.buffer(log.next(10)).unwrap(), 1, 1, &["x"]));
        let mut buffers = 0;
        log.read(|_| {
            buffers += 1;
            assert!(append(&log.buffer(log.next(10)).unwrap(), 2, 1, &["x"]));
        });
        assert_eq!(buffers, 1);
        assert_eq!(records(&log, 1), [(2, 1, vec!["x".to_owned()])]);
    }

    #[test]
    fn a_log_is_due_once_until_it_is_read() {
        let log = Log::default();
        assert!(log.make_due() && !log.make_due());
        log.begin();
        assert!(log.make_due());
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn a_long_value_has_a_buffer_of_its_size() {
        let log = Log::default();
        let value = "x".repeat(60_000);
        let number = log.next(60_005);
        assert!(append(&log.buffer(number).unwrap(), 1, 2, &[&value]));
        assert_eq!(records(&log, 1), [(1, 2, vec![value])]);
    }
}
