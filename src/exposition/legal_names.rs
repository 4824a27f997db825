//! Turns any names into legal Prometheus names.

use std::fmt::Write;

/// Replaces each illegal character with `_`. `colons` are legal in metric names only.
pub fn underscores(name: &str, colons: bool) -> String {
    let legal = |(at, c): (usize, char)| if is_legal(at, c, colons) { c } else { '_' };
    name.chars().enumerate().map(legal).collect()
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
}
