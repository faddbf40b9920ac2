//! Prose as HTML.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::events;
use crate::emit::{
    docs::{
        contents::{Contents, Target},
        text::push,
    },
    escape,
};

/// Markdown of the spec as HTML that stands between tags of blocks.
pub(in crate::emit::docs) fn html(text: &str, contents: &Contents<'_>) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut in_head = false;
    // Of each open link, whether it has a tag.
    let mut links = Vec::new();
    for event in events(text) {
        match event {
            Event::Start(Tag::TableHead) => in_head = true,
            Event::End(TagEnd::TableHead) => in_head = false,
            _ => {}
        }
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let address = match contents.target(&dest_url) {
                    Some(Target::Chapter(at)) => Some(format!("#{}", contents.id(at))),
                    Some(Target::Web(address)) => Some(address.to_owned()),
                    None => None,
                };
                links.push(address.is_some());
                if let Some(address) = address {
                    push!(out, "<a href=\"{}\">", escape::html(&address));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    out.push_str("</a>");
                }
            }
            // A link within a link is none.
            Event::Code(code) => {
                let is_id = |name: &str| links.is_empty() && contents.key(name).is_some();
                out.push_str(&escape::html_code(&code, is_id));
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                push!(out, "{}", escape::html(&text));
            }
            Event::Start(tag) => open(&mut out, &tag, in_head),
            Event::End(tag) => close(&mut out, tag, in_head),
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak => out.push_str("<br>"),
            Event::Rule => out.push_str("<hr>\n"),
            // These are not switched on.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    out
}

fn open(out: &mut String, tag: &Tag<'_>, in_head: bool) {
    out.push_str(match tag {
        Tag::Paragraph | Tag::HtmlBlock => "<p>",
        Tag::Heading { .. } => "<p><strong>",
        Tag::BlockQuote(_) => "<blockquote>",
        Tag::CodeBlock(_) => "<pre><code>",
        Tag::List(Some(first)) => {
            push!(out, "<ol start=\"{first}\">\n");
            return;
        }
        Tag::List(None) => "<ul>\n",
        Tag::Item => "<li>",
        Tag::Table(_) => "<table>",
        Tag::TableHead => "<thead><tr>",
        Tag::TableRow => "<tr>",
        Tag::TableCell if in_head => "<th scope=\"col\">",
        Tag::TableCell => "<td>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        Tag::Strikethrough => "<s>",
        _ => "",
    });
}

fn close(out: &mut String, tag: TagEnd, in_head: bool) {
    out.push_str(match tag {
        TagEnd::Paragraph | TagEnd::HtmlBlock => "</p>\n",
        TagEnd::Heading(_) => "</strong></p>\n",
        TagEnd::BlockQuote(_) => "</blockquote>\n",
        TagEnd::CodeBlock => "</code></pre>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::Item => "</li>\n",
        TagEnd::Table => "</tbody></table>\n",
        TagEnd::TableHead => "</tr></thead><tbody>\n",
        TagEnd::TableRow => "</tr>\n",
        TagEnd::TableCell if in_head => "</th>",
        TagEnd::TableCell => "</td>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::Strikethrough => "</s>",
        _ => "",
    });
}
