//! Linux, by `/proc`.

#![allow(unsafe_code, reason = "calls of the C library")]

use std::fs;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

use super::ProcessNumbers;
use super::unix::{cpu, max_fds, open_fds};

const KIBIBYTE: f64 = 1024.0;
const NANOS_PER_SECOND: f64 = 1e9;

/// This process now.
pub fn read() -> ProcessNumbers {
    static START_TIME: OnceLock<Option<f64>> = OnceLock::new();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bytes = |field| bytes_of(&status, field);
    ProcessNumbers {
        cpu: cpu(),
        start_time: *START_TIME.get_or_init(start_time),
        resident_memory: bytes("VmRSS:"),
        virtual_memory: bytes("VmSize:"),
        heap: bytes("VmData:"),
        open_fds: open_fds("/proc/self/fd"),
        max_fds: max_fds(),
    }
}

/// The CPU clock of a thread, which the kernel finds by the thread's number.
#[derive(Debug)]
pub struct ThreadClock(libc::clockid_t);

impl ThreadClock {
    /// That of the calling thread.
    pub fn of_this_thread() -> Option<Self> {
        let mut clock = MaybeUninit::uninit();
        // SAFETY: the calling thread exists, and the call writes the number of a clock where it succeeds.
        unsafe {
            let failed = libc::pthread_getcpuclockid(libc::pthread_self(), clock.as_mut_ptr()) != 0;
            (!failed).then(|| Self(clock.assume_init()))
        }
    }

    /// CPU seconds of the thread; `None` if it has ended.
    pub fn seconds(&self) -> Option<f64> {
        let mut time = MaybeUninit::<libc::timespec>::uninit();
        // SAFETY: the call writes a whole `timespec` where it succeeds, and fails for a thread that has ended.
        let time = unsafe {
            if libc::clock_gettime(self.0, time.as_mut_ptr()) != 0 {
                return None;
            }
            time.assume_init()
        };
        Some(time.tv_sec as f64 + time.tv_nsec as f64 / NANOS_PER_SECOND)
    }
}

/// Lets the other threads of the process run first: this one gets a third of their share if there are fewer processors than busy
/// threads. On one processor, an event loop then waits 1 to 2 ms for it during a scrape of 100,000 series instead of 4 to 5. A still
/// lower priority would leave the locks that this thread holds with a thread that hardly runs.
pub fn lower_priority() {
    const NICENESS: libc::c_int = 5;
    if cfg!(miri) {
        return;
    }
    // SAFETY: the call reads and writes no memory of ours. Under Linux it concerns the calling thread alone.
    unsafe { libc::nice(NICENESS) };
}

/// A size in `/proc/self/status`, as in `VmRSS:     1234 kB`.
fn bytes_of(status: &str, field: &str) -> Option<f64> {
    let size = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: f64 = size.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * KIBIBYTE)
}

/// When the system started, and how long after that this process did.
fn start_time() -> Option<f64> {
    let boot = boot_time(&fs::read_to_string("/proc/stat").ok()?)?;
    let ticks = start_ticks(&fs::read_to_string("/proc/self/stat").ok()?)?;
    // SAFETY: the call reads and writes no memory of ours.
    let ticks_per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    (ticks_per_second > 0).then(|| boot + ticks / ticks_per_second as f64)
}

fn boot_time(stat: &str) -> Option<f64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

/// The field `starttime`. The name before it, in parentheses, may contain anything.
fn start_ticks(stat: &str) -> Option<f64> {
    const FIELDS_AFTER_NAME: usize = 19;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_ascii_whitespace().nth(FIELDS_AFTER_NAME)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_bytes() {
        let status = "Name:\tnode\nVmSize:\t 1024 kB\nVmRSS:\t     3 kB\n";
        assert_eq!(bytes_of(status, "VmRSS:"), Some(3072.0));
        assert_eq!(bytes_of(status, "VmData:"), None);
    }

    #[test]
    fn a_process_may_have_any_name() {
        let fields: Vec<String> = (3..30).map(|field| field.to_string()).collect();
        let stat = format!("17 (a) 1 (b) S) {}", fields.join(" "));
        assert_eq!(start_ticks(&stat), Some(22.0));
        assert_eq!(start_ticks("17 (node"), None);
        assert_eq!(boot_time("cpu 1 2\nbtime 1700000000\nprocesses 9\n"), Some(1_700_000_000.0));
    }
}
