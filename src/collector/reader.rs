//! The reader thread: one per process, started at first use. Asynchronous readings run here rather than in the runtime's thread
//! pool, where they would queue behind the application's own work.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, OnceLock};

use parking_lot::{Condvar, Mutex};

use super::background::start_thread;

type Job = Box<dyn FnOnce() + Send>;

/// The order in which waiting readings run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Priority {
    /// A log with full buffers, which each scrape would have to read. Each log has at most one job, and none is refused.
    Log,
    /// An exposition or a snapshot: a scraper has a timeout.
    Scrape,
    /// A reading for the web page.
    WebPage,
}

/// The most waiting readings of each priority. Equal requests share one, so these limit different ones.
const MAX_SCRAPES: usize = 128;
const MAX_WEB_PAGES: usize = 32;

/// The most scrapes in a row while a reading for the web page waits.
const MAX_SCRAPES_IN_A_ROW: usize = 8;

/// Jobs that have not started, by priority.
#[derive(Default)]
struct Queue {
    logs: VecDeque<(u64, Job)>,
    scrapes: VecDeque<(u64, Job)>,
    web_pages: VecDeque<(u64, Job)>,
    pushed: u64,
    // since the last reading for the web page
    scrapes_in_a_row: usize,
}

impl Queue {
    fn accepts(&self, priority: Priority) -> bool {
        match priority {
            Priority::Log => true,
            Priority::Scrape => self.scrapes.len() < MAX_SCRAPES,
            Priority::WebPage => self.web_pages.len() < MAX_WEB_PAGES,
        }
    }

    /// Returns the job's ticket: a unique number.
    fn push(&mut self, priority: Priority, job: Job) -> u64 {
        self.pushed += 1;
        let jobs = match priority {
            Priority::Log => &mut self.logs,
            Priority::Scrape => &mut self.scrapes,
            Priority::WebPage => &mut self.web_pages,
        };
        jobs.push_back((self.pushed, job));
        self.pushed
    }

    fn pop(&mut self) -> Option<Job> {
        if let Some((_, job)) = self.logs.pop_front() {
            return Some(job);
        }
        let web_page_is_due = self.scrapes_in_a_row >= MAX_SCRAPES_IN_A_ROW && !self.web_pages.is_empty();
        let scrape = if web_page_is_due { None } else { self.scrapes.pop_front() };
        self.scrapes_in_a_row = if scrape.is_some() { self.scrapes_in_a_row + 1 } else { 0 };
        scrape.or_else(|| self.web_pages.pop_front()).map(|(_, job)| job)
    }

    fn holds(&self, ticket: u64) -> bool {
        self.scrapes.iter().chain(&self.web_pages).any(|(each, _)| *each == ticket)
    }
}

#[derive(Default)]
struct Reader {
    queue: Mutex<Queue>,
    pushed: Condvar,
}

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

/// Whether the queue accepts another reading of this priority.
pub fn reader_accepts(priority: Priority) -> bool {
    READER.queue.lock().accepts(priority)
}

/// Whether the job with this ticket has not started. If so, its reading will contain everything recorded before this call.
pub fn is_queued(ticket: u64) -> bool {
    // the reader takes the same lock to start the job, so it sees everything that happened before
    READER.queue.lock().holds(ticket)
}

/// Queues a reading for the reader thread and returns its ticket. Check [`reader_accepts`] first. If the thread cannot be started,
/// runs the reading at once.
pub fn run_on_reader(priority: Priority, job: impl FnOnce() + Send + 'static) -> u64 {
    static IS_RUNNING: OnceLock<bool> = OnceLock::new();
    if !IS_RUNNING.get_or_init(|| start_thread("tallystick", run)) {
        job();
        return 0;
    }
    let ticket = READER.queue.lock().push(priority, Box::new(job));
    READER.pushed.notify_one();
    ticket
}

fn run() {
    loop {
        let job = next_job();
        // a job that panics loses only its own result
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

    /// Pushes a job for each letter (`l` a log, `s` a scrape, `p` the web page) and returns the order in which they run.
    fn order_of(pushed: &str) -> String {
        let mut queue = Queue::default();
        let ran = Arc::new(Mutex::new(String::new()));
        for letter in pushed.chars() {
            let ran = ran.clone();
            let priority = match letter {
                'l' => Priority::Log,
                's' => Priority::Scrape,
                _ => Priority::WebPage,
            };
            queue.push(priority, Box::new(move || ran.lock().push(letter)));
        }
        while let Some(job) = queue.pop() {
            job();
        }
        ran.lock().clone()
    }

    #[test]
    fn scrapes_run_before_readings_for_the_web_page() {
        assert_eq!(order_of("ppsps"), "ssppp");
    }

    #[test]
    fn logs_run_first_and_take_no_place() {
        assert_eq!(order_of("psls"), "lssp");
        let mut queue = Queue::default();
        for _ in 0..2 * MAX_SCRAPES {
            queue.push(Priority::Log, Box::new(|| {}));
        }
        assert!(queue.accepts(Priority::Scrape) && queue.accepts(Priority::WebPage));
    }

    #[test]
    fn a_reading_for_the_web_page_waits_for_a_limited_number_of_scrapes() {
        assert_eq!(order_of("ppssssssssss"), "sssssssspssp");
    }

    #[test]
    fn each_priority_has_its_own_limit() {
        let mut queue = Queue::default();
        while queue.accepts(Priority::WebPage) {
            queue.push(Priority::WebPage, Box::new(|| {}));
        }
        assert_eq!(queue.web_pages.len(), MAX_WEB_PAGES);
        assert!(queue.accepts(Priority::Scrape));
        while queue.accepts(Priority::Scrape) {
            queue.push(Priority::Scrape, Box::new(|| {}));
        }
        assert_eq!(queue.scrapes.len(), MAX_SCRAPES);
    }

    #[test]
    fn a_ticket_is_held_until_its_job_is_taken() {
        let mut queue = Queue::default();
        let page = queue.push(Priority::WebPage, Box::new(|| {}));
        let scrape = queue.push(Priority::Scrape, Box::new(|| {}));
        assert!(queue.holds(page) && queue.holds(scrape) && !queue.holds(0));
        queue.pop();
        assert!(queue.holds(page) && !queue.holds(scrape));
    }
}
