//! Memory that both sides see, handed to JavaScript as external arrays.
//!
//! Each array's finaliser owns what keeps its memory. JavaScript keeps the arrays in private fields, so that nobody else can detach
//! or transfer them. A finaliser may run on another thread than the one that made the array, and is called from C: what it drops is
//! `Send`, and no panic leaves it.

use std::any::Any;
use std::ffi::c_void;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::AtomicU32;

use napi::bindgen_prelude::{External, ToNapiValue, TypedArrayType};
use napi::{Error, Result, Status, sys};
use napi_derive::napi;

use super::handle::Handle;

/// A typed array over Rust's memory, as napi-rs hands it to JavaScript.
pub struct SharedArray {
    address: *mut c_void,
    length: usize,
    element: TypedArrayType,
    owner: Owner,
}

/// What an array owns until it is finalised.
type Owner = Box<dyn Any + Send>;

impl SharedArray {
    /// An array over memory that stays where it is as long as its owner.
    pub(super) fn new(address: *mut c_void, length: usize, element: TypedArrayType, owner: impl Any + Send) -> Self {
        Self { address, length, element, owner: Box::new(owner) }
    }

    /// An array of one word, which `owner` keeps where it is.
    pub(super) fn word(word: &AtomicU32, owner: impl Any + Send) -> Self {
        Self::new(word.as_ptr().cast(), 1, TypedArrayType::Uint32, owner)
    }
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
        let width = match array.element {
            TypedArrayType::Float64 => 8,
            TypedArrayType::Uint8 => 1,
            _ => 4,
        };
        let owner = Box::into_raw(Box::new(array.owner));
        let mut buffer = ptr::null_mut();
        // SAFETY: `env` is the calling environment; the memory stays as long as `owner`, which `finalize_array` drops once the
        // buffer is gone.
        let status = unsafe {
            let bytes = array.length * width;
            sys::napi_create_external_arraybuffer(
                env,
                array.address,
                bytes,
                Some(finalize_array),
                owner.cast(),
                &raw mut buffer,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: no buffer was made, so `finalize_array` will not be called and the box is still ours.
            drop(unsafe { Box::from_raw(owner) });
            return Err(Error::new(Status::from(status), "this runtime allows no external memory".to_owned()));
        }
        let mut value = ptr::null_mut();
        // SAFETY: `buffer` was made above and has exactly `length` elements.
        let status =
            unsafe { sys::napi_create_typedarray(env, array.element as i32, array.length, buffer, 0, &raw mut value) };
        napi::check_status!(status, "a typed array could not be made")?;
        Ok(value)
    }
}

/// The finaliser of a shared array.
unsafe extern "C" fn finalize_array(_: sys::napi_env, _: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is the box that `to_napi_value` leaked for this one call.
    let owner = unsafe { Box::from_raw(owner.cast::<Owner>()) };
    contain_panic(|| drop(owner));
}

/// Runs what is called from C, where a panic would abort the process. The panic hook has reported it by then.
pub(super) fn contain_panic(run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        // what the panic carries may panic when it is dropped
        forget(panic);
    }
}

/// The memory of one chunk.
#[napi(catch_unwind, ts_return_type = "Float64Array | null")]
pub fn chunk(handle: &External<Handle>, number: u32) -> Result<Option<SharedArray>> {
    let chunk = handle.hold()?.shard.chunk(number);
    Ok(chunk
        .map(|chunk| SharedArray::new(chunk.address().cast(), chunk.cells() as usize, TypedArrayType::Float64, chunk)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Panics when it is dropped, with something that panics in its turn.
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
    fn a_panic_in_a_finaliser_stays_in_it_on_any_thread() {
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
