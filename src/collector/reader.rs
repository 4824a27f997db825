//! The reader thread: one for the process, started at first use. Readings of JavaScript's promises are made here rather
//! than in the runtime's thread pool, where they would queue behind whatever the application does there.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, OnceLock};
use std::thread;

use parking_lot::{Condvar, Mutex};

type Job = Box<dyn FnOnce() + Send>;

/// What is read first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Priority {
    /// A log that has full buffers, which each scrape would have to read: there is at most one job for each log, and none is refused.
    Log,
    /// An exposition or a snapshot: a scraper has a timeout.
    Scrape,
    /// What the page shows.
    Page,
}

/// The most readings of each priority that wait. Equal ones wait once, so this is for different ones.
const MOST_SCRAPES: usize = 128;
const MOST_PAGES: usize = 32;

/// A reading of the page waits for at most this many scrapes in a row.
const SCRAPES_IN_A_ROW: usize = 8;

/// Jobs that have not begun, by priority.
#[derive(Default)]
struct Queue {
    logs: VecDeque<(u64, Job)>,
    scrapes: VecDeque<(u64, Job)>,
    pages: VecDeque<(u64, Job)>,
    pushed: u64,
    // since a reading of the page
    scrapes_in_a_row: usize,
}

impl Queue {
    fn has_room(&self, priority: Priority) -> bool {
        match priority {
            Priority::Log => true,
            Priority::Scrape => self.scrapes.len() < MOST_SCRAPES,
            Priority::Page => self.pages.len() < MOST_PAGES,
        }
    }

    /// Returns the job's ticket: a number that no other job has.
    fn push(&mut self, priority: Priority, job: Job) -> u64 {
        self.pushed += 1;
        let jobs = match priority {
            Priority::Log => &mut self.logs,
            Priority::Scrape => &mut self.scrapes,
            Priority::Page => &mut self.pages,
        };
        jobs.push_back((self.pushed, job));
        self.pushed
    }

    fn pop(&mut self) -> Option<Job> {
        if let Some((_, job)) = self.logs.pop_front() {
            return Some(job);
        }
        let page_is_due = self.scrapes_in_a_row >= SCRAPES_IN_A_ROW && !self.pages.is_empty();
        let scrape = if page_is_due { None } else { self.scrapes.pop_front() };
        self.scrapes_in_a_row = if scrape.is_some() { self.scrapes_in_a_row + 1 } else { 0 };
        scrape.or_else(|| self.pages.pop_front()).map(|(_, job)| job)
    }

    fn holds(&self, ticket: u64) -> bool {
        self.scrapes.iter().chain(&self.pages).any(|(each, _)| *each == ticket)
    }
}

#[derive(Default)]
struct Reader {
    queue: Mutex<Queue>,
    pushed: Condvar,
}

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

/// Whether one more reading of this priority may wait.
pub fn reader_has_room(priority: Priority) -> bool {
    READER.queue.lock().has_room(priority)
}

/// Whether the job of this ticket waits. What was recorded before this returned true is in its reading.
pub fn is_queued(ticket: u64) -> bool {
    // the reader takes the same lock to begin the job, and so sees what came before here
    READER.queue.lock().holds(ticket)
}

/// Runs a reading on the reader thread when it is its turn, and returns its ticket. Where no thread can be started it runs
/// at once. Ask [`reader_has_room`] before.
pub fn read_in_turn(priority: Priority, job: impl FnOnce() + Send + 'static) -> u64 {
    static IS_RUNNING: OnceLock<bool> = OnceLock::new();
    if !IS_RUNNING.get_or_init(start) {
        job();
        return 0;
    }
    let ticket = READER.queue.lock().push(priority, Box::new(job));
    READER.pushed.notify_one();
    ticket
}

fn start() -> bool {
    thread::Builder::new().name("tallystick".to_owned()).spawn(run).is_ok()
}

fn run() {
    loop {
        let job = next_job();
        // a job that panics loses its own answer, not those behind it
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

fn next_job() -> Job {
    let mut queue = READER.queue.lock();
    loop {
        if let Some(job) = queue.pop() {
            return job;
        }
        READER.pushed.wait(&mut queue);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Pushes a job for each letter (`l` a log, `s` a scrape, `p` a reading of the page) and returns the order in which they are run.
    fn order_of(pushed: &str) -> String {
        let mut queue = Queue::default();
        let ran = Arc::new(Mutex::new(String::new()));
        for letter in pushed.chars() {
            let ran = ran.clone();
            let priority = match letter {
                'l' => Priority::Log,
                's' => Priority::Scrape,
                _ => Priority::Page,
            };
            queue.push(priority, Box::new(move || ran.lock().push(letter)));
        }
        while let Some(job) = queue.pop() {
            job();
        }
        ran.lock().clone()
    }

    #[test]
    fn scrapes_go_before_readings_of_the_page() {
        assert_eq!(order_of("ppsps"), "ssppp");
    }

    #[test]
    fn logs_go_before_all_and_take_no_room() {
        assert_eq!(order_of("psls"), "lssp");
        let mut queue = Queue::default();
        for _ in 0..2 * MOST_SCRAPES {
            queue.push(Priority::Log, Box::new(|| {}));
        }
        assert!(queue.has_room(Priority::Scrape) && queue.has_room(Priority::Page));
    }

    #[test]
    fn a_reading_of_the_page_waits_for_a_few_scrapes_only() {
        assert_eq!(order_of("ppssssssssss"), "sssssssspssp");
    }

    #[test]
    fn each_priority_has_its_own_bound() {
        let mut queue = Queue::default();
        while queue.has_room(Priority::Page) {
            queue.push(Priority::Page, Box::new(|| {}));
        }
        assert_eq!(queue.pages.len(), MOST_PAGES);
        assert!(queue.has_room(Priority::Scrape));
        while queue.has_room(Priority::Scrape) {
            queue.push(Priority::Scrape, Box::new(|| {}));
        }
        assert_eq!(queue.scrapes.len(), MOST_SCRAPES);
    }

    #[test]
    fn a_ticket_is_held_until_its_job_is_taken() {
        let mut queue = Queue::default();
        let page = queue.push(Priority::Page, Box::new(|| {}));
        let scrape = queue.push(Priority::Scrape, Box::new(|| {}));
        assert!(queue.holds(page) && queue.holds(scrape) && !queue.holds(0));
        queue.pop();
        assert!(queue.holds(page) && !queue.holds(scrape));
    }
}
