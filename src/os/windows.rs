//! Windows.

#![allow(unsafe_code, reason = "calls of the system")]

use std::mem::{MaybeUninit, size_of};

use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::ProcessStatus::{
    K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS, PROCESS_MEMORY_COUNTERS_EX,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetCurrentThreadId, GetProcessHandleCount, GetProcessTimes, GetThreadTimes, OpenThread,
    THREAD_QUERY_LIMITED_INFORMATION,
};

use super::{CpuSeconds, ProcessNumbers};

/// File times count these,
const TICKS_PER_SECOND: f64 = 1e7;
/// from 1601 on.
const EPOCH_SECONDS: f64 = 11_644_473_600.0;
/// The most handles of a process, a constant of the system.
const MAX_HANDLES: f64 = 16_777_216.0;

/// This process now.
pub fn read() -> ProcessNumbers {
    let (start_time, cpu) = times().unzip();
    let memory = memory();
    ProcessNumbers {
        cpu,
        start_time,
        resident_memory: memory.map(|memory| memory.WorkingSetSize as f64),
        virtual_memory: memory.map(|memory| memory.PrivateUsage as f64),
        heap: None,
        open_fds: handles(),
        max_fds: Some(MAX_HANDLES),
    }
}

/// When it started, and its time on processors.
fn times() -> Option<(f64, CpuSeconds)> {
    let mut times = [FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 }; 4];
    let [start, exit, system, user] = &mut times;
    // SAFETY: the handle of the current process is always valid, and the call writes the four times.
    if unsafe { GetProcessTimes(GetCurrentProcess(), start, exit, system, user) } == 0 {
        return None;
    }
    let [start, _, system, user] = times.map(seconds);
    Some((start - EPOCH_SECONDS, CpuSeconds { user, system }))
}

fn seconds(time: FILETIME) -> f64 {
    (u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)) as f64 / TICKS_PER_SECOND
}

/// A handle of a thread, which stays valid when the thread ends.
#[derive(Debug)]
pub struct ThreadClock(OwnedHandle);

impl ThreadClock {
    /// That of the calling thread.
    pub fn of_this_thread() -> Option<Self> {
        // SAFETY: the calling thread exists; a handle that is not null is open, and nobody else's.
        unsafe {
            let handle = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, 0, GetCurrentThreadId());
            (!handle.is_null()).then(|| Self(OwnedHandle::from_raw_handle(handle)))
        }
    }

    /// CPU seconds of the thread.
    pub fn seconds(&self) -> Option<f64> {
        let mut times = [FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 }; 4];
        let [start, exit, system, user] = &mut times;
        // SAFETY: the handle is open, and the call writes the four times.
        let succeeded = unsafe { GetThreadTimes(self.0.as_raw_handle(), start, exit, system, user) } != 0;
        let [_, _, system, user] = times.map(seconds);
        succeeded.then_some(system + user)
    }
}

fn memory() -> Option<PROCESS_MEMORY_COUNTERS_EX> {
    let size = size_of::<PROCESS_MEMORY_COUNTERS_EX>() as u32;
    let mut counters = MaybeUninit::<PROCESS_MEMORY_COUNTERS_EX>::zeroed();
    let address = counters.as_mut_ptr().cast::<PROCESS_MEMORY_COUNTERS>();
    // SAFETY: the call writes at most `size` bytes; the structure is of plain numbers, for which zeros are valid.
    unsafe { (K32GetProcessMemoryInfo(GetCurrentProcess(), address, size) != 0).then(|| counters.assume_init()) }
}

fn handles() -> Option<f64> {
    let mut count = 0;
    // SAFETY: the call writes one number.
    (unsafe { GetProcessHandleCount(GetCurrentProcess(), &raw mut count) } != 0).then(|| f64::from(count))
}
