//! Numbers as text, for all formats.

use std::fmt::Write;

use serde::{Serialize, Serializer};

/// Whole numbers below 2^53 are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Appends a number as Prometheus parses it: whole numbers without a fraction, others with the fewest digits that parse to the
/// same float; `NaN`, `+Inf`, `-Inf`.
#[inline]
pub fn write_number(text: &mut String, value: f64) {
    if let Some(whole) = whole(value) {
        text.push_str(itoa::Buffer::new().format(whole));
    } else if value.is_nan() {
        text.push_str("NaN");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        let size = value.abs();
        // writing to a String cannot fail
        let _ = if (1e-6..1e21).contains(&size) { write!(text, "{value}") } else { write!(text, "{value:e}") };
    }
}

/// Appends a number as JavaScript's `String` has it, but for `Nan`, `+Inf` and `-Inf`.
pub fn write_javascript_number(text: &mut String, value: f64) {
    const MAX_PLAIN: f64 = 1e21;
    let size = value.abs();
    if value.is_nan() {
        text.push_str("Nan");
    } else if size < EXACT || !value.is_finite() {
        write_number(text, value);
    } else if size < MAX_PLAIN {
        // the fewest digits that parse to this float, then zeros
        let digits = format!("{value:e}");
        let (mantissa, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let zeros = exponent.parse::<usize>().unwrap_or(0).saturating_sub(fraction.len());
        for part in [whole, fraction, &"0".repeat(zeros)] {
            text.push_str(part);
        }
    } else {
        text.push_str(&format!("{value:e}").replace('e', "e+"));
    }
}

/// A number as text.
pub fn number_text(value: f64) -> String {
    let mut text = String::new();
    write_number(&mut text, value);
    text
}

/// A number as a label's value in `OpenMetrics`: always with a fraction or an exponent, the latter as C writes it.
pub fn canonical_text(value: f64) -> String {
    if !value.is_finite() {
        return number_text(value);
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = value.to_string();
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

/// The value as a whole number, if it is one and below 2^53.
pub fn whole(value: f64) -> Option<i64> {
    let whole = value as i64;
    (whole as f64 == value && value.abs() < EXACT).then_some(whole)
}

/// A number in JSON: whole numbers without a fraction, `null` if it is not finite.
#[derive(Clone, Copy, Debug)]
pub struct JsonNumber(pub f64);

impl JsonNumber {
    /// Whether the number is NaN, which means unknown.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub fn is_nan(&self) -> bool {
        self.0.is_nan()
    }
}

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match whole(self.0) {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-17.5, "-17.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (-1_152_921_504_606_846_976.0, "-1152921504606847000"),
            (123e18, "123000000000000000000"),
            (1e21, "1e+21"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "Nan"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut text = String::new();
            write_javascript_number(&mut text, value);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn bounds_are_canonical_numbers_in_openmetrics() {
        for (value, expected) in [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (-1.0, "-1.0"),
            (0.5, "0.5"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (1e-5, "1e-05"),
            (2.5e-5, "2.5e-05"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e100, "1e+100"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(canonical_text(value), expected);
        }
    }

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-17.0, "-17"),
            (0.1, "0.1"),
            (1.5e-7, "1.5e-7"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e21, "1e21"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut text = String::new();
            write_number(&mut text, value);
            assert_eq!(text, expected);
        }
    }
}
