//! The catalogue: every code and its severity.
//!
//! Codes stay: a number is never given to another thing, so that people can
//! search for it. Hundreds group them: `S00` files, `S01` tables and rows,
//! `S02` names, `S03` facts in descriptions, `S04` shapes, `S05` routes,
//! topics and messages, `S06` overlays, `S07` waivers of `diff`.
//!
//! The meaning of a code stands once, in its page `explain/CODE.md`: its title, an
//! explanation (the first paragraph), and an example that has the fault
//! (`## Before`) and one that has not (`## After`). `tests/explain.rs` tries
//! both examples.

use super::page;
use crate::source::{
    Code,
    Severity::{Error, Warning},
};

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident)*) => {
        $(
            #[doc = include_str!(concat!("../../explain/", $id, ".md"))]
            pub static $name: Code = {
                const PAGE: &str = include_str!(concat!("../../explain/", $id, ".md"));
                const PARAGRAPH: &str = page::paragraph(PAGE);
                const EXPLANATION: [u8; PARAGRAPH.len()] = page::one_line(PARAGRAPH);
                Code {
                    id: $id,
                    severity: $severity,
                    title: page::title(PAGE, concat!("# ", $id, ": ")),
                    explanation: page::text(&EXPLANATION),
                    page: PAGE,
                }
            };
        )*

        /// Every code, by number.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    UNREADABLE = "S0001" Error
    NOT_UTF8 = "S0002" Error
    NO_KEY_TABLE = "S0003" Error
    NO_FILES = "S0004" Error
    BAD_VERSION = "S0005" Warning

    MISSING_COLUMN = "S0101" Error
    UNKNOWN_COLUMN = "S0102" Warning
    TOO_FEW_CELLS = "S0103" Error
    TOO_MANY_CELLS = "S0104" Error
    BLANK_ROW = "S0105" Warning
    LOOSE_ROW = "S0106" Error
    UNKNOWN_TYPE = "S0107" Error
    UNKNOWN_ACCESS = "S0108" Error
    UNKNOWN_CATEGORY = "S0109" Error
    CATEGORY_UNKNOWN = "S0110" Warning
    BAD_KEY = "S0111" Error
    DUPLICATE_KEY = "S0112" Error
    MERGE_MARKER = "S0113" Error
    VAGUE_TYPE = "S0114" Warning
    DUPLICATE_COLUMN = "S0115" Error
    TAB_DELIMITER = "S0116" Warning
    TOO_MANY_KEYS = "S0117" Error
    GLUED_ROWS = "S0118" Error
    TORN_WORD = "S0119" Error
    TAB_IN_TEXT = "S0120" Warning
    IMAGE = "S0121" Warning
    SAME_ROW = "S0122" Warning
    TOO_MANY_ROWS = "S0123" Error
    NEAR_TABLE = "S0124" Error
    BAD_FACT_CELL = "S0125" Error
    FACTS_DISAGREE = "S0126" Warning
    BAD_DEFAULT = "S0127" Error
    UNCHECKED_LIMIT = "S0128" Warning
    FAMILY_GAP = "S0129" Warning
    TABLE_WITHIN = "S0130" Error
    UNKNOWN_COVERAGE = "S0140" Error
    COVERAGE_MISMATCH = "S0141" Error

    COLLIDING_NAMES = "S0201" Error
    UNUSABLE_NAME = "S0202" Error

    EQUAL_NUMBERS = "S0301" Error
    EQUAL_NAMES = "S0302" Error
    RANGE_TOO_WIDE = "S0303" Error
    VALUE_TOO_WIDE = "S0304" Error
    UNREADABLE_VALUE = "S0305" Warning
    UNREAD_RANGE = "S0306" Warning
    UNREAD_VALUES = "S0307" Warning
    UNREAD_LENGTH = "S0308" Warning
    UNREAD_UNIT = "S0309" Warning
    REVERSED_RANGE = "S0310" Warning
    UNREAD_FORMAT = "S0311" Warning
    UNREAD_RELEASE = "S0312" Warning

    UNKNOWN_SHAPE = "S0401" Error
    BAD_CAPACITY = "S0402" Error
    SHAPE_MISMATCH = "S0403" Error
    COUNT_MISMATCH = "S0404" Error
    DUPLICATE_SHAPE = "S0405" Error
    BAD_FIELD = "S0406" Error
    DUPLICATE_FIELD = "S0407" Error
    UNKNOWN_FIELD = "S0408" Error
    VALUES_DISAGREE = "S0409" Error
    FIELD_ACCESS = "S0410" Error
    STRAY_SHAPE = "S0411" Error
    EMPTY_SHAPE = "S0412" Error
    BAD_POSITION = "S0413" Error
    POSITIONS_INCOMPLETE = "S0414" Error
    POSITION_TYPE = "S0415" Error
    UNKNOWN_UNIT = "S0416" Warning
    UNTYPED_ARRAY = "S0417" Warning
    UNBOUNDED_ARRAY = "S0418" Warning

    BAD_METHOD = "S0501" Error
    BAD_PATH = "S0502" Error
    DUPLICATE_ROUTE = "S0503" Error
    BAD_ACTION = "S0504" Error
    BAD_QUERY = "S0505" Error
    BAD_TOPIC = "S0511" Error
    UNKNOWN_PLACEHOLDER = "S0512" Error
    DUPLICATE_TOPIC = "S0513" Error
    BAD_RETAINED = "S0514" Error
    BAD_PLACEHOLDER = "S0515" Error
    BAD_MESSAGE = "S0521" Error
    BAD_MEMBER = "S0522" Error
    DUPLICATE_MESSAGE = "S0523" Error
    INCOMPLETE_MESSAGES = "S0524" Error

    RULE_UNMATCHED = "S0601" Error
    RULE_STALE = "S0602" Error
    RULE_WITHOUT_REASON = "S0603" Error
    DUPLICATE_RULE = "S0604" Error
    NO_RULES = "S0605" Error
    BAD_MAPPING = "S0606" Error
    MAPPING_UNMATCHED = "S0607" Error

    WAIVER_UNUSED = "S0701" Error
    WAIVER_WITHOUT_REASON = "S0702" Error
    BAD_WAIVER = "S0703" Error
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
