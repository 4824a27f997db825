//! macOS, by `proc_pidinfo`.

#![allow(unsafe_code, reason = "calls of the C library")]

use std::mem::{MaybeUninit, size_of};

use super::ProcessNumbers;
use super::unix::{cpu, max_fds, open_fds};

const MICROS_PER_SECOND: f64 = 1e6;

/// This process now.
pub fn read() -> ProcessNumbers {
    // SAFETY: both are structures of plain numbers, and what the flavours give.
    let (task, process) = unsafe {
        (info::<libc::proc_taskinfo>(libc::PROC_PIDTASKINFO), info::<libc::proc_bsdinfo>(libc::PROC_PIDTBSDINFO))
    };
    let started = |it: libc::proc_bsdinfo| it.pbi_start_tvsec as f64 + it.pbi_start_tvusec as f64 / MICROS_PER_SECOND;
    ProcessNumbers {
        cpu: cpu(),
        start_time: process.map(started),
        resident_memory: task.map(|task| task.pti_resident_size as f64),
        virtual_memory: task.map(|task| task.pti_virtual_size as f64),
        heap: None,
        open_fds: open_fds("/dev/fd"),
        max_fds: max_fds(),
    }
}

/// A thread as the kernel knows it.
#[derive(Debug)]
pub struct ThreadClock(libc::thread_inspect_t);

impl ThreadClock {
    /// That of the calling thread.
    pub fn of_this_thread() -> Option<Self> {
        // SAFETY: the calling thread exists.
        Some(Self(unsafe { libc::pthread_mach_thread_np(libc::pthread_self()) }))
    }

    /// CPU seconds of the thread; `None` if it has ended.
    pub fn seconds(&self) -> Option<f64> {
        let mut info = MaybeUninit::<libc::thread_basic_info>::uninit();
        let mut count = libc::THREAD_BASIC_INFO_COUNT;
        // SAFETY: the call writes at most `count` numbers, and all of them where it succeeds.
        let info = unsafe {
            let flavour = libc::THREAD_BASIC_INFO as libc::thread_flavor_t;
            if libc::thread_info(self.0, flavour, info.as_mut_ptr().cast(), &raw mut count) != libc::KERN_SUCCESS {
                return None;
            }
            info.assume_init()
        };
        let seconds =
            |time: libc::time_value_t| f64::from(time.seconds) + f64::from(time.microseconds) / MICROS_PER_SECOND;
        Some(seconds(info.user_time) + seconds(info.system_time))
    }
}

/// One kind of information about this process.
///
/// # Safety
/// `Info` is the structure that the flavour gives, of plain numbers.
unsafe fn info<Info>(flavour: libc::c_int) -> Option<Info> {
    let size = libc::c_int::try_from(size_of::<Info>()).ok()?;
    let mut info = MaybeUninit::<Info>::uninit();
    // SAFETY: the call writes at most `size` bytes, and all of them where it returns `size`.
    unsafe {
        let written = libc::proc_pidinfo(libc::getpid(), flavour, 0, info.as_mut_ptr().cast(), size);
        (written == size).then(|| info.assume_init())
    }
}
