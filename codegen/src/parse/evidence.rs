//! What the cells of a column look like, where its title alone proves nothing.
//!
//! Takes a column of a table of unknown kind, gives whether its cells hold access
//! words, types, or categories. A word counts that a person would take for one, also
//! in spellings that a table may not use. Nothing is read or reported here.

use crate::{
    model::{Access, Category},
    parse::cell::types,
    source::Source,
    suggest,
    syntax::{self, cells},
};

/// A kind of column that tells a key table from prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Access,
    Type,
    Category,
}

impl ColumnKind {
    pub(super) fn title(self) -> &'static str {
        match self {
            ColumnKind::Access => "R/W",
            ColumnKind::Type => "Type",
            ColumnKind::Category => "Category",
        }
    }
}

/// Letters of what people write for access, without anything between them.
const ACCESS: &[&str] = &[
    "r", "w", "rw", "wr", "ro", "wo", "read", "write", "readonly", "writeonly", "readwrite", "get",
    "set", "getset", "lesen", "schreiben", "lesenschreiben", "nurlesen",
];

/// What people write for types, besides those that a table may have.
const TYPES: &[&str] = &[
    "integer", "number", "text", "str", "byte", "bytes", "char", "real", "decimal", "enum", "json",
    "list", "map", "dict", "dictionary", "date", "datetime", "time", "timestamp", "bit", "bitmask",
    "bitfield", "flag", "word", "dword", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64",
    "f32", "f64", "s8", "s16", "s32", "varchar", "ganzzahl", "zahl",
];

/// Types that are no words of prose.
const PLAIN_TYPES: &[&str] = &[
    "bool", "boolean", "int", "integer", "float", "string", "enum", "ganzzahl",
];

/// What stands around a type in one cell.
const BESIDE_TYPES: &[&str] = &[
    "of", "or", "and", "null", "none", "optional", "max", "signed", "unsigned", "short", "long",
    "bits", "von", "oder", "characters", "chars", "zeichen", "iso", "utf", "utf8", "ascii",
    "base64", "hex", "single", "fixed", "as", "in", "a", "an",
];

/// So many rows are looked at.
const ROWS: usize = 50;

/// Returns whether most cells of column `place` that are not blank hold such words.
pub(super) fn holds(
    source: &Source,
    table: &syntax::Table,
    place: usize,
    kind: ColumnKind,
) -> bool {
    let (mut like, mut all) = (0, 0);
    for row in table.rows.iter().take(ROWS) {
        let Some(&cell) = row.cells.get(place) else {
            continue;
        };
        let word = cells::word(source, cell);
        if !word.is_empty() {
            all += 1;
            like += usize::from(is_like(&word, kind));
        }
    }
    like * 2 > all
}

/// Returns whether a cell with this word may be one of such a column.
pub(super) fn is_like(word: &str, kind: ColumnKind) -> bool {
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    match kind {
        ColumnKind::Access => {
            ACCESS.contains(&letters.as_str())
                || Access::ALL.iter().any(|(known, _)| *known == word)
        }
        ColumnKind::Type => {
            // `array of integer`, `string(32)`, `optional int`
            let mut words = word
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty());
            let known = |word: &str| {
                let small = word.to_lowercase();
                types::is_type(word) || types::is_type(&small) || TYPES.contains(&small.as_str())
            };
            let beside = |word: &str| {
                word.bytes().all(|b| b.is_ascii_digit())
                    || BESIDE_TYPES.contains(&word.to_lowercase().as_str())
            };
            let plainly = |word: &str| {
                let digit = word.ends_with(|c: char| c.is_ascii_digit());
                known(word) && (digit || PLAIN_TYPES.contains(&word.to_lowercase().as_str()))
            };
            // Beside other words a type is one only if it is nothing else: `double press`.
            let all = words.clone().all(|word| known(word) || beside(word));
            types::spelling(word).is_some()
                || words.clone().take(3).any(plainly)
                || (all && words.any(known))
        }
        ColumnKind::Category => {
            let known = Category::ALL.iter().map(|(known, _)| *known);
            suggest::nearest(word, known).is_some()
        }
    }
}
