//! The beginning of the page of a code: its title and its explanation.
//!
//! ```text
//! # S0107: unknown type
//!
//! Types are bool, uint8 to uint64, …
//! ```
//!
//! Pages are read when the crate is compiled: one that does not begin like
//! this does not compile, and nothing is read or allocated at run time.

/// The rest of the first line of `page`, which begins with `start`.
pub(super) const fn title(page: &'static str, start: &str) -> &'static str {
    assert!(
        find(page, start) == 0,
        "a page begins with `# CODE: its title`"
    );
    between(page, start, "\n")
}

/// The first paragraph, with its line breaks.
pub(super) const fn paragraph(page: &'static str) -> &'static str {
    between(page, "\n\n", "\n\n")
}

/// The bytes of `text`, a space in place of each line break; `N` is how many
/// there are.
pub(super) const fn one_line<const N: usize>(text: &str) -> [u8; N] {
    let mut line = [b' '; N];
    let mut at = 0;
    while at < N {
        if text.as_bytes()[at] != b'\n' {
            line[at] = text.as_bytes()[at];
        }
        at += 1;
    }
    line
}

/// `bytes` as the text that they were.
pub(super) const fn text(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a line break is no part of a character"),
    }
}

/// Returns the text in `page` behind the first `start` and before the next `end`.
const fn between(page: &'static str, start: &str, end: &str) -> &'static str {
    let (_, rest) = page.split_at(find(page, start) + start.len());
    rest.split_at(find(rest, end)).0
}

/// Where `text` first holds `pattern`.
const fn find(text: &str, pattern: &str) -> usize {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let mut at = 0;
    while at + pattern.len() <= text.len() {
        let mut same = 0;
        while same < pattern.len() && text[at + same] == pattern[same] {
            same += 1;
        }
        if same == pattern.len() {
            return at;
        }
        at += 1;
    }
    panic!("a page is a heading, an empty line, a paragraph, and more");
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# S0107: unknown – type\n\nTypes are\n`optional<…>`.\n\nMore.\n";

    #[test]
    fn a_page_begins_with_its_title_and_its_explanation() {
        assert_eq!(title(PAGE, "# S0107: "), "unknown – type");
        const LINE: [u8; paragraph(PAGE).len()] = one_line(paragraph(PAGE));
        assert_eq!(text(&LINE), "Types are `optional<…>`.");
    }

    #[test]
    #[should_panic(expected = "a page begins with")]
    fn a_page_of_another_code_is_refused() {
        title("# S0108: x\n\n# S0107: y\n", "# S0107: ");
    }
}
