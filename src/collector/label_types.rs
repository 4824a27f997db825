//! The types that the values of labels had before they became texts: OTLP has attributes of several types.

use hashbrown::HashMap;

use super::Collector;
use super::kinds::Kind;

/// The types of the values that a label of a family has had: a bit for each, as in `lib/otlp/attribute-values.js`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelTypes(u8);

impl LabelTypes {
    /// Texts.
    pub const STRING: Self = Self(1);
    /// Whole numbers.
    pub const INT: Self = Self(2);
    /// Other numbers.
    pub const DOUBLE: Self = Self(4);
    /// `true` and `false`.
    pub const BOOL: Self = Self(8);
    /// Arrays and objects, as JSON.
    pub const JSON: Self = Self(16);

    /// From the bits that JavaScript uses.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether there were values of this type.
    #[must_use]
    pub fn has(self, Self(other): Self) -> bool {
        self.0 & other != 0
    }
}

/// By kind and name of a family, and name of a label. Labels that were always texts are absent.
#[derive(Clone, Debug, Default)]
pub struct TypedLabels(HashMap<(Kind, String), HashMap<String, LabelTypes>>);

impl TypedLabels {
    /// Those of a family.
    #[must_use]
    pub fn of(&self, kind: Kind, name: &str) -> Option<&HashMap<String, LabelTypes>> {
        self.0.get(&(kind, name.to_owned()))
    }
}

impl Collector {
    /// Adds types to those of a label.
    pub fn add_label_types(&self, kind: Kind, name: &str, label: &str, LabelTypes(bits): LabelTypes) {
        let mut labels = self.typed_labels.lock();
        let known = labels.0.entry((kind, name.to_owned())).or_default().entry(label.to_owned()).or_default();
        known.0 |= bits;
    }

    /// The types of all labels.
    #[must_use]
    pub fn typed_labels(&self) -> TypedLabels {
        self.typed_labels.lock().clone()
    }
}
