//! A series' labels as text, `{a="x",b="y"}`: in the keys of a snapshot and in the lines of an exposition.

/// Appends labels, escaped. Nothing for no labels.
pub fn write_labels<'a>(text: &mut String, labels: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut open = '{';
    for (name, value) in labels {
        text.push(open);
        open = ',';
        write_label(text, name, value);
    }
    if open == ',' {
        text.push('}');
    }
}

/// Appends `name="value"`.
pub fn write_label(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str("=\"");
    escape(text, value);
    text.push('"');
}

/// Appends a label's value with `\`, `"` and line feeds escaped: the only three that the formats escape.
fn escape(text: &mut String, value: &str) {
    let mut rest = value;
    while let Some(at) = rest.find(['\\', '"', '\n']) {
        let (plain, special) = rest.split_at(at);
        text.push_str(plain);
        text.push_str(match special.as_bytes().first() {
            Some(b'\\') => "\\\\",
            Some(b'"') => "\\\"",
            _ => "\\n",
        });
        rest = special.get(1..).unwrap_or("");
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_once() {
        for (labels, expected) in [
            (&[][..], ""),
            (&[("a", "x"), ("b", "y")], r#"{a="x",b="y"}"#),
            (&[("a", "1|2"), ("b", "3")], r#"{a="1|2",b="3"}"#),
            (&[("path", "C:\\x\n\"y\"")], r#"{path="C:\\x\n\"y\""}"#),
            (&[("a", "ü€😀")], "{a=\"ü€😀\"}"),
        ] {
            let mut text = String::new();
            write_labels(&mut text, labels.iter().copied());
            assert_eq!(text, expected);
        }
    }
}
