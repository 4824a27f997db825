//! Turns any names into legal Prometheus names.

use std::fmt::Write;

/// How names of any characters become those of a format, in the terms of Prometheus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escaping {
    /// Each other character becomes `_`.
    #[default]
    Underscores,
    /// `.` becomes `_dot_`, `_` becomes `__`, and so does each other illegal character.
    Dots,
    /// Legal names stay as they are; others keep all their characters, as `U__` and codes.
    Values,
    /// Names stay as they are. Formats quote those that are not legal.
    AllowUtf8,
}

impl Escaping {
    /// By its name in headers.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "underscores" => Some(Self::Underscores),
            "dots" => Some(Self::Dots),
            "values" => Some(Self::Values),
            "allow-utf-8" => Some(Self::AllowUtf8),
            _ => None,
        }
    }

    /// A name that is not empty. Colons are legal only in metric names.
    pub(super) fn escape(self, name: &str, colons: bool) -> String {
        match self {
            Self::Underscores => underscores(name, colons),
            Self::Dots => dots(name, colons),
            Self::Values if !is_legal_name(name, colons) => values(name, colons),
            Self::Values | Self::AllowUtf8 => name.to_owned(),
        }
    }
}

/// Replaces each illegal character with `_`. `colons` are legal in metric names only.
pub fn underscores(name: &str, colons: bool) -> String {
    let legal = |(at, c): (usize, char)| if is_legal(at, c, colons) { c } else { '_' };
    name.chars().enumerate().map(legal).collect()
}

fn dots(name: &str, colons: bool) -> String {
    let mut escaped = String::new();
    for (at, c) in name.chars().enumerate() {
        match c {
            '.' => escaped.push_str("_dot_"),
            c if c != '_' && is_legal(at, c, colons) => escaped.push(c),
            _ => escaped.push_str("__"),
        }
    }
    escaped
}

/// Prometheus' `values` escaping, which keeps distinct names distinct: it prefixes `U__`, doubles `_`, and writes each illegal
/// character as `_HEX_`.
pub fn values(name: &str, colons: bool) -> String {
    let mut escaped = String::from("U__");
    for (at, c) in name.chars().enumerate() {
        if c == '_' {
            escaped.push_str("__");
        } else if is_legal(at, c, colons) {
            escaped.push(c);
        } else {
            // writing to a String cannot fail
            let _ = write!(escaped, "_{:x}_", u32::from(c));
        }
    }
    escaped
}

/// Whether a name needs no quotes in any format.
pub fn is_legal_name(name: &str, colons: bool) -> bool {
    !name.is_empty() && name.chars().enumerate().all(|(at, c)| is_legal(at, c, colons))
}

/// The part of a name before a suffix that it has once its illegal characters are `_`.
pub fn strip_ending<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let mut chars = name.char_indices().rev();
    let mut cut = name.len();
    for expected in ending.chars().rev() {
        let (at, c) = chars.next()?;
        if (if is_legal(1, c, true) { c } else { '_' }) != expected {
            return None;
        }
        cut = at;
    }
    name.get(..cut)
}

/// Whether the character is legal after the first one of a label's name.
pub fn is_word(c: char) -> bool {
    is_legal(1, c, false)
}

fn is_legal(at: usize, c: char, colons: bool) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (c == ':' && colons) || (c.is_ascii_digit() && at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_legal() {
        for (name, plain, distinct) in [
            ("scene.renderAll", "scene_renderAll", "U__scene_2e_renderAll"),
            ("a_b", "a_b", "U__a__b"),
            ("9lives", "_lives", "U___39_lives"),
            ("job:rate", "job:rate", "U__job:rate"),
            ("größe 😀", "gr__e__", "U__gr_f6__df_e_20__1f600_"),
        ] {
            assert_eq!((underscores(name, true), values(name, true)), (plain.to_owned(), distinct.to_owned()));
        }
        assert_eq!(underscores("a:b", false), "a_b");
    }

    #[test]
    fn names_are_escaped_as_prometheus_does() {
        for (name, dots, values) in [
            ("scene.renderAll", "scene_dot_renderAll", "U__scene_2e_renderAll"),
            ("a_b", "a__b", "a_b"),
            ("9lives", "__lives", "U___39_lives"),
            ("größe 😀", "gr____e____", "U__gr_f6__df_e_20__1f600_"),
        ] {
            let escaped = [Escaping::Dots, Escaping::Values, Escaping::AllowUtf8].map(|way| way.escape(name, true));
            assert_eq!(escaped, [dots, values, name]);
        }
        assert_eq!(Escaping::from_name("allow-utf-8"), Some(Escaping::AllowUtf8));
        assert_eq!(Escaping::from_name("utf-9"), None);
    }

    #[test]
    fn a_suffix_is_found_after_any_separator() {
        for (name, ending, expected) in [
            ("jobs_total", "_total", Some("jobs")),
            ("größe.total", "_total", Some("größe")),
            ("x😀total", "_total", Some("x")),
            ("total", "_total", None),
            ("jobs", "", Some("jobs")),
            ("Jobs_Total", "_total", None),
        ] {
            assert_eq!(strip_ending(name, ending), expected);
        }
    }
}
