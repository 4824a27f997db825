//! Shared memory, passed to JavaScript as external arrays.
//!
//! The finaliser of each array drops the owner of its memory. JavaScript keeps the arrays in private fields, so that user code cannot
//! detach or transfer them. A finaliser may run on another thread than the one that created the array, and C code calls it: so owners
//! are `Send`, and panics do not escape.

use std::any::Any;
use std::ffi::c_void;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::{ptr, slice};

use napi::bindgen_prelude::{External, ToNapiValue, TypedArrayType};
use napi::{Error, Result, Status, sys};
use napi_derive::napi;

use super::reference::CollectorReference;

/// A typed array over memory of Rust, as a return value of napi functions.
pub struct SharedArray {
    address: *mut c_void,
    length: usize,
    bytes: usize,
    element: TypedArrayType,
    owner: Owner,
}

/// Keeps the memory of an array alive until the array is finalised.
type Owner = Box<dyn Any + Send>;

impl SharedArray {
    /// A `Float64Array` over cells that belong to `owner`. Both sides may write them, as they are atomics.
    pub(super) fn cells<T: Any + Send>(owner: T, cells: fn(&T) -> &[AtomicU64]) -> Self {
        Self::over(Box::new(owner), TypedArrayType::Float64, |owner| parts(cells(owner)))
    }

    /// A `Uint32Array` over words that belong to `owner`. Both sides may write them, as they are atomics.
    pub(super) fn words<T: Any + Send>(owner: T, words: fn(&T) -> &[AtomicU32]) -> Self {
        Self::over(Box::new(owner), TypedArrayType::Uint32, |owner| parts(words(owner)))
    }

    /// The same over one word.
    pub(super) fn word<T: Any + Send>(owner: T, word: fn(&T) -> &AtomicU32) -> Self {
        Self::over(Box::new(owner), TypedArrayType::Uint32, |owner| parts(slice::from_ref(word(owner))))
    }

    /// A `Uint8Array` over bytes that belong to `owner`. Only JavaScript accesses them until the array is finalised.
    pub(super) fn bytes<T: Any + Send>(owner: T, bytes: fn(&mut T) -> &mut [u8]) -> Self {
        Self::over(Box::new(owner), TypedArrayType::Uint8, |owner| {
            let bytes = bytes(owner);
            (bytes.as_mut_ptr().cast(), bytes.len(), bytes.len())
        })
    }

    /// An array over memory that is borrowed from `owner`, so that it stays where it is until the owner is dropped. The owner has its
    /// final place already.
    fn over<T: Any + Send>(
        mut owner: Box<T>,
        element: TypedArrayType,
        memory: impl FnOnce(&mut T) -> (*mut c_void, usize, usize),
    ) -> Self {
        let (address, length, bytes) = memory(&mut owner);
        Self { address, length, bytes, element, owner }
    }
}

/// The address of some atomics, their number, and that of their bytes. Atomics may change behind a shared reference.
fn parts<Atomic>(atomics: &[Atomic]) -> (*mut c_void, usize, usize) {
    (atomics.as_ptr().cast_mut().cast(), atomics.len(), size_of_val(atomics))
}

impl napi::bindgen_prelude::TypeName for SharedArray {
    fn type_name() -> &'static str {
        "TypedArray"
    }

    fn value_type() -> napi::ValueType {
        napi::ValueType::Object
    }
}

impl ToNapiValue for SharedArray {
    unsafe fn to_napi_value(env: sys::napi_env, array: Self) -> Result<sys::napi_value> {
        let owner = Box::into_raw(Box::new(array.owner));
        let mut buffer = ptr::null_mut();
        // SAFETY: `env` is the calling environment. The address is that of `bytes` bytes that live as long as `owner`, which
        // `finalize_array` drops, once, when the buffer is collected.
        let status = unsafe {
            sys::napi_create_external_arraybuffer(
                env,
                array.address,
                array.bytes,
                Some(finalize_array),
                owner.cast(),
                &raw mut buffer,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: no buffer was created, so `finalize_array` will not be called, and the box is not dropped twice.
            drop(unsafe { Box::from_raw(owner) });
            return Err(Error::new(Status::from(status), "this runtime allows no external memory".to_owned()));
        }
        let mut value = ptr::null_mut();
        // SAFETY: `buffer` was created above with exactly `length` elements of this type, and offset 0 is aligned for them.
        let status =
            unsafe { sys::napi_create_typedarray(env, array.element as i32, array.length, buffer, 0, &raw mut value) };
        napi::check_status!(status, "could not create a typed array")?;
        Ok(value)
    }
}

/// The finaliser of a shared array.
unsafe extern "C" fn finalize_array(_: sys::napi_env, _: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is the box that `to_napi_value` leaked for this one call.
    let owner = unsafe { Box::from_raw(owner.cast::<Owner>()) };
    contain_panic(|| drop(owner));
}

/// Runs a function that C code calls, where an escaping panic would abort the process. The panic hook reports the panic.
pub(super) fn contain_panic(run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        // dropping the payload could panic again
        forget(panic);
    }
}

/// The memory of one chunk.
#[napi(catch_unwind, ts_return_type = "Float64Array | null")]
pub fn chunk(reference: &External<CollectorReference>, number: u32) -> Result<Option<SharedArray>> {
    let chunk = reference.attachment()?.shard.chunk(number);
    Ok(chunk.map(|chunk| SharedArray::cells(chunk, |chunk| chunk.words())))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Panics when it is dropped, with a payload that also panics when it is dropped.
    struct Panicking(Arc<AtomicBool>);

    struct Payload;

    impl Drop for Payload {
        fn drop(&mut self) {
            panic!("dropped a payload");
        }
    }

    impl Drop for Panicking {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            // unlike `panic!`, without a message on standard error
            std::panic::resume_unwind(Box::new(Payload));
        }
    }

    #[test]
    fn a_panic_does_not_escape_from_a_finaliser() {
        let dropped = Arc::new(AtomicBool::new(false));
        let owner: Owner = Box::new(Panicking(dropped.clone()));
        let finaliser = std::thread::spawn(move || {
            let owner = Box::into_raw(Box::new(owner));
            // SAFETY: the box is leaked for this one call.
            unsafe { finalize_array(ptr::null_mut(), ptr::null_mut(), owner.cast()) };
        });
        finaliser.join().expect("the finaliser returns");
        assert!(dropped.load(Ordering::Relaxed));
    }
}
