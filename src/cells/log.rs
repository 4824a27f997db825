//! The registration log of a shard. JavaScript appends a record for each new series to memory that Rust owns, without a call. Before
//! each reading, Rust registers these series and assigns their cells, which were reserved before.
//!
//! A record is the cell and the number of its label set (each as two 16-bit units, the lower half first), and for each label of the set
//! the length of its value and the value's UTF-16 units. JavaScript writes a record with plain stores. Then it stores the end of the
//! records in the buffer's first word with `Atomics.store`: a reader that sees this word also sees the record. So a series is in memory
//! before its first value is written, even if the thread is then stuck or killed.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use compact_str::CompactString;
use smallvec::SmallVec;

use super::shard::CellIndex;
use super::sync::{Arc, Mutex};

/// The number of 32-bit words of the first buffer. Each further one has twice as many, up to `MOST_WORDS`.
const FIRST_WORDS: usize = 256;
const MOST_WORDS: usize = 16_384;
/// The offset of the first record in units, after the word that has their end.
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

    /// The number of units for records.
    fn room(&self) -> usize {
        2 * self.words.len() - HEADER
    }

    /// The memory, for JavaScript.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        &self.words
    }

    /// The end of the records. Acquire, because the records were written before it.
    fn end(&self) -> usize {
        self.words.first().map_or(0, |end| end.load(Ordering::Acquire) as usize)
    }

    fn clear(&self) {
        if let Some(end) = self.words.first() {
            end.store(0, Ordering::Relaxed);
        }
    }

    /// A unit before the end that was read, so Relaxed suffices. The lower half of a word is first, as on all little-endian platforms.
    fn unit(&self, at: usize) -> u16 {
        let at = HEADER + at;
        let word = self.words.get(at / 2).map_or(0, |word| word.load(Ordering::Relaxed));
        if at.is_multiple_of(2) { word as u16 } else { (word >> u16::BITS) as u16 }
    }

    fn text(&self, units: Range<usize>) -> CompactString {
        // most texts are ASCII, and copying bytes takes a quarter of the time of decoding
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
    // the position in the first written buffer up to which records were read; locked during reads
    read: Mutex<usize>,
    // whether a read is scheduled
    is_due: AtomicBool,
    // locked only briefly, because the recording thread may need another buffer at any time
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    // by the numbers that JavaScript uses
    buffers: Vec<Arc<LogBuffer>>,
    // full buffers in the order of writing, then the current one
    written: VecDeque<usize>,
    // buffers that were read to the end
    free: Vec<usize>,
}

/// A reader of the records in a buffer.
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

    /// The next value of the current record.
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
    /// Reads the records appended since the last call.
    pub fn read(&self, mut visit: impl FnMut(Records<'_>)) {
        let mut read = self.read.lock();
        // no more buffers than exist now, because a thread may append faster than this reads
        let buffers = self.state.lock().written.len();
        for _ in 0..buffers {
            let Some((buffer, is_full)) = self.first() else { return };
            let end = buffer.end();
            if *read < end {
                visit(Records { buffer: &buffer, at: *read, end });
                *read = end;
            }
            // nothing is appended to a full buffer, so all of it was read
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

    /// The next buffer to read, and whether it is full.
    fn first(&self) -> Option<(Arc<LogBuffer>, bool)> {
        let state = self.state.lock();
        let buffer = state.buffers.get(*state.written.front()?)?;
        Some((buffer.clone(), state.written.len() > 1))
    }

    /// The number of an empty buffer with room for at least this many units. It becomes the current one; the previous one counts as
    /// full.
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

    /// Marks the log as due for a read, until [`Log::begin`]. Returns false if it was due already; otherwise the caller schedules the
    /// read.
    pub fn make_due(&self) -> bool {
        // Relaxed: it guards no data, because reads take a lock
        !self.is_due.swap(true, Ordering::Relaxed)
    }

    /// Starts a scheduled read: from now on, full buffers need another one.
    pub fn begin(&self) {
        self.is_due.store(false, Ordering::Relaxed);
    }

    /// The buffer with this number.
    pub fn buffer(&self, number: usize) -> Option<Arc<LogBuffer>> {
        self.state.lock().buffers.get(number).cloned()
    }

    /// The number of full buffers.
    pub fn full(&self) -> usize {
        self.state.lock().written.len().saturating_sub(1)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Appends a record as JavaScript does. False if there is no room.
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
        assert!(log.state.lock().buffers.len() < 20, "buffers are reused after they were read");
    }

    #[test]
    fn a_read_ends_although_series_are_appended_as_fast() {
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
    fn a_log_is_due_only_once_until_a_read_starts() {
        let log = Log::default();
        assert!(log.make_due() && !log.make_due());
        log.begin();
        assert!(log.make_due());
    }

    #[test]
    #[cfg_attr(miri, ignore = "it takes minutes")]
    fn a_long_value_gets_a_buffer_of_its_size() {
        let log = Log::default();
        let value = "x".repeat(60_000);
        let number = log.next(60_005);
        assert!(append(&log.buffer(number).unwrap(), 1, 2, &[&value]));
        assert_eq!(records(&log, 1), [(1, 2, vec![value])]);
    }
}
