//! Units as the words that Prometheus has for them, by OpenTelemetry's rules: `By` is `bytes`, `m/s` is `meters_per_second`,
//! `{request}` and `1` are nothing. Values are not converted.
//!
//! The rules: OpenTelemetry's specification of its compatibility with Prometheus, and the units of UCUM that it lists.

use super::legal_names::is_word;

/// Of what a value is measured in.
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

/// Of what stands behind a slash.
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

/// The words of a unit, joined by `_`; empty where it adds nothing to a name.
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

/// Whether values of this unit are ratios: parts of one.
pub fn is_one(unit: &str) -> bool {
    unit.trim() == "1"
}

/// A unit as it may be written behind a name, where that is not the word that is exposed.
pub fn abbreviation(unit: &str) -> Option<&str> {
    let is_known = |(known, _): &&(&str, &str)| *known == unit && known.chars().all(char::is_alphabetic);
    UNITS.iter().find(is_known).map(|(known, _)| *known)
}

/// What stands in braces says what is counted, and is no unit.
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

/// A known unit's word; another one as it is, its characters made legal.
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
    fn units_become_the_words_of_prometheus() {
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
