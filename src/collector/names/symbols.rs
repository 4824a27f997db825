//! Interned texts. A symbol is freed when no series, no label set and no label of the collector uses it.

use std::hash::BuildHasher;

use compact_str::CompactString;

use super::{Names, Symbol};

impl Names {
    /// The symbol of a text, interned if it is new. Call [`Names::hold`] to keep it.
    pub fn symbol(&mut self, text: &str) -> Symbol {
        let hash = self.hasher.hash_one(text);
        let texts = &self.view.texts;
        if let Some(known) = self.symbols.find(hash, |known| texts.get(*known).is_some_and(|known| known == text)) {
            return *known;
        }
        let symbol = match self.free_symbols.pop() {
            Some(free) => self.view.texts.put(free, CompactString::new(text)),
            None => self.view.texts.push(CompactString::new(text)),
        };
        self.uses.resize(self.view.texts.len(), 0);
        let (texts, hasher) = (&self.view.texts, &self.hasher);
        self.symbols.insert_unique(hash, symbol, |known| hasher.hash_one(texts.get(*known).map_or("", |text| text)));
        symbol
    }

    /// Increments the reference count of a symbol.
    pub fn hold(&mut self, symbol: Symbol) {
        if let Some(uses) = self.uses.get_mut(symbol as usize) {
            *uses += 1;
        }
    }

    /// Decrements the reference count of a symbol, and frees it if nothing else holds it.
    pub fn release(&mut self, symbol: Symbol) {
        if let Some(uses) = self.uses.get_mut(symbol as usize) {
            debug_assert!(*uses > 0, "a symbol is released once more than it is held");
            *uses = uses.saturating_sub(1);
        }
        self.free_if_unused(symbol);
    }

    /// Frees a symbol that nothing holds.
    pub(super) fn free_if_unused(&mut self, symbol: Symbol) {
        if self.uses.get(symbol as usize) != Some(&0) {
            return;
        }
        let hash = self.hasher.hash_one(self.view.text(symbol));
        if let Ok(known) = self.symbols.find_entry(hash, |known| *known == symbol) {
            known.remove();
            self.view.texts.put(symbol, CompactString::default());
            self.free_symbols.push(symbol);
        }
    }

    /// The symbol of a text that is interned.
    pub fn find_symbol(&self, text: &str) -> Option<Symbol> {
        let texts = &self.view.texts;
        let is_text = |known: &Symbol| texts.get(*known).is_some_and(|known| known == text);
        self.symbols.find(self.hasher.hash_one(text), is_text).copied()
    }
}
