//! The log of a shard. JavaScript appends a record for each new series, and for each exemplar, to memory that Rust owns, without a
//! call. Before each reading, Rust registers these series, assigns their cells, which were reserved before, and takes the exemplars. So
//! it does before cells are released: until then the cell of an exemplar is that of its series.
//!
//! A record consists of 32-bit words: the cell, the number of its label set, and for each label of the set the length of its value in
//! bytes and the value as UTF-8, padded to whole words. That of an exemplar has [`EXEMPLAR_RECORD`](super::layout::EXEMPLAR_RECORD) for
//! the label set, then two words each for its value and its time in milliseconds since 1970, the number of its labels, and their names
//! and values like those of series. JavaScript writes a record with plain stores. Then it stores the end of the
//! records in the buffer's first word with `Atomics.store`: a reader that sees this word also sees the record. So a series is in memory
//! before its first value is written, even if the thread is then stuck or killed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use compact_str::CompactString;
use smallvec::SmallVec;

use super::memory::CellIndex;
use super::sync::{Arc, Mutex};

/// The number of 32-bit words of the first buffer. Each further one has twice as many, up to `MOST_WORDS`.
const FIRST_WORDS: usize = 256;
const MOST_WORDS: usize = 16_384;
/// The offset of the first record, after the word that has their end.
const HEADER: usize = 1;
/// The bytes of a word.
const WORD: usize = size_of::<u32>();

/// A run of memory that JavaScript appends to.
#[derive(Debug)]
pub struct LogBuffer {
    words: Box<[AtomicU32]>,
}

impl LogBuffer {
    fn new(words: usize) -> Self {
        Self { words: std::iter::repeat_with(AtomicU32::default).take(words).collect() }
    }

    /// The number of words for records.
    fn capacity(&self) -> usize {
        self.words.len() - HEADER
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

    /// Relaxed: the buffer is handed out again under the lock of the state, so that its next writer sees the 0.
    fn clear(&self) {
        if let Some(end) = self.words.first() {
            end.store(0, Ordering::Relaxed);
        }
    }

    /// A word before the end that was read, so Relaxed suffices.
    fn word(&self, at: usize) -> u32 {
        self.words.get(HEADER + at).map_or(0, |word| word.load(Ordering::Relaxed))
    }

    fn text(&self, at: usize, bytes: usize) -> CompactString {
        let words = at..at + bytes.div_ceil(WORD);
        let mut text: SmallVec<[u8; 128]> = words.flat_map(|at| self.word(at).to_le_bytes()).collect();
        text.truncate(bytes);
        CompactString::from_utf8(&text).unwrap_or_else(|_| CompactString::from_utf8_lossy(&text))
    }
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
    /// The cell and the label set of the next record, whose contents follow.
    pub fn next_record(&mut self) -> Option<(CellIndex, u32)> {
        if self.at >= self.end {
            return None;
        }
        Some((self.word().into(), self.word()))
    }

    /// The next number of the current record, which is an exemplar's.
    pub fn next_number(&mut self) -> f64 {
        let low = u64::from(self.word());
        f64::from_bits(u64::from(self.word()) << u32::BITS | low)
    }

    /// The next count of the current record, which is an exemplar's.
    pub fn next_count(&mut self) -> usize {
        (self.word() as usize).min(self.end.saturating_sub(self.at))
    }

    /// The next text of the current record.
    pub fn next_text(&mut self) -> CompactString {
        let bytes = (self.word() as usize).min(WORD * self.end.saturating_sub(self.at));
        let text = self.buffer.text(self.at, bytes);
        self.at += bytes.div_ceil(WORD);
        text
    }

    fn word(&mut self) -> u32 {
        let word = self.buffer.word(self.at);
        self.at += 1;
        word
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

    /// The number of an empty buffer for at least this many words of records. It becomes the current one; the previous one counts as
    /// full.
    pub fn next(&self, words: usize) -> usize {
        let mut state = self.state.lock();
        let fits = |number: &usize| state.buffers.get(*number).is_some_and(|buffer| buffer.capacity() >= words);
        let number = if let Some(at) = state.free.iter().position(fits) {
            state.free.swap_remove(at)
        } else {
            let last = state.buffers.last().map_or(FIRST_WORDS / 2, |buffer| buffer.words().len());
            let size = (2 * last).min(MOST_WORDS).max(words + HEADER);
            state.buffers.push(Arc::new(LogBuffer::new(size)));
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

    /// The number of words that no read has seen. `None` while another thread reads.
    pub fn unread(&self) -> Option<usize> {
        let read = self.read.try_lock()?;
        let state = self.state.lock();
        let written = state.written.iter().filter_map(|number| state.buffers.get(*number));
        Some(written.map(|buffer| buffer.end()).sum::<usize>().saturating_sub(*read))
    }

    /// The number of full buffers.
    pub fn full(&self) -> usize {
        self.state.lock().written.len().saturating_sub(1)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// Appends a record as JavaScript does. False if it does not fit.
    fn append(buffer: &LogBuffer, cell: u32, set: u32, values: &[&str]) -> bool {
        let mut words = vec![cell, set];
        for value in values {
            words.push(value.len() as u32);
            words.extend(value.as_bytes().chunks(WORD).map(|bytes| {
                let mut word = [0; WORD];
                word[..bytes.len()].copy_from_slice(bytes);
                u32::from_le_bytes(word)
            }));
        }
        let end = buffer.end();
        if end + words.len() > buffer.capacity() {
            return false;
        }
        for (slot, word) in buffer.words()[HEADER + end..].iter().zip(&words) {
            slot.store(*word, Ordering::Relaxed);
        }
        buffer.words()[0].store((end + words.len()) as u32, Ordering::Release);
        true
    }

    fn records(log: &Log, values: usize) -> Vec<(u32, u32, Vec<String>)> {
        let mut all = Vec::new();
        log.read(|mut records| {
            while let Some((cell, set)) = records.next_record() {
                let values = (0..values).map(|_| records.next_text().to_string()).collect();
                all.push((u32::from(cell), set, values));
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
