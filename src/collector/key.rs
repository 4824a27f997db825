//! Formats and parses the key of a series in a snapshot, `name{a="x",b="y"}`.

use crate::escaping::write_quoted;

/// The unique key of a series: `name{a="x",b="y"}`. A label name that contains a quote is quoted as in Prometheus:
/// `name{"\"a"="x"}`. So is a family name that would be ambiguous: `{"na{me",a="x"}`.
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

/// The family name and labels of a key. `None` if `key` is malformed.
#[must_use]
pub fn parse_key(key: &str) -> Option<(String, Vec<(String, String)>)> {
    let is_structured = key.ends_with('}') && key.contains('{');
    if !is_structured {
        return Some((key.to_owned(), Vec::new()));
    }
    let (family, mut rest) = if let Some(quoted) = key.strip_prefix("{\"") {
        parse_quoted(quoted)?
    } else {
        let (family, labels) = key.split_once('{')?;
        (family.to_owned(), labels)
    };
    let mut labels = Vec::new();
    let mut needs_comma = key.starts_with('{');
    while rest != "}" {
        if needs_comma {
            rest = rest.strip_prefix(',')?;
        }
        needs_comma = true;
        let (name, after_name) = if let Some(quoted) = rest.strip_prefix('"') {
            parse_quoted(quoted)?
        } else {
            // an unquoted name has no quote, so the first one opens the value
            let name = rest.split('"').next()?.strip_suffix('=')?;
            (name.to_owned(), rest.get(name.len()..)?)
        };
        let (value, after_value) = parse_quoted(after_name.strip_prefix("=\"")?)?;
        labels.push((name, value));
        rest = after_value;
    }
    Some((family, labels))
}

/// The unescaped text up to the closing quote, and the rest after it.
pub(super) fn parse_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            plain => value.push(plain),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unambiguous() {
        for (family, labels, expected) in [
            ("a", &[][..], "a"),
            ("a{", &[], "a{"),
            ("{}", &[], r#"{"{}"}"#),
            ("a", &[("x", "1"), ("y", "\"")], r#"a{x="1",y="\""}"#),
            ("a{", &[("x", "1")], r#"{"a{",x="1"}"#),
            ("a", &[("x=\"1\",y", "2")], r#"a{"x=\"1\",y"="2"}"#),
            ("a}", &[], "a}"),
            ("a}", &[("x=", "{}\\n")], r#"a}{x=="{}\\n"}"#),
            ("{\"", &[("x", "1"), ("y,", "\n")], r#"{"{\"",x="1",y,="\n"}"#),
        ] {
            assert_eq!(series_key(family, labels.iter().copied()), expected);
            let owned = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(parse_key(expected), Some((family.to_owned(), owned)));
        }
    }

    #[test]
    fn malformed_keys_are_not_parsed() {
        for text in ["a{}x}", "a{x}", "a{x=1}", "a{x=\"1}", "{\"a}", "a{x=\"1\"y=\"2\"", "a{x=\"\\"] {
            assert!(parse_key(text).is_none_or(|(family, labels)| family == text && labels.is_empty()), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_key_survives_a_round_trip(
            family in "[a{}\"\\\\=,#\n]{1,6}",
            labels in proptest::collection::vec(("[a{}\"\\\\=,\n]{1,4}", "[a{}\"\\\\=,\n]{1,4}"), 0..3),
        ) {
            let key = series_key(&family, labels.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            proptest::prop_assert_eq!(parse_key(&key), Some((family, labels)), "{}", key);
        }
    }
}
