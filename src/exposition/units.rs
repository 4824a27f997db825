//! Units as Prometheus spells them: `By` becomes `bytes`, `m/s` becomes `meters_per_second`, `{request}` and `1` add nothing.
//! Values are not converted.
//!
//! The rules and the list of UCUM units are from OpenTelemetry's specification of Prometheus compatibility.

use super::legal_names::is_word;

/// Units before a slash.
const UNITS: [(&str, &str); 33] = [
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("µs", "microseconds"),
    ("μs", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tebibytes"),
    ("kBy", "kilobytes"),
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("bit", "bits"),
    ("m", "meters"),
    ("km", "kilometers"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("kg", "kilograms"),
    ("K", "kelvin"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("%", "percent"),
    ("1", ""),
];

/// Units after a slash.
const PER: [(&str, &str); 11] = [
    ("ns", "nanosecond"),
    ("us", "microsecond"),
    ("ms", "millisecond"),
    ("s", "second"),
    ("m", "minute"),
    ("min", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];

/// The words of a unit, joined by `_`; empty if the unit adds nothing to a name.
pub fn words(unit: &str) -> String {
    let plain = without_annotations(unit);
    let (main, per) = plain.split_once('/').unwrap_or((&plain, ""));
    let (main, per) = (word(main, &UNITS), word(per, &PER));
    match (main.is_empty(), per.is_empty()) {
        (_, true) => main,
        (true, false) => format!("per_{per}"),
        (false, false) => format!("{main}_per_{per}"),
    }
}

/// Whether values of this unit are ratios.
pub fn is_one(unit: &str) -> bool {
    unit.trim() == "1"
}

/// A unit that users may write at the end of a name, where the exposed name has its word instead.
pub fn abbreviation(unit: &str) -> Option<&str> {
    let is_known = |(known, _): &&(&str, &str)| *known == unit && known.chars().all(char::is_alphabetic);
    UNITS.iter().find(is_known).map(|(known, _)| *known)
}

/// Removes annotations in braces, which say what is counted.
fn without_annotations(unit: &str) -> String {
    let mut plain = String::new();
    let mut rest = unit;
    while let Some((before, annotation)) = rest.split_once('{') {
        plain.push_str(before);
        rest = annotation.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// The word of a known unit. Other units are kept, with illegal characters replaced.
fn word(unit: &str, known: &[(&str, &str)]) -> String {
    let unit = unit.trim();
    if let Some((_, word)) = known.iter().find(|(short, _)| *short == unit) {
        return (*word).to_owned();
    }
    let parts = unit.split(|c: char| !is_word(c)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_prometheus_words() {
        for (unit, expected) in [
            ("s", "seconds"),
            ("ms", "milliseconds"),
            ("us", "microseconds"),
            ("ns", "nanoseconds"),
            ("min", "minutes"),
            ("h", "hours"),
            ("d", "days"),
            ("By", "bytes"),
            ("KiBy", "kibibytes"),
            ("MiBy", "mebibytes"),
            ("By/s", "bytes_per_second"),
            ("m/s", "meters_per_second"),
            ("{request}/s", "per_second"),
            ("{packet}", ""),
            ("By{sent}", "bytes"),
            ("1", ""),
            ("1/min", "per_minute"),
            ("Cel", "celsius"),
            ("%", "percent"),
            ("bytes", "bytes"),
            ("seconds", "seconds"),
            ("requests per day", "requests_per_day"),
            ("k/b", "k_per_b"),
            ("{open", ""),
            ("}{", ""),
            ("//", ""),
            (" ", ""),
            ("größe", "gr_e"),
        ] {
            assert_eq!(words(unit), expected, "{unit}");
        }
    }
}
