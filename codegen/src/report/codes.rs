//! The catalogue: every code, its severity, a title, and why it matters.
//!
//! Codes stay: a number is never given to another thing, so that people can
//! search for it. Hundreds group them: `S00` files, `S01` tables and rows,
//! `S02` names, `S03` facts in descriptions, `S04` shapes, `S05` routes and
//! topics, `S06` overlays, `S07` waivers of `diff`.
//!
//! Each code has a page, `explain/CODE.md`: its title, its explanation as it
//! stands here, and an example that has the fault (`## Before`) and one that
//! has not (`## After`). `tests/explain.rs` reads all three.

use crate::source::{
    Code,
    Severity::{Error, Warning},
};

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident $title:literal $explanation:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub static $name: Code = Code {
                id: $id,
                severity: $severity,
                title: $title,
                explanation: $explanation,
                page: include_str!(concat!("../../explain/", $id, ".md")),
            };
        )*

        /// Every code, by number.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    UNREADABLE = "S0001" Error "unreadable file"
        "The file or folder does not exist or may not be read. Nothing is generated, because a \
         spec with a part missing would silently lose keys."
    NOT_UTF8 = "S0002" Error "file is not UTF-8"
        "Spec files are UTF-8. The first place that is not is shown; everything else in the file \
         is checked all the same."
    NO_KEY_TABLE = "S0003" Error "no key table"
        "No table has a `Key` column, so there is no API. GFM makes a table of a header line only \
         if the line under it is a row of dashes with as many cells."
    NO_FILES = "S0004" Error "no spec files"
        "The spec folder holds no file that ends in `.md`."

    MISSING_COLUMN = "S0101" Error "missing column"
        "A table lacks a column that its kind has. A key table has Key, R/W, Type, Category and \
         Description; a shape Field, R/W, Type, Description; routes Method, Path, Query, Action, \
         Description; topics Topic, Payload, Action, Retained, Description; placeholders \
         Placeholder, Default, Description."
    UNKNOWN_COLUMN = "S0102" Warning "unknown column"
        "The column is not one that its table knows; its cells are not read."
    TOO_FEW_CELLS = "S0103" Error "too few cells"
        "The row has fewer cells than the header. Markdown would fill up with empty ones, and a \
         fact would be lost without a word."
    TOO_MANY_CELLS = "S0104" Error "too many cells"
        "The row has more cells than the header. Markdown drops the surplus, so a reader of the \
         page never sees it. Mostly it is a `|` in a text, which is written `\\|`, or two rows \
         on one line."
    BLANK_ROW = "S0105" Warning "blank row"
        "All cells of the row are empty."
    LOOSE_ROW = "S0106" Error "row outside a table"
        "The line looks like a row, but markdown does not see it as one: an empty line or another \
         block stands between it and the table, or the line under the header is not a row of \
         dashes with as many cells as the header. Such rows are missing from the rendered page."
    UNKNOWN_TYPE = "S0107" Error "unknown type"
        "Types are bool, uint8 to uint64, int8 to int64, float, double, string, milliseconds, \
         seconds, minutes, array, object, any, and `optional<…>` of these. `X or null` is \
         `optional<X>`; `get: A set: B` is read as A and written as B."
    UNKNOWN_ACCESS = "S0108" Error "unknown access"
        "The R/W column says R (read only), R/W, or W (write only)."
    UNKNOWN_CATEGORY = "S0109" Error "unknown category"
        "Categories are Constant, Status, Config and Other."
    CATEGORY_UNKNOWN = "S0110" Warning "category left unknown"
        "The category is spelled `Unknown`. The key is kept and is taken for neither Config nor \
         Status: it is not stored."
    BAD_KEY = "S0111" Error "not a key"
        "A key starts with a letter of A-Z or a-z and goes on with such letters, digits and `_`. \
         It is part of addresses and topics."
    DUPLICATE_KEY = "S0112" Error "key given twice"
        "Two rows name the same key, so which of them holds is anyone's guess. Remove one."
    MERGE_MARKER = "S0113" Error "merge marker"
        "The line was left by an unfinished merge. Decide for one side and remove the three \
         markers."
    VAGUE_TYPE = "S0114" Warning "type says nothing"
        "The type is a placeholder for one that was never written down. The key is kept as `any`: \
         its values are checked to be JSON and no more."
    DUPLICATE_COLUMN = "S0115" Error "column given twice"
        "Two columns of the table have the same name, so which of them holds is anyone's guess."
    TAB_DELIMITER = "S0116" Warning "tab in the row of dashes"
        "Some readers of markdown, unlike GFM itself, accept only spaces in the row of dashes \
         under a header. For them there is no table. It is read all the same."
    TOO_MANY_KEYS = "S0117" Error "too many keys"
        "Generated code knows a key by a number of 16 bits, so there are at most 65535."
    GLUED_ROWS = "S0118" Error "two rows on one line"
        "Markdown ends a row at the end of its line and drops what is more than the header's \
         cells, so the second row is missing from the rendered page. Both are read; a key \
         that has a row of its own elsewhere is read from there."
    TORN_WORD = "S0119" Error "word torn by a tab"
        "A tab stands within a word, as where a table was copied out of columns of fixed \
         width. The word is read without the tab where that makes a key or a known word of \
         it."
    TAB_IN_TEXT = "S0120" Warning "tab in a description"
        "The tab tears a word or stands for a space, and nothing but a person can tell which. \
         The text is kept as it stands, and no fact is taken from a word that is torn."
    IMAGE = "S0121" Warning "image in a row"
        "A generator cannot see it, so what it shows is missing from everything that is \
         generated. The text beside it is kept."
    SAME_ROW = "S0122" Warning "row given twice"
        "Two rows name the same key and say the same of it. The second one is left out."

    COLLIDING_NAMES = "S0201" Error "two names become one in Rust"
        "Keys become fields in snake_case and variants in UpperCamelCase. Two keys must not become \
         the same identifier."
    UNUSABLE_NAME = "S0202" Error "cannot be a name in Rust"
        "`self`, `Self`, `super`, `crate` and `_` have a meaning in Rust that not even `r#` can \
         take away, so nothing can be called that."

    EQUAL_NUMBERS = "S0301" Error "number named twice"
        "Two names of a list stand for the same number, so the number has no name of its own."
    EQUAL_NAMES = "S0302" Error "name given twice"
        "The same name, or two names that become one in Rust, stand for two numbers."
    RANGE_TOO_WIDE = "S0303" Error "range does not fit the type"
        "The description allows numbers that the type cannot hold."
    VALUE_TOO_WIDE = "S0304" Error "named value does not fit the type"
        "The description names a number that the type cannot hold."
    UNREADABLE_VALUE = "S0305" Warning "unreadable named value"
        "An item of a list of named values is not `NAME=number` with a name of one word. It is \
         left out, and the list is taken to be incomplete: numbers it does not name are accepted."

    UNKNOWN_SHAPE = "S0401" Error "shape of no key"
        "A shape's heading is the key it describes. No table has this key."
    BAD_CAPACITY = "S0402" Error "bad capacity"
        "Memory is set aside for as many entries as the heading says: `## scan[16]`. The number \
         is a whole one from 1 to 65535."
    SHAPE_MISMATCH = "S0403" Error "shape does not fit the key"
        "A heading with a capacity, `## scan[16]`, describes an array, one without, `## ccw`, an \
         object. The key's type must be that."
    COUNT_MISMATCH = "S0404" Error "capacity and text disagree"
        "The heading gives one number of entries, the sentence `always N entries` another."
    DUPLICATE_SHAPE = "S0405" Error "shape given twice"
        "Two sections describe the same key."
    BAD_FIELD = "S0406" Error "not a field"
        "A field is named like a key, and may carry a capacity: `ipv6[4]`."
    DUPLICATE_FIELD = "S0407" Error "field given twice"
        "Two rows of the shape name the same field, or two that become one in Rust."
    UNKNOWN_FIELD = "S0408" Error "unknown field"
        "A type such as `scan.encryptionType` takes over the type of a field of another shape; \
         that field must exist and state its own type. A list of named values introduced by \
         `encryptionType:` belongs to that field of the key's shape."
    VALUES_DISAGREE = "S0409" Error "named values disagree"
        "The key's description and the field's own give different names for its numbers."
    FIELD_ACCESS = "S0410" Error "field access exceeds its key's"
        "A field can be read only if its key can be read, and written only if its key can be \
         written."
    STRAY_SHAPE = "S0411" Error "shape without a heading"
        "A table of fields belongs under a heading that names its key."
    EMPTY_SHAPE = "S0412" Error "shape without fields"
        "The table has no row that could be read."
    BAD_POSITION = "S0413" Error "not a position"
        "A row of positions has an index, which is a whole number from 0, and a name of its own in \
         words of letters and digits: other languages label the entry with it."
    POSITIONS_INCOMPLETE = "S0414" Error "positions and heading disagree"
        "A heading with positions is exact: `## nrg[16]` has always sixteen entries, and each from 0 \
         to 15 has one row. One that is missing would be an entry of which nothing is known."
    POSITION_TYPE = "S0415" Error "positions of several types"
        "All entries of an array have one type, that of the key: it becomes a list of that type in \
         Rust. An entry is never `null`, and never an array or object itself."
    UNKNOWN_UNIT = "S0416" Warning "unknown unit"
        "The unit is not one that is known, so that no client can be told of it. It is left out; the \
         description is the place for what only people read."
    UNTYPED_ARRAY = "S0417" Warning "array without a type"
        "The key is an array of nobody knows what: it is passed on as raw JSON, clients get a list of \
         unknown values, and nothing in it is checked on write. Say what its entries are, by a type \
         such as `array<float>` or by a section of shapes."
    UNBOUNDED_ARRAY = "S0418" Warning "array without a number of entries"
        "Memory is set aside for as many entries as an array may have. Where the spec does not say, \
         there is room for 16."

    BAD_METHOD = "S0501" Error "unknown method"
        "The methods of HTTP, in capitals: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH."
    BAD_PATH = "S0502" Error "bad path"
        "A path starts with `/` and has no spaces, `?` or `#`; parameters stand in the Query \
         column."
    DUPLICATE_ROUTE = "S0503" Error "route given twice"
        "Two rows have the same method and path."
    BAD_ACTION = "S0504" Error "bad action"
        "The action says what the firmware does: `status` or `set` for a route, `state`, `set` or \
         `result` for a topic."
    BAD_QUERY = "S0505" Error "bad query"
        "A `status` route has at most one parameter, which picks keys (`filter`); those of a \
         `set` route are the keys themselves: `{key}`."
    BAD_TOPIC = "S0511" Error "bad topic"
        "A topic is levels between `/`, without spaces, `+` or `#`; placeholders stand in braces."
    UNKNOWN_PLACEHOLDER = "S0512" Error "unknown placeholder"
        "`{key}` stands for each key, `{prefix}` and `{serial}` for what the device is configured \
         to; every other placeholder has a row in the placeholder table."
    DUPLICATE_TOPIC = "S0513" Error "topic given twice"
        "Two rows have the same topic, so a message there would mean two things."
    BAD_RETAINED = "S0514" Error "retained is yes or no"
        "The Retained column says whether the broker keeps the last message: yes or no."
    BAD_PLACEHOLDER = "S0515" Error "bad placeholder"
        "A placeholder is a name in braces, such as `{serial}`, and has one row."

    RULE_UNMATCHED = "S0601" Error "rule of an overlay matches nothing"
        "The spec has no row that the rule is about, so the rule corrects nothing. The key \
         was renamed or removed, or the rule's key is misspelled."
    RULE_STALE = "S0602" Error "the spec has caught up with a rule"
        "The rule states what the spec says itself. A correction that corrects nothing hides \
         the day on which the spec changes again."
    RULE_WITHOUT_REASON = "S0603" Error "rule without a reason"
        "Whoever reads a correction later must be able to tell whether it still holds: why \
         the spec is wrong, and how that is known."
    DUPLICATE_RULE = "S0604" Error "key corrected twice"
        "Two rules correct the same key, so which of them holds is anyone's guess. Make one \
         rule of both."
    NO_RULES = "S0605" Error "overlay without rules"
        "The file holds no table with a `Key` column. GFM makes a table of a header line only \
         if the line under it is a row of dashes with as many cells."

    WAIVER_UNUSED = "S0701" Error "waiver of no change"
        "No change between the two APIs has this fingerprint. A waiver that waives nothing hides \
         the day on which the change comes back."
    WAIVER_WITHOUT_REASON = "S0702" Error "waiver without a reason"
        "Whoever reads the waiver later must be able to tell whether it still holds: why nobody \
         is hurt by the change, or who agreed to it."
    BAD_WAIVER = "S0703" Error "not a waiver"
        "A file of waivers has a table with the columns Fingerprint and Reason. A fingerprint is \
         16 hexadecimal digits, as `goe-codegen diff` prints it, and stands there once."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_upwards_and_explained() {
        for pair in ALL.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for code in ALL {
            assert!(
                code.id.len() == 5 && code.id.starts_with('S'),
                "{}",
                code.id
            );
            assert!(!code.title.is_empty() && code.explanation.ends_with('.'));
        }
    }
}
