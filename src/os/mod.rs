//! What the operating system knows of this process, and does for its threads. Each system has a file of its own; what a system does
//! not report is `None`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::{ThreadClock, read};
#[cfg(target_os = "macos")]
pub use macos::{ThreadClock, read};
#[cfg(windows)]
pub use windows::{ThreadClock, read};

#[cfg(target_os = "linux")]
pub use linux::lower_priority;

/// Other systems keep the priority: there, a thread below others may get no time at all while they are busy.
#[cfg(not(target_os = "linux"))]
pub fn lower_priority() {}

/// Nothing is known of other systems.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub fn read() -> ProcessNumbers {
    ProcessNumbers::default()
}

/// Other systems do not report it.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
#[derive(Debug)]
pub struct ThreadClock;

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
impl ThreadClock {
    pub fn of_this_thread() -> Option<Self> {
        None
    }

    pub fn seconds(&self) -> Option<f64> {
        None
    }
}

/// This process at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessNumbers {
    /// Seconds of all its threads.
    pub cpu: Option<CpuSeconds>,
    /// Seconds since the epoch.
    pub start_time: Option<f64>,
    /// Bytes.
    pub resident_memory: Option<f64>,
    /// Bytes.
    pub virtual_memory: Option<f64>,
    /// Bytes of its data segment.
    pub heap: Option<f64>,
    /// How many file descriptors are open, or on Windows handles.
    pub open_fds: Option<f64>,
    /// How many may be.
    pub max_fds: Option<f64>,
}

/// Time on processors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CpuSeconds {
    /// In the program.
    pub user: f64,
    /// In the system.
    pub system: f64,
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "it asks the operating system")]
    fn every_number_of_a_supported_system_is_plausible() {
        let ProcessNumbers { cpu, start_time, resident_memory, virtual_memory, heap, open_fds, max_fds } = read();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        let cpu = cpu.unwrap();
        assert!(cpu.user >= 0.0 && cpu.system >= 0.0 && cpu.user + cpu.system > 0.0);
        // the clock of the system's start is as fine as a second
        let age = now - start_time.unwrap();
        assert!((-2.0..3600.0).contains(&age), "it started {age} seconds ago");
        assert!(resident_memory.unwrap() > 500_000.0);
        assert!(virtual_memory.unwrap() > 500_000.0);
        assert_eq!(heap.is_some(), cfg!(target_os = "linux"));
        assert!(open_fds.unwrap() >= 3.0 && open_fds < max_fds);
    }

    #[test]
    #[cfg_attr(miri, ignore = "it asks the operating system")]
    fn the_time_of_a_thread_is_read_by_another_and_does_not_outlive_it() {
        const ENOUGH: f64 = 0.05;
        let (started, clock) = std::sync::mpsc::channel();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let spinning = std::thread::spawn(move || {
            started.send(ThreadClock::of_this_thread().unwrap()).unwrap();
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {}
        });
        let clock = clock.recv().unwrap();
        let own = ThreadClock::of_this_thread().unwrap();
        while clock.seconds().unwrap() < ENOUGH {
            std::thread::yield_now();
        }
        assert!(own.seconds().unwrap() >= 0.0);
        drop(stop);
        spinning.join().unwrap();
        if cfg!(target_os = "linux") {
            assert_eq!(clock.seconds(), None);
        }
    }

    #[test]
    #[cfg(unix)]
    #[cfg_attr(miri, ignore = "it asks the operating system")]
    fn an_opened_file_is_counted() {
        let files: Vec<_> = (0..100).map(|_| std::fs::File::open("/dev/null").unwrap()).collect();
        let with = read().open_fds.unwrap();
        drop(files);
        // other tests open files too, though not that many
        assert!(with - read().open_fds.unwrap() > 50.0);
    }
}
