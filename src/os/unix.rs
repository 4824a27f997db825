//! What all Unix systems report in the same way.

#![allow(unsafe_code, reason = "calls of the C library")]

use std::fs;
use std::mem::MaybeUninit;

use super::CpuSeconds;

const MICROS_PER_SECOND: f64 = 1e6;

/// The time of this process on processors.
pub fn cpu() -> Option<CpuSeconds> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the call writes a whole `rusage` where it succeeds.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) != 0 {
            return None;
        }
        usage.assume_init()
    };
    #[allow(clippy::cast_lossless, reason = "microseconds have 32 bits on some systems and 64 on others")]
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / MICROS_PER_SECOND;
    Some(CpuSeconds { user: seconds(usage.ru_utime), system: seconds(usage.ru_stime) })
}

/// The soft limit on file descriptors; `None` if there is no limit.
pub fn max_fds() -> Option<f64> {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: the call writes a whole `rlimit` where it succeeds.
    let limit = unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, limit.as_mut_ptr()) != 0 {
            return None;
        }
        limit.assume_init()
    };
    (limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur as f64)
}

/// How many entries a folder of file descriptors has, without the one that reads the folder.
pub fn open_fds(folder: &str) -> Option<f64> {
    Some(fs::read_dir(folder).ok()?.count().saturating_sub(1) as f64)
}
