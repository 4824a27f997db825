//! Registering a series, as a function of its own. napi-rs takes locks and allocates whenever a handle is an argument, which
//! is a third of what a new series costs: so this one function has its handle's parts bound to it instead.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Weak;

use compact_str::CompactString;
use napi::bindgen_prelude::{External, ToNapiValue, TypeName};
use napi::{Error, Result, ValueType, check_status, sys};
use napi_derive::napi;

use super::handle::{Handle, Hold};

/// What the function works on. Like the handle it keeps nothing alive.
pub struct Registrar {
    hold: Weak<Hold>,
}

impl Registrar {
    /// Claims the cells of a series whose label values are in the scratch. `None` when the collector is gone.
    fn register(&self, set: u32, values: u32) -> Option<u32> {
        let Hold { collector, shard, scratch, .. } = &*self.hold.upgrade()?;
        let values = scratch.texts(values as usize);
        Some(collector.register_in_set(shard, set, values.iter().map(CompactString::as_str)))
    }
}

/// A function of a label set and a number of values that claims the cells of a series: the values are in the scratch, each behind
/// its length. It answers its first cell.
#[napi(catch_unwind, ts_return_type = "(set: number, values: number) => number")]
pub fn registrar(handle: &External<Handle>) -> Registrar {
    Registrar { hold: handle.weak_hold() }
}

impl TypeName for Registrar {
    fn type_name() -> &'static str {
        "Function"
    }

    fn value_type() -> ValueType {
        ValueType::Function
    }
}

impl ToNapiValue for Registrar {
    unsafe fn to_napi_value(env: sys::napi_env, registrar: Self) -> Result<sys::napi_value> {
        let data = Box::into_raw(Box::new(registrar)).cast::<c_void>();
        let mut function = ptr::null_mut();
        // SAFETY: `env` is the calling environment. `data` stays until the function is gone, when `finalize` drops it; where
        // one of the calls fails it stays for ever, because a function that was made may still be called.
        unsafe {
            let status = sys::napi_create_function(env, ptr::null(), 0, Some(call), data, &raw mut function);
            check_status!(status, "a function could not be made")?;
            let status = sys::napi_add_finalizer(env, function, data, Some(finalize), ptr::null_mut(), ptr::null_mut());
            check_status!(status, "a function could not be kept")?;
        }
        Ok(function)
    }
}

unsafe extern "C" fn call(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // a panic must not cross into the runtime
    let answer = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the runtime calls with the environment and the arguments of this very call.
        unsafe { answer(env, info) }
    }));
    answer
        .unwrap_or_else(|_| Err(Error::from_reason("registering a series panicked; please report this")))
        .unwrap_or_else(|error| {
            // SAFETY: `env` is the calling environment.
            unsafe { napi::JsError::from(error).throw_into(env) };
            ptr::null_mut()
        })
}

/// # Safety
/// `env` and `info` are those of a call of the function that `to_napi_value` made.
unsafe fn answer(env: sys::napi_env, info: sys::napi_callback_info) -> Result<sys::napi_value> {
    let (mut count, mut arguments, mut data) = (2, [ptr::null_mut(); 2], ptr::null_mut());
    let (mut set, mut values, mut cell) = (0, 0, ptr::null_mut());
    // SAFETY: `arguments` has room for `count`, and is filled up with undefined where the call had less; `data` is what
    // `to_napi_value` bound, on the same thread.
    unsafe {
        let arguments_start = arguments.as_mut_ptr();
        let status = sys::napi_get_cb_info(env, info, &raw mut count, arguments_start, ptr::null_mut(), &raw mut data);
        check_status!(status, "a call could not be read")?;
        check_status!(sys::napi_get_value_uint32(env, arguments[0], &raw mut set), "set must be a number")?;
        check_status!(sys::napi_get_value_uint32(env, arguments[1], &raw mut values), "values must be a number")?;
        let registrar = &*data.cast::<Registrar>();
        let first = registrar.register(set, values).ok_or_else(super::handle::gone)?;
        check_status!(sys::napi_create_uint32(env, first, &raw mut cell), "a number could not be made")?;
    }
    Ok(cell)
}

/// The finaliser of the function.
unsafe extern "C" fn finalize(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: `data` is the box that `to_napi_value` leaked for this one call.
    drop(unsafe { Box::from_raw(data.cast::<Registrar>()) });
}
