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
