//! Numbers as text, for all formats.

use std::fmt::Write;

use serde::{Serialize, Serializer};

/// Whole numbers below 2^53 are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Appends a number as JavaScript's `String` has it, the fewest digits that parse to the same float; but `NaN`, `+Inf` and `-Inf` are
/// as Prometheus parses them.
#[inline]
pub fn write_number(text: &mut String, value: f64) {
    if let Some(whole) = whole(value) {
        text.push_str(itoa::Buffer::new().format(whole));
    } else {
        write_float(text, value);
    }
}

fn write_float(text: &mut String, value: f64) {
    if value.is_nan() {
        return text.push_str("NaN");
    }
    if value.is_infinite() {
        return text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    }
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(value);
    if shortest.contains('e') && (1e-6..1e21).contains(&value.abs()) {
        Decimal::of(value).write_plain(text);
    } else {
        text.push_str(shortest.strip_suffix(".0").unwrap_or(shortest));
    }
}

/// The same as prom-client has it: with `Nan`.
pub fn write_javascript_number(text: &mut String, value: f64) {
    if value.is_nan() {
        text.push_str("Nan");
    } else {
        write_number(text, value);
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
    let decimal = Decimal::of(value);
    let mut text = String::new();
    if value == 0.0 || (-4..6).contains(&decimal.exponent) {
        decimal.write_plain(&mut text);
        if !text.contains('.') {
            text.push_str(".0");
        }
    } else {
        decimal.write_scientific(&mut text);
    }
    text
}

/// The fewest digits that parse to a float.
struct Decimal {
    is_negative: bool,
    /// Without zeros at either end.
    digits: String,
    /// The power of ten of the first digit.
    exponent: isize,
}

impl Decimal {
    /// The value must be finite.
    fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        let shortest = buffer.format_finite(value.abs());
        let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        let leading_zeros = all.len() - digits.len();
        let exponent =
            exponent.parse().unwrap_or(0_isize) + whole.len().cast_signed() - leading_zeros.cast_signed() - 1;
        Self { is_negative: value < 0.0, digits: digits.trim_end_matches('0').to_owned(), exponent }
    }

    fn write_sign(&self, text: &mut String) {
        if self.is_negative {
            text.push('-');
        }
    }

    fn write_plain(&self, text: &mut String) {
        self.write_sign(text);
        let zeros = |count: isize| (0..count).map(|_| '0');
        let whole = self.exponent + 1;
        if whole <= 0 {
            text.push_str("0.");
            text.extend(zeros(-whole));
            text.push_str(&self.digits);
        } else if let Some((whole, fraction)) = self.digits.split_at_checked(whole.unsigned_abs()) {
            text.push_str(whole);
            if !fraction.is_empty() {
                text.push('.');
                text.push_str(fraction);
            }
        } else {
            text.push_str(&self.digits);
            text.extend(zeros(whole - self.digits.len().cast_signed()));
        }
    }

    fn write_scientific(&self, text: &mut String) {
        self.write_sign(text);
        let (first, fraction) = self.digits.split_at(1);
        text.push_str(first);
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        let sign = if self.exponent < 0 { '-' } else { '+' };
        // writing to a String cannot fail
        let _ = write!(text, "e{sign}{:02}", self.exponent.abs());
    }
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
            (-1.5e-6, "-0.0000015"),
            (1.5e-7, "1.5e-7"),
            (12_345.678_901, "12345.678901"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (-1_152_921_504_606_846_976.0, "-1152921504606847000"),
            (9_007_199_254_740_994.0, "9007199254740994"),
            (12_345_678_901_234_568.0, "12345678901234568"),
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
            (-257_064_570_932_250.62, "-257064570932250.62"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e21, "1e+21"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut text = String::new();
            write_number(&mut text, value);
            assert_eq!(text, expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(bits: u64, scale in -30i32..30, small in -1_000_000i64..1_000_000) {
            for value in [f64::from_bits(bits), small as f64 * 10f64.powi(scale)] {
                if !value.is_finite() {
                    continue;
                }
                let is_plain = value == 0.0 || (1e-6..1e21).contains(&value.abs());
                let expected = if is_plain { format!("{}", value + 0.0) } else { format!("{value:e}").replace('e', "e+").replace("+-", "-") };
                let text = number_text(value);
                // where two shortest numbers are equally near, the standard library takes the other one
                if text != expected {
                    proptest::prop_assert_eq!((text.len(), text.parse::<f64>()), (expected.len(), Ok(value)), "{}", text);
                }
                proptest::prop_assert_eq!(canonical_text(value).parse::<f64>(), Ok(value));
            }
        }
    }
}
