//! The prose of a spec in other languages, from the events of its markdown.
//!
//! What is HTML in it is shown as text, and its comments are for its authors: so nothing in
//! a spec opens a tag in a document. This module must never know what a chapter is about.

pub(super) mod html;
pub(super) mod markdown;

use pulldown_cmark::{Event, Options, Parser};

/// The events of `text`, without the comments.
fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut in_comment = false;
    events.filter(move |event| {
        let (Event::Html(text) | Event::InlineHtml(text)) = event else {
            return true;
        };
        // The lines of a block are events of their own.
        let begins = text.trim_start().starts_with("<!--");
        let is_comment = in_comment || begins;
        in_comment = is_comment && !text.trim_end().ends_with("-->");
        !is_comment
    })
}
