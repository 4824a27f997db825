//! A series' labels as text, `{a="x",b="y"}`: in the keys of a snapshot and in the lines of an exposition.

/// A series' key, distinct from any other's: `name{a="x",b="y"}`. A label's name with a quote in it is quoted, as Prometheus
/// quotes names: `name{"\"a"="x"}`. So is a family's name that reads like one with labels: `{"na{me",a="x"}`.
pub(super) fn series_key<'a>(family: &str, labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut labels = labels.peekable();
    let is_labelled = labels.peek().is_some();
    let mut key = String::new();
    let mut open = '{';
    if family.contains('{') && (is_labelled || family.ends_with('}')) {
        key.push(open);
        write_quoted(&mut key, family);
        open = ',';
    } else {
        key.push_str(family);
    }
    for (name, value) in labels {
        key.push(open);
        open = ',';
        if name.contains('"') {
            write_quoted(&mut key, name);
        } else {
            key.push_str(name);
        }
        key.push('=');
        write_quoted(&mut key, value);
    }
    if open == ',' {
        key.push('}');
    }
    key
}

/// Appends `name="value"`; the name is legal.
pub fn write_label(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push('=');
    write_quoted(text, value);
}

fn write_quoted(text: &mut String, value: &str) {
    text.push('"');
    write_to_quote(text, value);
}

/// Appends what follows the opening quote: the value, escaped, and the closing quote.
pub fn write_to_quote(text: &mut String, value: &str) {
    escape(text, value);
    text.push('"');
}

/// Appends a label's value with `\`, `"` and line feeds escaped: the only three that the formats escape.
fn escape(text: &mut String, value: &str) {
    if !value.bytes().fold(false, |found, byte| found | matches!(byte, b'\\' | b'"' | b'\n')) {
        return text.push_str(value);
    }
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
    fn a_key_reads_in_one_way() {
        for (family, labels, expected) in [
            ("a", &[][..], "a"),
            ("a{", &[], "a{"),
            ("{}", &[], r#"{"{}"}"#),
            ("a", &[("x", "1"), ("y", "\"")], r#"a{x="1",y="\""}"#),
            ("a{", &[("x", "1")], r#"{"a{",x="1"}"#),
            ("a", &[("x=\"1\",y", "2")], r#"a{"x=\"1\",y"="2"}"#),
        ] {
            assert_eq!(series_key(family, labels.iter().copied()), expected);
        }
    }

    #[test]
    fn a_label_is_escaped_once() {
        for (value, expected) in
            [("", r#"a="""#), ("1|2", r#"a="1|2""#), ("C:\\x\n\"y\"", r#"a="C:\\x\n\"y\"""#), ("ü€😀", "a=\"ü€😀\"")]
        {
            let mut text = String::new();
            write_label(&mut text, "a", value);
            assert_eq!(text, expected);
        }
    }
}
