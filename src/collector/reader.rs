//! The reader thread: one for the process, started at first use. Readings of JavaScript's promises are made here rather
//! than in the runtime's thread pool, where they would queue behind whatever the application does there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use parking_lot::Mutex;

type Job = Box<dyn FnOnce() + Send>;

/// Runs a job on the reader thread, after those before it. Where no thread can be started it runs at once.
pub fn on_reader_thread(job: impl FnOnce() + Send + 'static) {
    static READER: OnceLock<Option<Mutex<Sender<Job>>>> = OnceLock::new();
    let job: Job = Box::new(job);
    match READER.get_or_init(start) {
        Some(reader) => {
            if let Err(unsent) = reader.lock().send(job) {
                (unsent.0)();
            }
        }
        None => job(),
    }
}

fn start() -> Option<Mutex<Sender<Job>>> {
    let (sender, jobs) = channel::<Job>();
    let run = move || {
        for job in jobs {
            // a job that panics loses its own answer, not those behind it
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    };
    thread::Builder::new().name("tallystick".to_owned()).spawn(run).ok()?;
    Some(Mutex::new(sender))
}
