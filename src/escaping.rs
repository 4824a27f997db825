//! Quoted label values, for Prometheus' text formats and the keys of snapshots.

/// Appends `name="value"`. The name must be legal.
pub fn write_label(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push('=');
    write_quoted(text, value);
}

/// Appends `"value"`, escaped.
pub fn write_quoted(text: &mut String, value: &str) {
    text.push('"');
    write_to_quote(text, value);
}

/// Appends the escaped value and the closing quote.
#[inline]
pub fn write_to_quote(text: &mut String, value: &str) {
    escape(text, value);
    text.push('"');
}

/// Whether a byte is escaped. Values are short: a table is faster than a search.
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    escaped[b'\\' as usize] = true;
    escaped[b'"' as usize] = true;
    escaped[b'\n' as usize] = true;
    escaped
};

/// Appends a label's value with `\`, `"` and line feeds escaped. The formats escape no other character.
#[inline]
pub fn escape(text: &mut String, value: &str) {
    if !value.bytes().fold(false, |found, byte| found | ESCAPED[byte as usize]) {
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
