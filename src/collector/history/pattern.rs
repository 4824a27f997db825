//! Which series of a history are requested: one by its key, or several that are merged.
//!
//! `name{a="x",b=*,*}#kind` matches the series of a family with these labels: `a` has this value, `b` any, and further labels do
//! not matter. Without the last star there are no further labels. An empty value means that the label is absent. `*#kind` matches
//! each series of a kind by itself.

use super::super::key::{parse_key, parse_quoted};
use super::super::kinds::Kind;
use super::slots::Slot;

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// `None` for all families, each of whose series is a result of its own.
    name: Option<String>,
    /// `None` for the first kind that has the key.
    kind: Option<Kind>,
    // `None` for any value
    labels: Vec<(String, Option<String>)>,
    is_open: bool,
}

impl Pattern {
    /// `None` for a malformed text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let of_kind = text.rsplit_once('#').and_then(|(key, word)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == word)?;
            Some((key, Some(kind)))
        });
        let (key, kind) = of_kind.unwrap_or((text, None));
        if key == "*" {
            return Some(Self { name: None, kind, labels: Vec::new(), is_open: true });
        }
        if let Some((name, labels, is_open)) = parse_open(key) {
            return Some(Self { name: Some(name), kind, labels, is_open });
        }
        let (name, labels) = parse_key(key)?;
        let labels = labels.into_iter().map(|(name, value)| (name, Some(value))).collect();
        Some(Self { name: Some(name), kind, labels, is_open: false })
    }

    /// Whether each matching series is a result of its own.
    #[must_use]
    pub fn is_separate(&self) -> bool {
        self.name.is_none()
    }

    /// The kinds to try, in this order.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        let kind = self.kind;
        Kind::ALL.into_iter().filter(move |other| kind.is_none_or(|kind| kind == *other))
    }

    fn present_labels(&self) -> usize {
        self.labels.iter().filter(|(_, value)| value.as_deref() != Some("")).count()
    }

    /// Whether a series of a right kind matches.
    #[must_use]
    pub fn matches(&self, slot: &Slot) -> bool {
        let has = |(name, value): &(String, Option<String>)| {
            let own = slot.labels.iter().find(|label| label.0 == *name);
            match own {
                Some(own) => value.as_ref().is_none_or(|value| *value == own.1),
                None => value.as_ref().is_some_and(String::is_empty),
            }
        };
        self.name.as_ref().is_none_or(|name| *name == slot.name)
            && (self.is_open || self.present_labels() == slot.labels.len())
            && self.labels.iter().all(has)
    }
}

type OpenLabels = Vec<(String, Option<String>)>;

fn parse_open(key: &str) -> Option<(String, OpenLabels, bool)> {
    let (family, mut rest) = if let Some(quoted) = key.strip_prefix("{\"") {
        let (family, rest) = parse_quoted(quoted)?;
        (family, rest.strip_prefix(',')?)
    } else {
        let (family, rest) = key.split_once('{')?;
        (family.to_owned(), rest)
    };
    let mut labels = Vec::new();
    loop {
        if rest == "*}" {
            return Some((family, labels, true));
        }
        let (name, after_name) = if let Some(quoted) = rest.strip_prefix('"') {
            parse_quoted(quoted)?
        } else {
            let name = rest.split_once('=')?.0;
            (name.to_owned(), rest.get(name.len()..)?)
        };
        let value = after_name.strip_prefix('=')?;
        let (value, after_value) = if let Some(after) = value.strip_prefix('*') {
            (None, after)
        } else {
            let (value, after) = parse_quoted(value.strip_prefix('"')?)?;
            (Some(value), after)
        };
        labels.push((name, value));
        if after_value == "}" {
            return Some((family, labels, false));
        }
        rest = after_value.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_keys_with_stars() {
        let parsed = |text: &str| {
            let Pattern { name, kind, labels, is_open } = Pattern::parse(text)?;
            let labels: Vec<String> = labels
                .into_iter()
                .map(|(name, value)| format!("{name}:{}", value.unwrap_or_else(|| "any".to_owned())))
                .collect();
            Some((name, kind, labels.join(" "), is_open))
        };
        let some = |name: &str| Some(name.to_owned());
        for (text, expected) in [
            ("a", Some((some("a"), None, "", false))),
            ("a#timing", Some((some("a"), Some(Kind::Timing), "", false))),
            ("a#b", Some((some("a#b"), None, "", false))),
            ("a{x=\"1\"}#gauge", Some((some("a"), Some(Kind::Gauge), "x:1", false))),
            ("a{*}#gauge", Some((some("a"), Some(Kind::Gauge), "", true))),
            ("a{x=*}", Some((some("a"), None, "x:any", false))),
            ("a{x=*,y=\"*}\",*}", Some((some("a"), None, "x:any y:*}", true))),
            ("a{x=\"*\"}", Some((some("a"), None, "x:*", false))),
            ("{\"a{\",*}", Some((some("a{"), None, "", true))),
            ("*#counter", Some((None, Some(Kind::Counter), "", true))),
            ("a{x}", None),
            ("a{x=1}", None),
            ("a{x=*", Some((some("a{x=*"), None, "", false))),
            ("a{x=*y}", None),
            ("a}{x==\"1\"}", Some((some("a}"), None, "x=:1", false))),
        ] {
            let expected = expected.map(|(name, kind, labels, is_open)| (name, kind, labels.to_owned(), is_open));
            assert_eq!(parsed(text), expected, "{text}");
        }
    }
}
