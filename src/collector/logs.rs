//! The logs of shards: new series and exemplars, which JavaScript appends and readers enter into the names.

use compact_str::CompactString;
use smallvec::SmallVec;

use super::Collector;
use super::names::{Exemplar, Place, millis_now};
use super::reader::{Priority, run_on_reader};
use super::registration::labels_in_set;
use crate::cells::sync::Arc;
use crate::cells::{Records, Shard, layout};

/// The most full buffers of a log that wait for the reader thread (2 MB). Beyond that, the recording thread reads the log itself.
const MAX_FULL_BUFFERS: usize = 32;

impl Collector {
    /// Takes what all threads have written to their logs.
    pub(super) fn read_logs(&self) {
        let shards = self.shards.lock().clone();
        let began = millis_now();
        for shard in &shards {
            self.read_log(shard);
        }
        self.names.lock().note_read(began);
    }

    /// Registers the new series in a shard's log, and keeps its exemplars.
    pub fn read_log(&self, shard: &Shard) {
        let mut latest = None;
        shard.log().read(|mut records| {
            while let Some((cell, number)) = records.next_record() {
                if number == layout::EXEMPLAR_RECORD {
                    let exemplar = exemplar_in(&mut records);
                    // locked first, so that no other series gets the number meanwhile
                    let mut names = self.names.lock();
                    if let Some(series) = shard.owner(cell) {
                        names.put_exemplar(series, shard.id(), exemplar);
                    }
                    continue;
                }
                let set = match latest.take() {
                    Some((known, set)) if known == number => set,
                    _ => shard.families().lock().label_set(number).cloned(),
                };
                let count = set.as_ref().map_or(0, |set| set.names.len());
                let values: SmallVec<[CompactString; 4]> = (0..count).map(|_| records.next_text()).collect();
                // locked for each record apart, so that other threads can register series meanwhile
                let mut names = self.names.lock();
                let labels = labels_in_set(&mut names, set.as_ref(), values.iter().map(CompactString::as_str));
                if let Some((family, labels)) = labels {
                    if let Some(series) = names.register(family, &labels, true) {
                        shard.assign(cell, series);
                        names.add_place(series, Place { shard: shard.id(), cell });
                    } else if let Some(template) = names.claim_template_for_new(family, !labels.is_empty()) {
                        shard.disown(cell, template);
                    }
                }
                latest = Some((number, set));
            }
        });
    }

    /// The number of the log's next buffer, which is empty, for at least this many words of records. The reader thread reads the full
    /// ones before they are too many.
    pub fn next_log(self: &Arc<Self>, shard: &Arc<Shard>, words: usize) -> usize {
        if shard.log().full() >= MAX_FULL_BUFFERS {
            self.read_log(shard);
        }
        let number = shard.log().next(words);
        if shard.log().full() >= MAX_FULL_BUFFERS / 2 && shard.log().make_due() {
            let (collector, shard) = (Arc::downgrade(self), shard.clone());
            run_on_reader(Priority::Log, move || {
                shard.log().begin();
                if let Some(collector) = collector.upgrade() {
                    collector.read_log(&shard);
                }
            });
        }
        number
    }
}

/// The exemplar of a record. Neither its labels nor their values are empty.
fn exemplar_in(records: &mut Records<'_>) -> Exemplar {
    let (value, time) = (records.next_number(), records.next_number());
    let label = |records: &mut Records<'_>| (records.next_text().into_string(), records.next_text().into_string());
    let labels = (0..records.next_count()).map(|_| label(records)).collect();
    Exemplar { value, time: time as u64, labels }
}
