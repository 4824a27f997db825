//! How the names of OpenTelemetry's instruments become Prometheus' names: the strategies of its specification, and that of the
//! JavaScript SDK's exporter.

/// A strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NameTranslation {
    /// Illegal characters become `_`; the unit and `_total` are appended.
    UnderscoreEscapingWithSuffixes = 0,
    /// Illegal characters become `_`.
    UnderscoreEscapingWithoutSuffixes = 1,
    /// The unit and `_total` are appended. A format that needs legal names still escapes.
    NoUtf8EscapingWithSuffixes = 2,
    /// Names stay as they are. A format that needs legal names still escapes.
    NoTranslation = 3,
    /// Illegal characters become `_`, and `_total` is appended, as the JavaScript SDK's `PrometheusExporter` does.
    UnderscoreEscapingWithoutUnits = 4,
}

impl NameTranslation {
    /// Converts the number that JavaScript uses.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        [
            Self::UnderscoreEscapingWithSuffixes,
            Self::UnderscoreEscapingWithoutSuffixes,
            Self::NoUtf8EscapingWithSuffixes,
            Self::NoTranslation,
            Self::UnderscoreEscapingWithoutUnits,
        ]
        .get(usize::from(number))
        .copied()
    }

    /// Whether names have underscores even where a client takes any characters.
    #[must_use]
    pub fn is_escaped(self) -> bool {
        !matches!(self, Self::NoUtf8EscapingWithSuffixes | Self::NoTranslation)
    }

    /// Whether the unit is appended.
    #[must_use]
    pub fn has_units(self) -> bool {
        matches!(self, Self::UnderscoreEscapingWithSuffixes | Self::NoUtf8EscapingWithSuffixes)
    }

    /// Whether `_total` is appended to counters.
    #[must_use]
    pub fn has_total(self) -> bool {
        self.has_units() || self == Self::UnderscoreEscapingWithoutUnits
    }
}
