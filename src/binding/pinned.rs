//! On Windows, keeps the library loaded for the life of the process. On Linux, a linker flag does (`build.rs`).

use std::ptr;
use std::sync::Once;

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Pins the library. Call this before anything can outlive the thread that created it.
pub(super) fn pin() {
    static PINNED: Once = Once::new();
    PINNED.call_once(|| {
        let address = &raw const PINNED;
        let mut module = ptr::null_mut();
        // SAFETY: with FROM_ADDRESS, the name may be any address in the library, and `module` outlives the call. A failure changes
        // nothing.
        unsafe {
            GetModuleHandleExW(
                GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                address.cast(),
                &raw mut module,
            );
        }
    });
}
