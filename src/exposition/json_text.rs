//! Snapshots and values as JSON text for `JSON.parse`: of no more than a runtime's longest string, and with numbers that only
//! gauges have. Infinity is `1e999`, which is parsed as Infinity again; NaN is `null`, for which `lib/` puts NaN.

use std::io::{Error, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::json::{Json, snapshot_parts};
use crate::collector::{Snapshot, Value};

/// The most bytes of UTF-8 that one UTF-16 unit becomes.
const BYTES_PER_UNIT: usize = 3;

/// A snapshot; `None` where it would have more than `longest` UTF-16 units.
#[must_use]
pub fn snapshot_text(snapshot: &Snapshot, longest: usize) -> Option<String> {
    let mut text = Bounded { bytes: Vec::new(), most: longest.saturating_mul(BYTES_PER_UNIT) };
    serde_json::to_writer(&mut text, &Parsed(snapshot)).ok()?;
    let text = String::from_utf8(text.bytes).ok()?;
    // fewer bytes than units there are not
    let fits = text.len() <= longest || text.encode_utf16().count() <= longest;
    fits.then_some(text)
}

/// One value.
#[must_use]
pub fn value_text(value: &Value) -> String {
    let text = match value {
        Value::Number(number) => serde_json::to_string(&Number(*number)),
        Value::Stats(_) => serde_json::to_string(&Json(value)),
    };
    text.unwrap_or_default()
}

/// Text that ends early rather than growing beyond what anybody can take.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> Result<usize, Error> {
        if more.len() > self.most.saturating_sub(self.bytes.len()) {
            return Err(Error::other("longer than a string may be"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

struct Parsed<'a>(&'a Snapshot);

impl Serialize for Parsed<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        snapshot_parts(self.0, &Gauges(&self.0.gauges), to)
    }
}

struct Gauges<'a>(&'a [(String, f64)]);

impl Serialize for Gauges<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, Number(*value))))
    }
}

/// A number that may be infinite, as a gauge may.
pub(super) struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_infinite() {
            return Json(&self.0).serialize(to);
        }
        let beyond = if self.0 > 0.0 { "1e999" } else { "-1e999" };
        RawValue::from_string(beyond.to_owned()).map_err(serde::ser::Error::custom)?.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::json_snapshot;
    use super::*;

    fn gauges(values: &[(&str, f64)]) -> Snapshot {
        let gauges = values.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        Snapshot { gauges, ..Snapshot::default() }
    }

    #[test]
    fn what_is_no_finite_number_can_be_parsed_back_and_is_null_for_others() {
        let snapshot = gauges(&[("a", f64::NAN), ("b", f64::INFINITY), ("c", f64::NEG_INFINITY), ("d", 0.5)]);
        let text = snapshot_text(&snapshot, 1000).unwrap();
        assert!(text.contains(r#""gauges":{"a":null,"b":1e999,"c":-1e999,"d":0.5}"#), "{text}");
        let bytes = String::from_utf8(json_snapshot(&snapshot)).unwrap();
        assert!(bytes.contains(r#""gauges":{"a":null,"b":null,"c":null,"d":0.5}"#), "{bytes}");
        for (value, expected) in [(f64::NAN, "null"), (f64::INFINITY, "1e999"), (7.0, "7")] {
            assert_eq!(value_text(&Value::Number(value)), expected);
        }
    }

    #[test]
    fn a_text_is_refused_from_the_first_unit_on_that_is_too_many() {
        for name in ["gauge", "größe", "\u{ffff}\u{ffff}", "😀😀😀"] {
            let snapshot = gauges(&[(name, 1.0)]);
            let whole = snapshot_text(&snapshot, usize::MAX).unwrap();
            let units = whole.encode_utf16().count();
            assert_eq!(snapshot_text(&snapshot, units), Some(whole), "{name}");
            for longest in [units - 1, units / 2, 0] {
                assert_eq!(snapshot_text(&snapshot, longest), None, "{name}");
            }
        }
    }
}
