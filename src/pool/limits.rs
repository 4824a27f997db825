//! Limits on the size of a pool's reading.

/// The most workers of a pool.
pub const MAX_WORKERS: usize = 100_000;

/// The most UTF-16 units of an id or an app.
pub const MAX_TEXT: usize = 256;

/// A field that exceeded a limit, for a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// The name of the field.
    pub field: &'static str,
    /// What was omitted.
    pub what: String,
}

/// Truncates a text to `MAX_TEXT` and replaces U+0000, as `lib/pool/reading.js` does for other pools.
pub(super) fn shorten(text: &mut String, field: &'static str) -> Option<Omission> {
    // a unit has at least one byte
    let length = if text.len() > MAX_TEXT { text.encode_utf16().count() } else { 0 };
    let omission = (length > MAX_TEXT).then(|| {
        let units: Vec<u16> = text.encode_utf16().take(MAX_TEXT).collect();
        *text = String::from_utf16_lossy(&units);
        Omission { field, what: format!("{text}…, of {length} characters") }
    });
    if text.contains('\0') {
        *text = text.replace('\0', "\u{fffd}");
    }
    omission
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_truncated_at_the_last_unit_that_fits() {
        let shortened = |text: &str| {
            let mut text = text.to_owned();
            let omission = shorten(&mut text, "id");
            (text, omission.map(|omission| omission.what))
        };
        let longest = "ü".repeat(MAX_TEXT);
        assert_eq!(shortened(&longest), (longest.clone(), None));
        let what = format!("{longest}…, of 257 characters");
        assert_eq!(shortened(&format!("{longest}x")), (longest, Some(what)));
        let pair = format!("{}😀", "x".repeat(MAX_TEXT - 1));
        assert_eq!(shortened(&pair).0, format!("{}\u{fffd}", "x".repeat(MAX_TEXT - 1)));
        assert_eq!(shortened("a\0b"), ("a\u{fffd}b".to_owned(), None));
    }
}
